from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .crm_case import OPEN_STATES, WORK_STATES

CLOSED_WELL = ("solved", "confirmed")


class CrmCaseState(models.Model):
    """The way of a case, the same however it is moved: button, board, form, API.

    What goes with a move is written by :meth:`write`: when it was, the clock that rests, the
    question to the customer. What a move needs is a constraint: nothing is closed without a
    cause, an outcome and the solution in words.
    """

    _inherit = "crm.case"

    confirmed_by = fields.Selection(
        [("customer", "The customer"), ("staff", "Staff, who asked"), ("time", "No answer")],
        readonly=True,
        copy=False,
        tracking=True,
        help="Who said that it is settled.",
    )

    @api.constrains("state", "cause_id", "outcome", "solution")
    def _check_closing(self):
        for case in self.filtered(lambda case: case.state in CLOSED_WELL):
            missing = [
                case._fields[name]._description_string(self.env)
                for name in ("cause_id", "outcome", "solution")
                if not (case[name].strip() if name == "solution" and case[name] else case[name])
            ]
            if missing:
                raise ValidationError(
                    self.env._(
                        "%(case)s cannot be closed yet. Say first: %(fields)s.",
                        case=case.name,
                        fields=", ".join(missing),
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Opened by hand as solved or waiting is opened first, and then moved."""
        states = [values.get("state", "new") for values in vals_list]
        cases = super().create([{**values, "state": "new"} for values in vals_list])
        for state in set(states) - {"new"}:
            moved = [case.id for case, wanted in zip(cases, states, strict=True) if wanted == state]
            self.browse(moved).write({"state": state})
        return cases

    def write(self, vals):
        if "state" not in vals:
            return super().write(vals)
        before = {case: case.state for case in self}
        result = super().write(vals)
        moved = self.filtered(lambda case: before[case] != case.state)
        now = fields.Datetime.now()
        waited = moved._get_waited_hours(now)
        for case in moved.sudo():  # whoever may move it has done so
            super(CrmCaseState, case).write(
                case._prepare_move_values(before[case], now, waited.get(case, 0))
            )
        if moved:
            moved._after_move(before)
        return result

    def _prepare_move_values(self, before, now, waited):
        """Return what a move from the state ``before`` to that of the case brings with it."""
        state, values = self.state, {}
        if before == "waiting":
            values = {"date_waiting": False, "waited_hours": self.waited_hours + waited}
        if state == "waiting":
            values["date_waiting"] = now
        if state == "solved" and not self.date_first_response:
            # the customer is told, and reads the solution
            values["date_first_response"] = now
        if state in CLOSED_WELL and before not in CLOSED_WELL:
            values["date_solved"] = now
        if state == "confirmed":
            values |= {"date_confirmed": now, "confirmed_by": self.confirmed_by or "staff"}
        elif before == "confirmed":
            values |= {"date_confirmed": False, "confirmed_by": False}
        if before in CLOSED_WELL and state in WORK_STATES:
            values |= {
                "date_solved": False,
                "outcome": False,
                "confirmed_by": False,
                "reopen_count": self.reopen_count + 1,
            }
        if before not in WORK_STATES and state in WORK_STATES:
            # its time begins again
            values |= {"date_clock": now, "waited_hours": 0, "escalation_level": 0}
        return values

    def _after_move(self, before):
        """Do what a move sets off for others.

        :param dict before: state of every case before it
        """
        self._check_cancelling()
        closed = self.filtered(lambda case: case.state not in OPEN_STATES)
        # What was planned for it is done with.
        closed.activity_unlink(["crm_experience.mail_activity_type_case_late"])
        self.filtered(lambda case: case.state not in WORK_STATES)._release_invitations()

    def _release_invitations(self):
        """Let the job look again at whom these cases have kept from being asked."""
        # Whoever may move a case lets go what it has held back.
        customers = self.sudo().partner_id.commercial_partner_id
        held = (
            self.env["crm.feedback.invitation"]
            .sudo()
            .search(
                Domain("state", "=", "held")
                & Domain("reason", "=", "case")
                & Domain("partner_id.commercial_partner_id", "in", customers.ids)
            )
        )
        if held:
            held.date_hold = fields.Datetime.now()
            self.env.ref("crm_experience.ir_cron_ask").sudo()._trigger()

    def _check_cancelling(self):
        """What customers themselves brought up is not cancelled by whoever is measured by it."""
        if self.env.su or self.env.user.has_group("crm_experience.group_crm_experience_lead"):
            return
        for case in self.filtered(lambda case: case.state == "cancelled"):
            if not case.duplicate_of_id and (case.feedback_id or case.source == "portal"):
                raise UserError(
                    self.env._(
                        "%(case)s is what a customer told us: only a team lead cancels it. Was "
                        "nothing wrong? Then solve it with the outcome “No fault found”.",
                        case=case.name,
                    )
                )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_take(self):
        """Become the owner, unless somebody else was faster."""
        for case in self:
            if case.user_id and case.user_id != self.env.user:
                raise UserError(
                    self.env._(
                        "%(user)s has taken %(case)s already.",
                        user=case.user_id.name,
                        case=case.name,
                    )
                )
        self.filtered(lambda case: not case.user_id).user_id = self.env.user
        self.filtered(lambda case: case.state == "new").state = "in_progress"
        return True

    def action_note_response(self):
        """The customer was answered, by phone or in person."""
        answered = self.filtered(lambda case: not case.date_first_response)
        answered.check_access("write")
        answered.sudo().date_first_response = fields.Datetime.now()
        answered.filtered(lambda case: case.state == "new").state = "in_progress"
        return True

    def action_wait(self):
        """It is the customer's turn: the clock rests."""
        self._check_state(*WORK_STATES)
        self.state = "waiting"
        return True

    def action_resume(self):
        """It is our turn again."""
        self._check_state("waiting", "new", "in_progress")
        self.state = "in_progress"
        return True

    def action_solve(self):
        """It is solved, as far as we can tell: the customer is asked."""
        self._check_state(*WORK_STATES)
        self.state = "solved"
        return True

    def action_confirm(self):
        """The customer said to us that it is settled."""
        self._check_state("solved")
        self.state = "confirmed"
        return True

    def action_reopen(self):
        """It is not settled after all."""
        self._check_state("solved", "confirmed", "cancelled")
        if self.filtered("duplicate_of_id"):
            raise UserError(self.env._("This case has joined another one: open that one again."))
        self.state = "in_progress"
        return True

    def action_cancel(self):
        """It was no case: opened by mistake, spam."""
        self._check_state(*WORK_STATES)
        self.state = "cancelled"
        return True

    def _check_state(self, *states):
        """Refuse what somebody else has moved on in the meantime."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for case in self:
            if case.state not in states:
                raise UserError(
                    self.env._(
                        "%(case)s is in the state “%(state)s” by now.",
                        case=case.name,
                        state=labels[case.state],
                    )
                )
