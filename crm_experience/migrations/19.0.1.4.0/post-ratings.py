from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, _version):
    """Ratings were captured without what they say: write their answers.

    They are history: an upgrade opens no cases about them.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(env["crm.feedback"]._get_ratings_statement(SQL("TRUE")))
    cr.execute(
        """UPDATE crm_feedback SET is_case_checked = TRUE
            WHERE source = 'odoo' AND external_id LIKE 'rating.rating:%'
              AND is_case_checked IS NOT TRUE"""
    )
