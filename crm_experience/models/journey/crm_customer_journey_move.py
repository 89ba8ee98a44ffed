from odoo import fields, models


class CrmCustomerJourneyMove(models.Model):
    """A customer came to a stage of the journey: how the present stage came about."""

    _name = "crm.customer.journey.move"
    _inherit = ["crm.customer.record"]
    _description = "Move on the Customer Journey"
    _rec_name = "stage_id"
    _order = "date desc, id desc"

    journey_id = fields.Many2one(
        "crm.customer.journey", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True, ondelete="set null")
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="set null")
    from_stage_id = fields.Many2one("crm.journey.stage", readonly=True, ondelete="cascade")
    stage_id = fields.Many2one(
        "crm.journey.stage", string="To Stage", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True, readonly=True)
    days = fields.Float(
        string="Days in Stage Before",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="How long the customer was in the stage before.",
    )
    cause = fields.Selection(
        [("contact", "A contact"), ("time", "Time went by"), ("person", "Placed by hand")],
        required=True,
        readonly=True,
    )
    rule_id = fields.Many2one("crm.journey.rule", readonly=True, ondelete="set null")
    touchpoint_id = fields.Many2one("crm.touchpoint", readonly=True, ondelete="set null")
    reason = fields.Char(readonly=True)
    author_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="set null")

    _partner_index = models.Index("(partner_id)")
    _touchpoint_index = models.Index("(touchpoint_id) WHERE touchpoint_id IS NOT NULL")
    _date_index = models.Index("(company_id, stage_id, date)")
