from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmPlaybook(models.Model):
    """What must happen for a customer, by when and by whom, once something has happened.

    The steps are those of one of Odoo's activity plans. What sets a playbook off is a contact or
    that the customer came to a stage of the journey; how it is run is in
    ``crm_playbook_start.py``, how it is followed up in ``crm_playbook_run_step_follow.py``.
    """

    _name = "crm.playbook"
    _inherit = ["crm.touchpoint.trigger"]
    _description = "Playbook"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=100)
    description = fields.Text(translate=True, help="What it is for, for those who work with it.")
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: for all companies."
    )
    res_model = fields.Selection(
        [("res.partner", "Customers"), ("crm.lead", "Opportunities")],
        string="Activities On",
        required=True,
        default="res.partner",
        help="Where the activities are: on the customer, or on the opportunity.",
    )
    plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Activity Plan",
        required=True,
        ondelete="restrict",
        domain="[('res_model', '=', res_model)]",
        check_company=True,
        help="Its activities are the steps. Empty: a plan is made for the playbook.",
    )
    step_ids = fields.One2many("crm.playbook.step", "playbook_id", string="Steps", copy=False)
    start_on = fields.Selection(
        [("touchpoint", "A contact"), ("journey", "A stage of the journey")],
        string="Begins With",
        required=True,
        default="touchpoint",
        help="A contact of a kind, or that the customer comes to a stage of the journey.",
    )
    journey_stage_ids = fields.Many2many(
        "crm.journey.stage",
        relation="crm_playbook_journey_stage_rel",
        string="When the Customer Comes To",
        help="It begins when the customer comes to one of these stages.",
    )
    is_bound = fields.Boolean(
        string="Ends With the Stage",
        default=True,
        help="What is still to be done is cancelled when the customer leaves the stage of the "
        "journey, or the opportunity the stage of the pipeline.",
    )
    repeat_days = fields.Integer(
        string="Once per Customer In",
        default=30,
        help="Days within which it begins only once for a customer. 0: with every event.",
    )
    date_from = fields.Datetime(
        string="For Events From",
        required=True,
        default=fields.Datetime.now,
        copy=False,
        help="What happened before does not set it off.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        default=lambda self: self.env.user,
        ondelete="set null",
        help="Answers for the playbook. Gets the steps for which nobody else can be found.",
    )
    chase_owner_days = fields.Integer(
        string="Remind After",
        default=1,
        help="Days after the due date on which whoever has the step is reminded. Once a step.",
    )
    chase_lead_days = fields.Integer(
        string="Tell the Lead After",
        default=3,
        help="Days after the due date on which the team lead is told. Once a step.",
    )
    run_ids = fields.One2many("crm.playbook.run", "playbook_id", string="Runs")
    run_count = fields.Integer(string="Running", compute="_compute_run_count")
    missed_count = fields.Integer(string="Missed Steps", compute="_compute_run_count")

    _days_not_negative = models.Constraint(
        "CHECK(repeat_days >= 0 AND chase_owner_days >= 1 AND chase_lead_days >= chase_owner_days)",
        "The lead is told after the reminder, and that is a day after the due date or later.",
    )

    def _compute_run_count(self):
        running = dict(
            self.env["crm.playbook.run"]._read_group(
                [("playbook_id", "in", self.ids), ("state", "=", "running")],
                ["playbook_id"],
                ["__count"],
            )
        )
        missed = dict(
            self.env["crm.playbook.run.step"]._read_group(
                [("playbook_id", "in", self.ids), ("state", "=", "missed")],
                ["playbook_id"],
                ["__count"],
            )
        )
        for playbook in self:
            playbook.run_count = running.get(playbook, 0)
            playbook.missed_count = missed.get(playbook, 0)

    @api.constrains("res_model", "plan_id")
    def _check_plan_id(self):
        if self.filtered(lambda playbook: playbook.plan_id.res_model != playbook.res_model):
            raise ValidationError(
                self.env._("The activity plan is for another kind of record than the playbook.")
            )

    @api.constrains("start_on", "journey_stage_ids", "res_model")
    def _check_start_on(self):
        for playbook in self.filtered(lambda playbook: playbook.start_on == "journey"):
            if not playbook.journey_stage_ids:
                raise ValidationError(
                    self.env._("Say which stages of the journey the playbook begins with.")
                )
            if playbook.res_model != "res.partner":
                raise ValidationError(
                    self.env._("A stage of the journey belongs to a customer, not an opportunity.")
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Make a plan for each playbook that comes without one."""
        for vals in vals_list:
            if not vals.get("plan_id"):
                model = vals.get("res_model") or "res.partner"
                vals["plan_id"] = self._create_plan(vals.get("name"), model, vals).id
        playbooks = super().create(vals_list)
        playbooks._add_missing_steps()
        return playbooks

    def write(self, vals):
        if vals.get("active") and "date_from" not in vals:
            # What happened while it was switched off does not set it off.
            vals = vals | {"date_from": fields.Datetime.now()}
        result = super().write(vals)
        if vals.get("plan_id"):
            self._add_missing_steps()
        return result

    def copy_data(self, default=None):
        """A copy has a plan of its own, with the same activities."""
        vals_list = super().copy_data(default)
        for playbook, vals in zip(self, vals_list, strict=True):
            if "plan_id" not in (default or {}):
                vals["plan_id"] = playbook.plan_id.copy().id
        return vals_list

    @api.model
    def _create_plan(self, name, res_model, vals):
        return self.env["mail.activity.plan"].create(
            {
                "name": name or self.env._("Playbook"),
                "res_model": res_model,
                "company_id": vals.get("company_id") or False,
            }
        )

    def _add_missing_steps(self):
        """Give every activity of the plan a step; those of deleted activities go with them."""
        steps = self.env["crm.playbook.step"].search([("playbook_id", "in", self.ids)])
        known = {(step.playbook_id.id, step.template_id.id) for step in steps}
        self.env["crm.playbook.step"].create(
            [
                {
                    "playbook_id": playbook.id,
                    "template_id": template.id,
                    "name": template.summary or template.activity_type_id.name,
                    "assignment": "person" if template.responsible_type == "other" else "owner",
                }
                for playbook in self
                for template in playbook.plan_id.template_ids
                if (playbook.id, template.id) not in known
            ]
        )

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_view_runs(self):
        """Show the customers for whom the playbook is at work."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_playbook_run_action"
        )
        return action | {"domain": [("playbook_id", "=", self.id)]}

    def action_view_missed(self):
        """Show what was missed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_playbook_run_step_action_missed"
        )
        return action | {"domain": [("playbook_id", "=", self.id)]}
