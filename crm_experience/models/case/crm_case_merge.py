from datetime import timedelta

from markupsafe import Markup
from odoo import api, fields, models
from odoo.addons.crm_experience.tools.likeness import likeness
from odoo.exceptions import UserError, ValidationError

from .crm_case import WORK_STATES

# Two cases of a customer further apart than this are hardly the same.
NEAR_DAYS = 30
LIKE = 0.35
MOST = 5
TAKEN_OVER = (
    *("partner_id", "email_from", "product_id", "order_id", "lead_id", "cause_id"),
    *("registered_product_id",),
    *("dimension_id", "promise", "remedy", "no_solution_reason"),
)


class CrmCaseMerge(models.Model):
    """The same thing told twice is one case: the others join it, and say so."""

    _inherit = "crm.case"

    duplicate_of_id = fields.Many2one(
        "crm.case",
        string="Joined",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
        tracking=True,
        help="The case in which this one is dealt with.",
    )
    duplicate_ids = fields.One2many("crm.case", "duplicate_of_id", string="Joined by")
    likely_duplicate_ids = fields.Many2many(
        "crm.case", string="Likely the Same", compute="_compute_likely_duplicate_ids"
    )
    feedback_ids = fields.One2many("crm.feedback", "case_id", string="Answers")

    @api.depends("partner_id", "title", "order_id", "product_id", "state")
    def _compute_likely_duplicate_ids(self):
        """Open cases of the same customer that sound the same or are about the same thing."""
        self.likely_duplicate_ids = False
        cases = self.filtered(lambda case: case.partner_id and case.state in WORK_STATES)
        if not cases:
            return
        customers = cases.partner_id.sudo().commercial_partner_id
        others = self.search(
            [
                ("partner_id", "child_of", customers.ids),
                ("state", "in", WORK_STATES),
                ("date_open", ">=", min(cases.mapped("date_open")) - timedelta(days=NEAR_DAYS)),
            ]
            # cases that the caller may read are compared by whose they are; nothing of it is shown
        ).grouped(lambda case: case.sudo().partner_id.commercial_partner_id)
        for case in cases:
            scores = {
                other: case._get_likeness(other)
                for other in others.get(case.sudo().partner_id.commercial_partner_id, ())
                if other != case._origin
            }
            likely = sorted(
                (other for other, score in scores.items() if score >= LIKE),
                key=lambda other: -scores[other],
            )
            case.likely_duplicate_ids = self.browse(other.id for other in likely[:MOST])

    def _get_likeness(self, other):
        """Return how likely two cases of a customer are the same: 0 to 1."""
        if abs(self.date_open - other.date_open) > timedelta(days=NEAR_DAYS):
            return 0
        same_thing = (self.order_id and self.order_id == other.order_id) or (
            self.product_id and self.product_id == other.product_id
        )
        return max(0.6 if same_thing else 0, likeness(self.title or "", other.title or ""))

    @api.constrains("duplicate_of_id")
    def _check_duplicate_of_id(self):
        if self.filtered(lambda case: case.duplicate_of_id.duplicate_of_id) or self.filtered(
            lambda case: case.duplicate_of_id == case
        ):
            raise ValidationError(self.env._("That case has joined another one itself."))

    # ------------------------------------------------------------
    # Joining
    # ------------------------------------------------------------

    def action_join(self):
        """Choose which of the selected cases the others join."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Join Cases"),
            "res_model": "crm.case.merge",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_ids": self.ids},
        }

    def _join(self, main):
        """Move what belongs to these cases to ``main``, and close them as parts of it.

        Messages, files, what is planned, followers and answers of the customer move. The cases
        stay, with where they went, so that a number that the customer knows is still found.
        """
        others = self - main
        (others | main).check_access("write")
        # What is settled stays so, and nothing new hides in it: it is opened again first.
        (others | main)._check_state(*WORK_STATES)
        if (others | main).company_id != main.company_id:
            raise UserError(self.env._("Only cases of one company can be joined."))
        customers = (others | main).partner_id.sudo().commercial_partner_id
        if len(customers) > 1:
            raise UserError(self.env._("Only cases of one customer can be joined."))
        # Both sides may be written by the caller: what hangs on them follows, whoever wrote it.
        for case in others.sudo():
            case._move_belongings(main.sudo())
        others.sudo().duplicate_ids.write({"duplicate_of_id": main.id})
        others.sudo().write({"state": "cancelled", "duplicate_of_id": main.id})
        main.write(self._prepare_joined_values(main, others))

    @api.model
    def _prepare_joined_values(self, main, others):
        """Return what a case takes over from those that join it: nothing said or spent is lost."""
        values = {"severity": max((main | others).mapped("severity"))}
        for name in TAKEN_OVER:
            source = others.filtered(name)[:1]
            if source and not main[name]:
                values[name] = source._fields[name].convert_to_write(source[name], source)
                if name == "promise":
                    values["promise_date"] = source.promise_date
        values |= self._prepare_joined_properties(main, others)
        # What joined cases cost is left out of reports with them.
        values["remedy_cost"] = sum((main | others).mapped("remedy_cost"))
        return values

    @api.model
    def _prepare_joined_properties(self, main, others):
        """Return the own fields with what is filled in where the case itself says nothing.

        Own fields are those of a team: of other teams' there is no place here.
        """
        own, *joined = (
            {entry["name"]: entry for entry in row["properties"]}
            # whoever may write all of these cases has been let this far
            for row in (main.sudo() | others.sudo()).read(["properties"])
        )
        for name, entry in own.items():
            found = (row[name]["value"] for row in joined if row.get(name, {}).get("value"))
            entry["value"] = entry.get("value") or next(found, False)
        return {"properties": list(own.values())} if own else {}

    def _move_belongings(self, main):
        """Move messages, files, activities, followers and answers, and leave a note."""
        words = ("comment", "email", "email_outgoing")
        self.message_ids.filtered(lambda message: message.message_type in words).write(
            {"res_id": main.id}
        )
        self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", False)]
        ).write({"res_id": main.id})
        self.activity_ids.write({"res_id": main.id})
        (self | main).invalidate_recordset(["activity_ids", "message_ids"])
        main.message_subscribe(self.message_partner_ids.ids)
        self.feedback_ids.write({"case_id": main.id})
        main._message_log(
            body=Markup("<p>%s</p><p>%s</p>")
            % (
                self.env._("%(case)s has joined this case.", case=self.display_name),
                self.description or "",
            )
        )
        self._message_log(
            body=self.env._("This case is dealt with in %(case)s.", case=main.display_name)
        )

    def _check_state(self, *states):
        if joined := self.filtered("duplicate_of_id"):
            raise UserError(
                self.env._(
                    "%(case)s has joined %(main)s: go on there.",
                    case=joined[0].name,
                    main=joined[0].duplicate_of_id.name,
                )
            )
        super()._check_state(*states)
