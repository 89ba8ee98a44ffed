"""For migration scripts: the order of upgrades, and records that an update leaves alone."""

import io
import logging
from pathlib import Path

from lxml import etree
from odoo.exceptions import UserError
from odoo.modules import get_manifest, get_module_path
from odoo.tools import SQL
from odoo.tools.convert import convert_xml_import

_logger = logging.getLogger(__name__)


def check_upgraded(env, module):
    """Refuse to upgrade a module before the addons of ours that it stands on.

    `odoo -u` upgrades what stands on a module, too, but not what is below it: there its code
    would meet tables of an older release.

    :param module: technical name
    :raises UserError: naming what to upgrade
    """
    depends = get_manifest(module)["depends"]
    versions = env.execute_query(
        SQL("SELECT name, latest_version FROM ir_module_module WHERE name = ANY(%s)", depends)
    )
    for name, version in versions:
        if name.startswith("crm_") and version != get_manifest(name)["version"]:
            raise UserError(
                env._(
                    "%(lower)s is older in this database than its files. Upgrade it instead: "
                    "odoo -u %(lower)s upgrades %(module)s, too.",
                    lower=name,
                    module=module,
                )
            )


def reload_rules(env, module):
    """Bring the record rules of a module in line with its files.

    Rules that nobody changed become what the files say, and those that no file has any more
    go. A rule that was changed in the database stays exactly as it is: who may see what was
    somebody's decision. The log names it, so that the new rule can be taken over by hand; a
    rule that was only switched off counts as changed, too.

    Whether a rule was changed is seen from its external id, which is as old as the rule's last
    loading from a file.

    :param env: with all rights
    :param module: technical name
    """
    kept = set(env.execute_query(SQL(_CHANGED, module)))
    files = _get_rule_files(module)
    for path in files:
        tree = etree.parse(path)
        for record in tree.xpath("//record"):
            name = record.get("id").removeprefix(f"{module}.")
            if record.get("model") != "ir.rule" or (name,) in kept:
                record.getparent().remove(record)
        source = io.BytesIO(etree.tostring(tree))
        source.name = path
        convert_xml_import(env, module, source, {}, mode="init", noupdate=True)
    env["ir.rule"].flush_model()
    shipped = [name for path in files for name in _get_rule_names(path, module)]
    env["ir.rule"].browse(
        rule_id for (rule_id,) in env.execute_query(SQL(_GONE, module, shipped))
    ).unlink()
    env.cr.execute(SQL(_LOADED, module, [name for (name,) in kept]))
    for (name,) in sorted(kept):
        _logger.info("Record rule %s.%s was changed here and is left as it is", module, name)


_CHANGED = """
    SELECT data.name
      FROM ir_model_data data
      JOIN ir_rule rule ON rule.id = data.res_id
     WHERE data.module = %s AND data.model = 'ir.rule' AND rule.write_date > data.write_date
"""
_GONE = """
    SELECT res_id FROM ir_model_data
     WHERE module = %s AND model = 'ir.rule' AND name != ALL(%s)
"""
_LOADED = """
    UPDATE ir_model_data data SET write_date = rule.write_date
      FROM ir_rule rule
     WHERE rule.id = data.res_id AND data.module = %s AND data.model = 'ir.rule'
       AND data.name != ALL(%s)
"""


def _get_rule_files(module):
    """Paths of the data files of a module that hold record rules."""
    folder = Path(get_module_path(module))
    names = (name for name in get_manifest(module)["data"] if name.endswith(".xml"))
    paths = (str(folder / name) for name in names)
    return [path for path in paths if list(_get_rule_names(path, module))]


def _get_rule_names(path, module):
    for record in etree.parse(path).xpath("//record[@model='ir.rule']"):
        yield record.get("id").removeprefix(f"{module}.")
