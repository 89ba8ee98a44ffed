from odoo import fields, models


class CrmFeedbackAsking(models.Model):
    """What an answer says about who gave it through a link for everybody."""

    _inherit = "crm.feedback"

    visitor = fields.Char(related="invitation_id.visitor")
