"""What a database is made of, so that two states of it can be compared."""

from contextlib import closing

import psycopg2

# Each query returns rows that name one thing. What Odoo itself keeps of every module that it
# has seen (its row in ir_module_module and that row's name) is no trace of an installation.
QUERIES = {
    "relations": """
        SELECT c.relname, c.relkind FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema
        AND c.relname !~ '^ir_sequence_[0-9]+$'""",
    # Odoo names what counts for a record of ir.sequence by the id of the record.
    "counters": """
        SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema AND c.relname ~ '^ir_sequence_[0-9]+$'""",
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = current_schema""",
    # Core declares rule_group_rel on both models, with a different ON DELETE; it ends with that
    # of the model that was loaded last, whichever addon was the reason.
    "constraints": """
        SELECT conrelid::regclass::text, conname,
            CASE WHEN conname = 'rule_group_rel_group_id_fkey' THEN 'either'
            ELSE pg_get_constraintdef(c.oid) END
        FROM pg_constraint c
        JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = current_schema""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema",
    "triggers": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
    "rules": "SELECT tablename, rulename FROM pg_rules WHERE schemaname = current_schema",
    "functions": """
        SELECT p.proname, pg_get_function_identity_arguments(p.oid) FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema""",
    "types": """
        SELECT t.typname FROM pg_type t
        JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = current_schema""",
    "extensions": "SELECT extname FROM pg_extension",
    "comments": """
        SELECT d.classoid::regclass::text, c.relname, a.attname, d.description
        FROM pg_description d JOIN pg_class c ON c.oid = d.objoid
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema""",
    "installed modules": "SELECT name FROM ir_module_module WHERE state != 'uninstalled'",
    # For what a model inherits from its mixins core keeps external ids in the name of modules that
    # extend the mixin, and forgets them; the inheritance itself is compared below.
    "external ids": """
        SELECT module, name, model FROM ir_model_data
        WHERE NOT (module = 'base' AND model = 'ir.module.module')
        AND model != 'ir.model.inherit'""",
    "models": "SELECT model, name->>'en_US' FROM ir_model",
    "fields": "SELECT model, name, ttype FROM ir_model_fields",
    "selections": """
        SELECT f.model, f.name, s.value FROM ir_model_fields_selection s
        JOIN ir_model_fields f ON f.id = s.field_id""",
    # Core forgets to strike foreign keys on tables of other modules off this list, for every
    # module, its own included. The foreign keys themselves are compared above.
    "model constraints": "SELECT name, type FROM ir_model_constraint WHERE type != 'f'",
    "many2many": "SELECT name FROM ir_model_relation",
    "inheritance": """
        SELECT m.model, p.model FROM ir_model_inherit i JOIN ir_model m ON m.id = i.model_id
        JOIN ir_model p ON p.id = i.parent_id""",
    "access": "SELECT name FROM ir_model_access",
    "record rules": "SELECT name FROM ir_rule",
    "groups": "SELECT name->>'en_US', privilege_id FROM res_groups",
    "privileges": "SELECT name->>'en_US' FROM res_groups_privilege",
    "members": """
        SELECT u.login, g.name->>'en_US' FROM res_groups_users_rel r
        JOIN res_users u ON u.id = r.uid JOIN res_groups g ON g.id = r.gid""",
    "menus": "SELECT name->>'en_US', parent_path FROM ir_ui_menu",
    "views": "SELECT name, model, type, arch_db->>'en_US' FROM ir_ui_view",
    "actions": "SELECT name->>'en_US', type FROM ir_actions",
    "crons": "SELECT cron_name FROM ir_cron",
    "cron triggers": "SELECT cron_id FROM ir_cron_trigger",
    "parameters": "SELECT key FROM ir_config_parameter",
    "defaults": "SELECT field_id, json_value FROM ir_default",
    "filters": "SELECT name, model_id FROM ir_filters",
    "assets": "SELECT name, path FROM ir_asset",
    "sequences of records": "SELECT code, name FROM ir_sequence",
    "mail templates": "SELECT name->>'en_US', model FROM mail_template",
    "subtypes": "SELECT name->>'en_US', res_model FROM mail_message_subtype",
    "activity types": "SELECT name->>'en_US', res_model FROM mail_activity_type",
    "activities": "SELECT res_model, res_id FROM mail_activity",
    "followers": "SELECT res_model, res_id, partner_id FROM mail_followers",
    "attachments of ours": """
        SELECT res_model, res_field, name FROM ir_attachment
        WHERE res_model IS NOT NULL AND res_model NOT IN (SELECT model FROM ir_model)""",
    "messages of ours": """
        SELECT model, res_id FROM mail_message
        WHERE model IS NOT NULL AND model NOT IN (SELECT model FROM ir_model)""",
    "digests": "SELECT name->>'en_US' FROM digest_digest",
    "tips": "SELECT name->>'en_US' FROM digest_tip",
}

# Kinds that people add to, while an addon is used.
OF_PEOPLE = ("activities", "cron triggers", "defaults", "filters", "followers")
# Kinds that also grow with the use of Odoo itself.
OF_USE = (*OF_PEOPLE, "members", "messages of ours", "parameters")


def take(dsn):
    """Return the names of all that is in the database, by kind."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        catalog = {}
        for kind, query in QUERIES.items():
            cursor.execute(query)
            catalog[kind] = set(cursor.fetchall())
        return catalog


def differences(before, after):
    """Return what was added and what was lost, by kind; empty when nothing was."""
    changes = {
        kind: {
            "added": sorted(map(str, after[kind] - before[kind])),
            "lost": sorted(map(str, before[kind] - after[kind])),
        }
        for kind in before
    }
    return {kind: change for kind, change in changes.items() if change["added"] or change["lost"]}
