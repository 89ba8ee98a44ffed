from odoo.tools.sql import column_exists, create_column, table_exists


def migrate(cr, _version):
    """Rules that ask already go on asking while a case is open; new ones do not."""
    if table_exists(cr, "crm_feedback_rule") and not column_exists(
        cr, "crm_feedback_rule", "is_held_by_case"
    ):
        create_column(cr, "crm_feedback_rule", "is_held_by_case", "boolean")
        cr.execute("UPDATE crm_feedback_rule SET is_held_by_case = FALSE")
        # as in a new database, where the default is the model's
        cr.execute("ALTER TABLE crm_feedback_rule ALTER COLUMN is_held_by_case DROP DEFAULT")
