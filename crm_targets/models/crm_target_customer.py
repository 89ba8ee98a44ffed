import math

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .crm_target import STATES


class CrmTargetCustomer(models.Model):
    """A customer who is to bring a part of a target about: how much, when, by what effort.

    Whoever a target is for plans for themselves, whatever its state, until it is locked.
    """

    _name = "crm.target.customer"
    _description = "Customer Plan of a Target"
    _order = "date, id"
    _check_company_auto = True

    target_id = fields.Many2one("crm.target", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    amount = fields.Float(
        digits=0,
        aggregator="sum",
        help="What the customer is to bring, in the unit of the target.",
    )
    date = fields.Date(
        string="Expected On",
        required=True,
        compute="_compute_date",
        precompute=True,
        store=True,
        readonly=False,
        help="When it is expected, within the period of the target.",
    )
    activities = fields.Integer(
        string="Contacts Planned",
        help="How many calls, visits and other contacts it is going to take.",
    )
    budget = fields.Monetary(help="What may be spent on the customer, such as samples and travel.")
    note = fields.Char()
    currency_id = fields.Many2one(related="company_id.currency_id")
    unit = fields.Char(string="Unit of Measure", compute="_compute_target")
    target_state = fields.Selection(STATES, string="State of the Target", compute="_compute_target")
    target_rest = fields.Float(
        string="Not Covered", compute="_compute_target", digits=0, aggregator=None
    )
    # Stored for rules and groups; they follow the target.
    company_id = fields.Many2one(related="target_id.company_id", store=True, index=True)
    indicator_id = fields.Many2one(related="target_id.indicator_id", store=True)
    team_id = fields.Many2one(related="target_id.team_id", store=True, index="btree_not_null")
    user_id = fields.Many2one(
        related="target_id.user_id", string="Person", store=True, index="btree_not_null"
    )
    parent_team_id = fields.Many2one(
        related="target_id.parent_team_id", store=True, index="btree_not_null"
    )

    _partner_unique = models.UniqueIndex(
        "(target_id, partner_id)", "The customer is in the plan of this target already."
    )
    _check_activities = models.Constraint(
        "CHECK (activities >= 0)", "The number of contacts cannot be negative."
    )
    _check_budget = models.Constraint("CHECK (budget >= 0)", "A budget cannot be negative.")

    @api.depends("target_id.unit", "target_id.state", "target_id.plan_rest")
    @api.depends_context("uid")
    def _compute_target(self):
        # A line that is only being entered may name any target: it tells nothing of others'.
        readable = self.target_id._origin._filtered_access("read")
        for line in self:
            target = line.target_id if line.target_id._origin in readable else readable.browse()
            line.unit = target.unit
            line.target_state = target.state
            line.target_rest = target.plan_rest

    @api.depends("target_id")
    def _compute_date(self):
        for line in self:
            line.date = line.date or line.target_id.date_to

    @api.depends("partner_id.display_name", "target_id.display_name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.partner_id.display_name} · {line.target_id.display_name}"

    @api.constrains("amount")
    def _check_amount(self):
        if not all(math.isfinite(line.amount) for line in self):
            raise ValidationError(self.env._("A planned amount is a finite number."))

    @api.constrains("date", "target_id")
    def _check_date(self):
        for line in self:
            target = line.target_id
            if not target.date_from <= line.date <= target.date_to:
                raise ValidationError(
                    self.env._(
                        "%(partner)s is expected outside of %(period)s.",
                        partner=line.partner_id.display_name,
                        period=target.period_label,
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        if "target_id" in vals:
            # Rules are checked before the change; it must not lead to where one may not write.
            self.check_access("write")
            self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        self._check_open()

    def _check_open(self):
        """The plan of a locked target is history. What merges contacts may still merge in it."""
        locked = self.filtered(lambda line: line.target_id.state == "locked")
        if locked and not self.env.su:
            raise UserError(
                self.env._(
                    "%(target)s is locked, and so is its customer plan.",
                    target=locked[0].target_id.display_name,
                )
            )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_schedule_activity(self):
        """Plan an activity with the customer."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schedule Activity"),
            "res_model": "mail.activity.schedule",
            "view_mode": "form",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "active_model": "res.partner",
                "active_ids": self.partner_id.ids,
                "default_date_deadline": fields.Date.to_string(self[:1].date),
            },
        }

    # ------------------------------------------------------------
    # Merging contacts
    # ------------------------------------------------------------

    @api.model
    def _merge_partners(self, sources, destination):
        """Let the plans of merged contacts be one: sums of what is planned, the earliest date."""
        lines = self.search([("partner_id", "in", (sources | destination).ids)])
        for _target, same in lines.grouped("target_id").items():
            kept = same.filtered(lambda line: line.partner_id == destination)[:1] or same[:1]
            values = {
                "partner_id": destination.id,
                "amount": sum(same.mapped("amount")),
                "activities": sum(same.mapped("activities")),
                "budget": sum(same.mapped("budget")),
                "date": min(same.mapped("date")),
                "note": "; ".join(filter(None, same.mapped("note"))) or False,
            }
            (same - kept).unlink()
            kept.write(values)
