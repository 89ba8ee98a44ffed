from odoo import fields, models


class CrmTouchpointCase(models.Model):
    _inherit = "crm.touchpoint"

    event = fields.Selection(selection_add=[("case", "Case")])
