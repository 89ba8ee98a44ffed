"""`./dev i18n`: the templates by Odoo's own export, merged into the translations."""

import argparse
from pathlib import Path

from scripts import instance, translations
from scripts.addons import ADDONS
from scripts.place import DEV, readable, scratch, write_text
from scripts.progress import Progress, say

DATABASE = "crm_i18n"
EXPORT = """
from odoo.tools.translate import trans_export
for addon in {addons!r}:
    with open({folder!r} + "/" + addon + ".pot", "wb") as file:
        trans_export(None, [addon], file, "po", env)
"""


def main(arguments: list[str]) -> int:
    """Write what has changed, list what lacks a translation."""
    parser = argparse.ArgumentParser(prog="./dev i18n", description=__doc__.partition(": ")[2])
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; fail when a template is old or a string lacks its translation",
    )
    options = parser.parse_args(arguments)
    with instance.workshop() as workshop, scratch(DEV / "i18n") as temporary:
        workshop.create_database(DATABASE)
        with Progress("Exporting the strings"):
            code = EXPORT.format(addons=ADDONS, folder=str(temporary))
            workshop.execute(DATABASE, code)
        workshop.drop_database(DATABASE)
        changed = [
            path
            for addon in ADDONS
            for path in _update(addon, (temporary / f"{addon}.pot").read_text(), options.check)
        ]
    for path in changed:
        say(
            f"{readable(path)} is old: run ./dev i18n"
            if options.check
            else f"Wrote {readable(path)}"
        )
    missing = translations.complaints()
    for complaint in missing:
        say(str(complaint))
    say(f"{len(missing)} strings lack their translation.")
    return bool(options.check and (changed or missing))


def _update(addon: str, exported: str, check: bool) -> list[Path]:
    """Bring the files of an addon up to date and return those that were not."""
    template, catalogue = translations.template_of(addon), translations.catalogue_of(addon)
    old = _read(template)
    if translations.is_same(old, exported):
        exported = old
    wanted = {template: exported, catalogue: translations.merge(_read(catalogue), exported)}
    changed = [path for path, text in wanted.items() if _read(path) != text]
    if not check:
        for path in changed:
            write_text(path, wanted[path])
    return changed


def _read(path: Path) -> str:
    return path.read_text() if path.is_file() else ""
