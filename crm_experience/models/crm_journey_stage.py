from odoo import models


class CrmJourneyStage(models.Model):
    """Where on their journey with us a customer was."""

    _name = "crm.journey.stage"
    _description = "Journey Stage"
    _inherit = ["crm.experience.term"]
