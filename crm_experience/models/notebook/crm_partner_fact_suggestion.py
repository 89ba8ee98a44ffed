from odoo import fields, models


class CrmPartnerFactSuggestion(models.Model):
    """What is often true of customers, to be picked with a tap."""

    _name = "crm.partner.fact.suggestion"
    _description = "Suggestion for a Fact"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        selection=lambda self: (
            self.env["crm.partner.fact"]._fields["kind"]._description_selection(self.env)
        ),
        required=True,
        default="cares",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
