from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, format_time

PAUSE = timedelta(days=1)


class CrmFeedbackInvitationCall(models.Model):
    """The telephone interview in the hands of whoever calls: whom, when, and what came of it.

    Whoever may read an invitation may call its customer, and notes what came of it by the
    buttons below; nobody writes the fields.
    """

    _inherit = "crm.feedback.invitation"

    call_count = fields.Integer(
        string="Not Reached",
        readonly=True,
        copy=False,
        aggregator="sum",
        help="How often the customer was called in vain.",
    )
    date_call = fields.Datetime(
        string="Call From", readonly=True, copy=False, help="Not called again before."
    )
    wrong_number = fields.Char(
        readonly=True,
        copy=False,
        help="The number that was wrong. With another one the customer is called.",
    )
    phone = fields.Char(string="Telephone", compute="_compute_phone")
    customer_time = fields.Char(
        string="Customer's Time",
        compute="_compute_customer_time",
        help="What time it is now where the customer is, and until when they want to be left "
        "alone if these are their quiet hours.",
    )
    is_quiet = fields.Boolean(string="Quiet Hours Now", compute="_compute_customer_time")
    call_script = fields.Html(related="rule_id.call_script", string="What You Say")
    partner_lang = fields.Selection(related="partner_id.lang", string="Customer's Language")

    @api.depends("partner_id.phone", "partner_id.commercial_partner_id.phone")
    def _compute_phone(self):
        for invitation in self:
            partner = invitation.partner_id
            invitation.phone = partner.phone or partner.commercial_partner_id.phone

    @api.depends("partner_id", "company_id", "way")
    @api.depends_context("lang")
    def _compute_customer_time(self):
        now = fields.Datetime.now()
        # Whoever may read an invitation may know when its customer is not to be disturbed.
        for invitation in self.sudo():
            quiet = invitation._get_quiet()
            free = quiet.get_next_moment(now)
            invitation.is_quiet = free > now
            shown = {"tz": quiet.zone or "UTC", "time_format": "short"}
            time = format_time(self.env, now, **shown)
            if free > now:
                time = self.env._(
                    "%(time)s, quiet until %(end)s",
                    time=time,
                    end=format_time(self.env, free, **shown),
                )
            invitation.customer_time = time

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_call_unreached(self):
        """Nobody answered the telephone: it is tried again tomorrow, or given up after enough."""
        for call in self._check_calls():
            call.call_count += 1
            if call.call_count >= call.rule_id.call_limit:
                call.message_post(body=self.env._("Not reached. No further call is planned."))
                call._close("cancelled", "unreached")
                continue
            moment = call._get_quiet().get_next_moment(fields.Datetime.now() + PAUSE)
            call._postpone(moment, self.env._("Not reached."))
        return True

    def action_call_refused(self):
        """The customer does not want to answer this time."""
        for call in self._check_calls():
            call.message_post(body=self.env._("The customer did not want to answer."))
            call._close("cancelled", "refused")
        return True

    def action_call_stop(self):
        """The customer wants to be called no more, by nobody."""
        for call in self._check_calls():
            call.message_post(body=self.env._("The customer wants no calls any more."))
            # They have said so to one of us, who writes it down for all.
            call.partner_id.is_phone_refused = True
            call._close("cancelled", "phone")
        return True

    def action_call_wrong_number(self):
        """The number is wrong: the customer is called once there is another one."""
        for call in self._check_calls():
            note = self.env._("The number %(number)s is wrong.", number=call.phone)
            call.message_post(body=note)
            # Whoever looks after the customer finds the right one.
            call.partner_id.message_post(body=note)
            call.wrong_number = call.phone
            call._close("held", "wrong_number")
            call.write({"is_sent": False, "date_hold": fields.Datetime.now() + PAUSE})
        return True

    def _check_calls(self):
        """Return these interviews with all rights, which whoever may read them may hold.

        :raises UserError: one of them is not to be called now
        """
        self.check_access("read")
        if self.filtered(lambda row: row.way != "phone" or row.state != "sent"):
            raise UserError(self.env._("There is no call to be made: look at its state."))
        return self.sudo()

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_calls(self):
        """Return the activities by which somebody is to call."""
        kind = self.env.ref("crm_experience.mail_activity_type_interview", raise_if_not_found=False)
        return self.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def _postpone(self, moment, note):
        """Call again from a moment on; the activity comes up on its day."""
        self.ensure_one()
        self.date_call = moment
        calls = self._get_calls()
        for call in calls:
            zoned = self.with_context(tz=call.user_id.tz)
            call.date_deadline = fields.Datetime.context_timestamp(zoned, moment).date()
        when = format_datetime(self.env, moment, dt_format="short")
        self.message_post(
            body=self.env._("%(note)s To be called again from %(date)s.", note=note, date=when)
        )

    def _get_interviewer(self):
        """Return who calls the customer."""
        self.ensure_one()
        for user in (
            self.rule_id.user_id,
            self.user_id,
            self.partner_id.user_id,
            self.team_id.user_id,
        ):
            if user.active and user.has_group("crm_experience.group_crm_experience_user"):
                return user
        return self.env["res.users"]

    def _plan_calls(self):
        """Plan an activity per interview, for whoever calls."""
        for invitation in self:
            user = invitation._get_interviewer()
            own = invitation.with_context(lang=user.lang)
            invitation.activity_schedule(
                "crm_experience.mail_activity_type_interview",
                date_deadline=fields.Date.context_today(invitation.with_context(tz=user.tz)),
                summary=own.env._("Interview: %(survey)s", survey=own.survey_id.title),
                user_id=user.id,
            )
