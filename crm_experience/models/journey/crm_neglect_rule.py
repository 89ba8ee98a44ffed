from odoo import fields, models


class CrmNeglectRule(models.Model):
    """How long a customer may be left in silence, by segment."""

    _name = "crm.neglect.rule"
    _inherit = ["crm.customer.condition"]
    _description = "Neglect Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=100, help="Of several rules for a customer, the first one counts."
    )
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: for all companies."
    )
    kind = fields.Selection(
        [("neglect", "Neglected"), ("loss", "Probably lost")],
        required=True,
        default="neglect",
        help="What the silence means: we neglect the customer, or the customer has probably left.",
    )
    silence = fields.Selection(
        [
            ("personal", "No personal contact"),
            ("outgoing", "Nobody turned to the customer"),
            ("care", "No contact that was not selling"),
            ("purchase", "No purchase"),
        ],
        required=True,
        default="personal",
        help="What has not happened for too long.",
    )
    days = fields.Integer(
        default=90, help="Days of silence from which on the rule holds, at the earliest."
    )
    usual_factor = fields.Float(
        string="Times the Usual Interval",
        default=0.0,
        help="Also at least so many times the days that usually lie between two purchases of the "
        "customer: with 3, who buys every 30 days after 90. Such a rule says nothing about "
        "customers with fewer than three purchases, who have no usual interval yet. 0: the days "
        "alone count.",
    )
    is_buyer_only = fields.Boolean(
        string="Only Who Has Bought", default=True, help="Who has bought at least once."
    )
    has_activity = fields.Boolean(
        string="Plan an Activity",
        help="Plan an activity for whoever is responsible, once in a silence.",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        ondelete="set null",
        domain="['|', ('res_model', '=', False), ('res_model', '=', 'res.partner')]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="If Nobody Is Responsible",
        ondelete="set null",
        help="Gets the activity of customers without salesperson and team lead.",
    )

    _days_positive = models.Constraint(
        "CHECK(days >= 1 AND usual_factor >= 0)", "A silence has at least one day."
    )
