from odoo import api, fields, models
from odoo.addons.crm_experience.models.touchpoint.crm_touchpoint_event import NO_CONTACT_EVENTS
from odoo.fields import Domain

#: What Odoo notes about documents, and what customers answer by themselves: nobody of ours did a
#: step with it, unless the step names it.
NOTES = (*NO_CONTACT_EVENTS, "lead_created", "order", "case", "document", "survey", "rating")


class CrmPlaybookStep(models.Model):
    """A step of a playbook: an activity of its plan, who does it, and what closes it by itself."""

    _name = "crm.playbook.step"
    _inherit = ["crm.touchpoint.trigger"]
    _inherits = {"mail.activity.plan.template": "template_id"}
    _description = "Playbook Step"
    _order = "playbook_id, due_days, id"
    _rec_name = "name"

    playbook_id = fields.Many2one("crm.playbook", required=True, ondelete="cascade", index=True)
    template_id = fields.Many2one(
        "mail.activity.plan.template",
        string="Planned Activity",
        required=True,
        ondelete="cascade",
        index=True,
    )
    name = fields.Char(string="What", required=True, translate=True)
    due_days = fields.Integer(
        string="Due After Days",
        compute="_compute_due_days",
        store=True,
        help="Days after the beginning of the playbook; months count as 30 days here.",
    )
    assignment = fields.Selection(
        [
            ("owner", "Salesperson of the customer"),
            ("contact", "Who was in contact"),
            ("lead", "Team lead"),
            ("person", "A person"),
        ],
        string="Done By",
        required=True,
        default="owner",
        help="Who gets the activity. Where that is nobody, the team lead gets it, else the owner "
        "of the playbook.",
    )
    is_closed_by_contact = fields.Boolean(
        string="Closed by a Contact",
        help="The step is done by itself once a contact of this kind with the customer is on the "
        "timeline. What Odoo notes about documents, such as an opportunity that moved, and what "
        "customers rate or answer is no contact, unless it is named as the event.",
    )
    trigger_direction = fields.Selection(
        selection=lambda self: (
            self.env["crm.touchpoint"]._fields["direction"]._description_selection(self.env)
        ),
        string="Direction",
        help="Outgoing: we turned to the customer. Incoming: the customer turned to us. Empty: "
        "either way.",
    )
    window_days = fields.Integer(
        string="Counts From",
        default=7,
        help="Days before the due date from which on a contact counts for the step.",
    )

    _window_not_negative = models.Constraint(
        "CHECK(window_days >= 0)", "Days before the due date cannot be negative."
    )
    _playbook_template_unique = models.Constraint(
        "UNIQUE(playbook_id, template_id)", "An activity of the plan is one step of a playbook."
    )

    @api.depends("template_id.delay_count", "template_id.delay_unit", "template_id.delay_from")
    def _compute_due_days(self):
        days = {"days": 1, "weeks": 7, "months": 30}
        for step in self:
            sign = 1 if step.delay_from == "after_plan_date" else -1
            step.due_days = sign * step.delay_count * days.get(step.delay_unit, 1)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("template_id"):
                playbook = self.env["crm.playbook"].browse(vals.get("playbook_id"))
                vals.setdefault("plan_id", playbook.plan_id.id)
                vals.setdefault("delay_from", "after_plan_date")
                vals.setdefault("summary", vals.get("name"))
                vals["responsible_type"] = self._get_responsible_type(vals.get("assignment"))
        return super().create(vals_list)

    def write(self, vals):
        # The plan checks these two against each other, so they are written there together.
        plan_vals = {name: vals[name] for name in ("responsible_id",) if name in vals}
        if vals.get("assignment"):
            plan_vals["responsible_type"] = self._get_responsible_type(vals["assignment"])
            if vals["assignment"] != "person":
                plan_vals["responsible_id"] = False
        if plan_vals:
            self.check_access("write")
            self.template_id.write(plan_vals)
            vals = {name: value for name, value in vals.items() if name not in plan_vals}
        return super().write(vals)

    def unlink(self):
        """The activity of the plan goes with its step, unless the plan is used elsewhere too."""
        templates = self.template_id
        result = super().unlink()
        kept = self.search([("template_id", "in", templates.ids)]).template_id
        (templates - kept).exists().unlink()
        return result

    @api.model
    def _get_responsible_type(self, assignment):
        return "other" if assignment == "person" else "on_demand"

    # ------------------------------------------------------------
    # What closes it
    # ------------------------------------------------------------

    def _get_trigger_domain(self):
        """A welcome call is not done because an opportunity moved or a customer rated us.

        Nor because the customer came by, where we are to turn to them.
        """
        domain = super()._get_trigger_domain()
        if self.trigger_direction:
            domain &= Domain("direction", "=", self.trigger_direction)
        return domain if self.trigger_event else domain & Domain("event", "not in", NOTES)
