from odoo import fields, models


class CrmCareOccasion(models.Model):
    """A day of the year on which many customers are greeted, such as the lunar New Year."""

    _name = "crm.care.occasion"
    _description = "Occasion"
    _inherit = ["crm.yearly.date"]
    _order = "date_next, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
