"""A database of every landing, with data in it, is upgraded by the addons of today.

Nothing is lost or changed but what a migration says, and what comes out is what a fresh
installation would be.
"""

import json
import re
from contextlib import closing

import psycopg2
import pytest
from psycopg2 import sql

from scripts.commands.landing import FOLDER, unpack
from scripts.place import LOGS
from scripts.progress import Failure
from tests.support import catalog
from tests.support.history import HISTORY
from tests.support.place import ADDONS
from tests.support.shop import UNBALANCED

LANDINGS = sorted(FOLDER.glob("landing-*.tar.xz"))
COMPLAINT = re.compile(r" (WARNING|ERROR|CRITICAL) ")
# What belongs to the installation itself, or to a session.
NOT_DATA = {"ir_rule", "ir_module_module", "res_config_settings", "ir_cron"}
# Columns whose change says nothing about what people entered.
NOT_COMPARED = {"write_date", "write_uid"}
# Columns that a migration takes away or rewrites, by table.
MIGRATED = {
    "crm_scorecard_snapshot": {"period_label"},
    # a definition that has changed is measured again
    "crm_indicator": {
        *("domain", "description", "state", "refreshed_at", "measured_from", "measured_to"),
    },
}

# Definitions that are noupdate: an upgrade leaves them alone unless a migration says otherwise.
DEFINITIONS = {
    "rules": """
        SELECT d.module || '.' || d.name, jsonb_build_object(
            'model', m.model, 'active', r.active, 'domain', r.domain_force, 'name', r.name,
            'modes', jsonb_build_array(r.perm_read, r.perm_write, r.perm_create, r.perm_unlink),
            'groups', (SELECT jsonb_agg(g.name->>'en_US' ORDER BY g.id)
                FROM rule_group_rel rel JOIN res_groups g ON g.id = rel.group_id
                WHERE rel.rule_group_id = r.id))
        FROM ir_rule r JOIN ir_model m ON m.id = r.model_id
        JOIN ir_model_data d ON d.model = 'ir.rule' AND d.res_id = r.id
        WHERE d.module = ANY(%(addons)s)""",
    "access rights": """
        SELECT d.module || '.' || d.name, jsonb_build_object(
            'model', m.model, 'group', a.group_id IS NOT NULL, 'active', a.active, 'modes',
            jsonb_build_array(a.perm_read, a.perm_write, a.perm_create, a.perm_unlink))
        FROM ir_model_access a JOIN ir_model m ON m.id = a.model_id
        JOIN ir_model_data d ON d.model = 'ir.model.access' AND d.res_id = a.id
        WHERE d.module = ANY(%(addons)s)""",
    "jobs": """
        SELECT d.module || '.' || d.name, jsonb_build_object(
            'name', c.cron_name, 'every', c.interval_number || ' ' || c.interval_type)
        FROM ir_cron c JOIN ir_model_data d ON d.model = 'ir.cron' AND d.res_id = c.id
        WHERE d.module = ANY(%(addons)s)""",
    "menus": """
        SELECT d.module || '.' || d.name, jsonb_build_object(
            'name', menu.name->>'en_US', 'sequence', menu.sequence, 'active', menu.active,
            'parent', (SELECT p.module || '.' || p.name FROM ir_model_data p
                WHERE p.model = 'ir.ui.menu' AND p.res_id = menu.parent_id LIMIT 1),
            'groups', (SELECT jsonb_agg(rel.gid ORDER BY rel.gid) FROM ir_ui_menu_group_rel rel
                WHERE rel.menu_id = menu.id))
        FROM ir_ui_menu menu
        JOIN ir_model_data d ON d.model = 'ir.ui.menu' AND d.res_id = menu.id
        WHERE d.module = ANY(%(addons)s)""",
    # Buttons name actions by id.
    "views": """
        SELECT d.module || '.' || d.name, jsonb_build_object(
            'model', v.model, 'priority', v.priority, 'mode', v.mode, 'active', v.active,
            'arch', regexp_replace(v.arch_db->>'en_US', 'name="[0-9]+"', 'name="…"', 'g'))
        FROM ir_ui_view v JOIN ir_model_data d ON d.model = 'ir.ui.view' AND d.res_id = v.id
        WHERE d.module = ANY(%(addons)s)""",
    "steps of playbooks": """
        SELECT d.module || '.' || d.name, jsonb_build_object(
            'direction', s.trigger_direction, 'event', s.trigger_event,
            'purpose', s.trigger_purpose, 'closed', s.is_closed_by_contact,
            'channels', (SELECT jsonb_agg(c.code ORDER BY c.code)
                FROM crm_playbook_step_crm_touchpoint_channel_rel rel
                JOIN crm_touchpoint_channel c ON c.id = rel.crm_touchpoint_channel_id
                WHERE rel.crm_playbook_step_id = s.id))
        FROM crm_playbook_step s
        JOIN ir_model_data d ON d.model = 'crm.playbook.step' AND d.res_id = s.id
        WHERE d.module = ANY(%(addons)s)""",
    "triggers": """
        SELECT tgrelid::regclass || '.' || tgname, to_jsonb(pg_get_triggerdef(oid))
        FROM pg_trigger WHERE NOT tgisinternal""",
    "functions": """
        SELECT proname, to_jsonb(prosrc) FROM pg_proc
        JOIN pg_namespace n ON n.oid = pronamespace WHERE n.nspname = current_schema""",
    "indicators": """
        SELECT d.module || '.' || d.name,
            to_jsonb(i) - '{id,create_date,write_date,create_uid,write_uid,perspective_id,state,
                error,refreshed_at,measured_from,measured_to,numerator_id,denominator_id,
                owner_id}'::text[]
        FROM crm_indicator i JOIN ir_model_data d ON d.model = 'crm.indicator' AND d.res_id = i.id
        WHERE d.module = ANY(%(addons)s)""",
    "mails": """
        SELECT d.module || '.' || d.name, jsonb_build_object(
            'subject', t.subject->>'en_US', 'body', t.body_html->>'en_US', 'lang', t.lang,
            'from', t.email_from, 'to', t.partner_to, 'model', t.model)
        FROM mail_template t JOIN ir_model_data d ON d.model = 'mail.template' AND d.res_id = t.id
        WHERE d.module = ANY(%(addons)s)""",
}
CHANGED_RULE = "crm_targets.crm_scorecard_rule_own"
TABLES = """
    SELECT DISTINCT c.relname FROM ir_model_data d
    JOIN ir_model m ON m.id = d.res_id
    JOIN pg_class c ON c.relname = replace(m.model, '.', '_') AND c.relkind = 'r'
    WHERE d.model = 'ir.model' AND d.module = ANY(%(addons)s) AND NOT m.transient
"""


def name_of(archive):
    return archive.name.removesuffix(".tar.xz")


@pytest.fixture(scope="module", params=LANDINGS, ids=name_of)
def upgraded(request, workshop, tmp_path_factory):
    """A database made and used with a landing, upgraded: what it held before, by what it was."""
    name = "crm_upgrade"
    root = tmp_path_factory.mktemp("landing")
    addons = unpack(request.param, root)
    workshop.create_database(name, ())
    workshop.execute(name, HISTORY)
    bare = catalog.take(workshop.dsn(name))
    workshop.install(name, addons, root=root)
    workshop.execute(name, use_of(request.param), root=root)
    before = take_data(workshop.dsn(name))
    # somebody upgrades in the wrong order first
    with pytest.raises(Failure, match="crm_targets is older in this database"):
        workshop.upgrade(name, ["crm_experience"])
    workshop.upgrade(name, ADDONS)
    yield name, bare, before
    workshop.drop_database(name)


def test_the_log_has_no_complaint(workshop, upgraded):
    name, _bare, _before = upgraded
    log = (LOGS / f"odoo-{name}.log").read_text(errors="replace")
    assert [line for line in log.splitlines() if COMPLAINT.search(line)] == []


def test_nothing_is_lost(workshop, upgraded):
    name, _bare, before = upgraded
    after = take_data(workshop.dsn(name), before)
    assert compare_data(before, after) == {}
    assert query(workshop.dsn(name), UNBALANCED) == []


def test_it_is_as_if_fresh(workshop, upgraded):
    name, _bare, _before = upgraded
    fresh = "crm_upgrade_fresh"
    workshop.create_database(fresh)
    theirs, ours = workshop.dsn(fresh), workshop.dsn(name)
    try:
        built = catalog.differences(catalog.take(theirs), catalog.take(ours))
        # what the catalog tells apart by ids is compared by its names
        # and what a field is called stands beside its column only from when the column was made
        for kind in (*catalog.OF_USE, "menus", "views", "comments"):
            built.pop(kind, None)
        defined = {
            kind: compare(take_definitions(theirs, kind), take_definitions(ours, kind))
            for kind in DEFINITIONS
        }
    finally:
        workshop.drop_database(fresh)
    # what somebody changed on purpose is left as it was
    assert "active" in defined["rules"].pop(CHANGED_RULE)["domain"][1]
    assert {kind: found for kind, found in defined.items() if found} == {}
    assert built == {}


def test_nothing_opens_what_is_gone(workshop, upgraded):
    name, _bare, _before = upgraded
    dsn = workshop.dsn(name)
    for table, column in (("ir_filters", "model_id"), ("ir_act_window", "res_model")):
        found = sql.SQL("SELECT {} FROM {} WHERE {} NOT IN (SELECT model FROM ir_model)").format(
            *map(sql.Identifier, (column, table, column))
        )
        assert query(dsn, found) == []
    gone = """
        SELECT id FROM ir_ui_menu menu WHERE action LIKE 'ir.actions.act_window,%%'
           AND NOT EXISTS (SELECT FROM ir_act_window action
                            WHERE menu.action = 'ir.actions.act_window,' || action.id)"""
    assert query(dsn, gone) == []


def test_rules_of_before_ask_as_they_did(workshop, upgraded):
    """Nobody has said that they are to wait for open cases."""
    name, _bare, _before = upgraded
    held = "SELECT id FROM crm_feedback_rule WHERE is_held_by_case IS DISTINCT FROM FALSE"
    assert query(workshop.dsn(name), held) == []


def test_a_second_upgrade_does_nothing(workshop, upgraded):
    name, _bare, _before = upgraded
    dsn = workshop.dsn(name)
    built, data = catalog.take(dsn), take_data(dsn)
    workshop.upgrade(name, ADDONS)
    assert catalog.differences(built, catalog.take(dsn)) == {}
    assert compare_data(data, take_data(dsn)) == {}


def test_nothing_stays_behind(workshop, upgraded):
    """The last test of the database: it uninstalls the addons."""
    name, bare, _before = upgraded
    workshop.uninstall(name, list(reversed(ADDONS)))
    left = catalog.differences(bare, catalog.take(workshop.dsn(name)))
    for kind in catalog.OF_USE:
        left.pop(kind, None)
    assert left == {}


def use_of(archive):
    """What people do with a landing: what came with it, after all that came before."""
    until = LANDINGS[: LANDINGS.index(archive) + 1]
    return "\n".join((FOLDER / f"{name_of(path)}.py").read_text() for path in until)


def query(dsn, statement, **parameters):
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(statement, {"addons": list(ADDONS), **parameters})
        return cursor.fetchall()


def take_data(dsn, extended=()):
    """Every row of every table that the addons made or extended, by table and id.

    :param extended: tables that they extended before, whose rows are there whether they still do
    """
    data = {}
    for table in {name for (name,) in query(dsn, TABLES)} | set(extended):
        if table not in NOT_DATA:
            rows = query(dsn, sql.SQL("SELECT to_jsonb(t) FROM {} t").format(sql.Identifier(table)))
            data[table] = {row["id"]: row for (row,) in rows}
    return data


def compare_data(before, after):
    """What of `before` is gone or different `after`, by table: `{id: {column: (was, is)}}`."""
    changes = {}
    for table, rows in before.items():
        silent = NOT_COMPARED | MIGRATED.get(table, set())
        for row_id, row in rows.items():
            found = after.get(table, {}).get(row_id)
            # new columns are not data that was there
            if change := (
                compare(row, {key: found.get(key) for key in row}, silent) if found else "gone"
            ):
                changes.setdefault(table, {})[row_id] = change
    return changes


def take_definitions(dsn, kind):
    return dict(query(dsn, DEFINITIONS[kind]))


def compare(wanted, found, silent=()):
    """What differs, by key: `(wanted, found)`; nested dictionaries by their own keys."""
    changes = {}
    for key in sorted((wanted.keys() | found.keys()) - set(silent)):
        mine, other = wanted.get(key), found.get(key)
        if isinstance(mine, dict) and isinstance(other, dict):
            if change := compare(mine, other):
                changes[key] = change
        elif json.dumps(mine, sort_keys=True) != json.dumps(other, sort_keys=True):
            changes[key] = (mine, other)
    return changes
