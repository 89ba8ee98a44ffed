import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.asking import Limit, Quiet, decide
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

PORTION = 100
# how long it takes until it is tried again
PAUSE = timedelta(days=1)


class CrmFeedbackInvitationSend(models.Model):
    """How a queued invitation becomes a question to the customer.

    The job takes invitations that are due in portions. What is decided about one, the mail and
    the new state are one transaction, and the mail itself is left to Odoo's own mail queue: a
    server that is stopped anywhere goes on where it was, and nobody is asked twice.
    """

    _inherit = "crm.feedback.invitation"

    # ------------------------------------------------------------
    # Job
    # ------------------------------------------------------------

    @api.model
    def _cron_ask(self):
        """Queue, send, remind and let expire what is due."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=1)
        for company in self.env["res.company"].search([]):
            invitations = self.with_company(company).with_context(
                allowed_company_ids=company.ids, active_test=False
            )
            for work in ("_queue_portion", "_send_portion", "_remind_portion", "_expire_portion"):
                while done := getattr(invitations, work)():
                    # what is committed here is never done again, wherever the job is stopped
                    if not cron._commit_progress(done, remaining=1):
                        return
        cron._commit_progress(remaining=0)

    @api.model
    def _get_due(self, domain, limit=PORTION):
        """Return invitations of the company that nobody else works on at this moment."""
        due = self.search(
            Domain(domain) & Domain("company_id", "=", self.env.company.id),
            order="date_planned, id",
            limit=limit,
        )
        return due.try_lock_for_update()

    @api.model
    def _send_portion(self):
        """Decide about some of the invitations that are due; return how many they were."""
        now = fields.Datetime.now()
        due = self._get_due(
            (Domain("state", "=", "queued") & Domain("date_planned", "<=", now))
            | (Domain("state", "=", "held") & Domain("date_hold", "<=", now))
        )
        due._process()
        return len(due)

    # ------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------

    def _process(self):
        """Send, hold or end these invitations, in a constant number of queries for deciding."""
        if not self:
            return
        now = fields.Datetime.now()
        refused = self._refuse()
        waiting = self - refused
        busy = waiting._get_busy()
        busy._hold("case", now)
        waiting -= busy
        history = waiting._get_history()
        to_send = self.browse()
        for invitation in waiting.sorted(lambda row: (row.date_planned, row.id)):
            company, rule = invitation.company_id, invitation.rule_id
            asked = history.setdefault(invitation.partner_id._get_mailbox(), [])
            same = [date for date, survey in asked if survey == invitation.survey_id.id]
            checks = (
                ("", [date for date, _survey in asked], company._get_feedback_limit()),
                ("survey_", same, Limit(rule.gap_days, rule.limit_count, rule.limit_days)),
            )
            decision = decide(now, invitation._get_deadline(), checks, invitation._get_quiet())
            if decision.action == "expire":
                invitation._close("expired", decision.reason)
            elif decision.action == "hold":
                invitation.write(
                    {"state": "held", "reason": decision.reason, "date_hold": decision.until}
                )
            elif invitation._hold_unreachable(now):
                continue
            else:
                asked.append((now, invitation.survey_id.id))
                to_send += invitation
        for rule, invitations in to_send.grouped("rule_id").items():
            if not rule._run_guarded(partial(invitations._send, now)):
                invitations.write({"state": "held", "reason": "mistake", "date_hold": now + PAUSE})

    def _refuse(self):
        """End the invitations of customers who must not be asked, and return them."""
        ages = self.partner_id._get_feedback_ages()
        stopped = self.partner_id._get_stopped_mailboxes()
        alive = self.partner_id._get_alive()
        by_reason = self.grouped(lambda invitation: invitation._get_refusal(ages, stopped, alive))
        by_reason.pop("", None)
        for reason, refused in by_reason.items():
            refused._close("cancelled", reason)
        return self.browse().union(*by_reason.values())

    def _get_refusal(self, ages, stopped, alive):
        """Return why the customer must not be asked; empty if nothing speaks against it.

        :param dict ages: age by customer, as far as it is known
        :param set stopped: mailboxes whose owners want no surveys
        :param alive: those of the customers who have not died
        """
        self.ensure_one()
        partner = self.partner_id
        if partner and partner not in alive:
            return "dead"
        if not partner.active:
            return "archived"
        minimum = self.company_id.feedback_minimum_age
        refusals = {
            "withdrawn": not self.rule_id.active or not self.survey_id.active,
            "opt_out": partner.experience_opt_out or partner._get_mailbox() in stopped,
            "blacklist": self.way == "mail" and partner.is_blacklisted,
            "phone": self.way == "phone" and partner.is_phone_refused,
            "age": ages.get(partner.id, minimum) < minimum,
        }
        return next((reason for reason, holds in refusals.items() if holds), "")

    def _get_busy(self):
        """Return those that wait because the customer waits for us: extended by ``super()``."""
        return self.browse()

    def _hold_unreachable(self, now):
        """Hold back for a day what cannot reach the customer: an address may be added."""
        self.ensure_one()
        reason = ""
        if self.way == "mail" and not self.partner_id.email_normalized:
            reason = "address"
        elif self.way == "phone" and not self.phone:
            reason = "number"
        elif self.way == "phone" and not self._get_interviewer():
            reason = "nobody"
        elif self.way == "phone" and self.phone == self.wrong_number:
            reason = "wrong_number"
        if reason:
            self._hold(reason, now)
        return bool(reason)

    def _hold(self, reason, now):
        """Hold back for a day, or give up what was held back for long enough."""
        for invitation in self:
            deadline = invitation._get_deadline()
            if now >= deadline:
                invitation._close("expired", "late")
            else:
                until = min(now + PAUSE, deadline)
                invitation.write({"state": "held", "reason": reason, "date_hold": until})

    def _get_deadline(self):
        self.ensure_one()
        return self.date_planned + timedelta(days=self.company_id.feedback_hold_days)

    def _get_quiet(self):
        """Return the customer's own quiet hours, else those of the company.

        Whoever hands a link over sees for themselves whether it suits.
        """
        self.ensure_one()
        company, partner = self.company_id, self.partner_id
        if self.way == "link":
            return Quiet()
        hours = (partner.quiet_from, partner.quiet_to)
        if hours[0] == hours[1]:
            hours = (company.feedback_quiet_from, company.feedback_quiet_to)
        return Quiet(*hours, partner.tz or company.partner_id.tz or None)

    def _get_history(self):
        """Return when the customers were asked what, by mailbox: reminders do not count.

        Two contacts with one mail address are one customer who is left in peace.
        """
        self.env.flush_all()
        query = SQL(
            """SELECT coalesce(partner.email_normalized, partner.id::text), date_sent, survey_id
                 FROM crm_feedback_invitation AS invitation
                 JOIN res_partner AS partner ON partner.id = invitation.partner_id
                WHERE (partner.id = ANY(%s) OR partner.email_normalized = ANY(%s))
                  AND invitation.company_id = %s AND is_sent AND date_sent > %s""",
            self.partner_id.ids,
            list(filter(None, self.partner_id.mapped("email_normalized"))),
            self.env.company.id,
            fields.Datetime.now() - timedelta(days=3650),
        )
        history = {}
        for mailbox, date, survey_id in self.env.execute_query(query):
            history.setdefault(mailbox, []).append((date, survey_id))
        return history

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------

    def _send(self, now):
        """Ask these customers, each by the way of the invitation; return how many they are.

        :raises ValidationError: the questionnaire cannot be answered any more
        """
        self.rule_id._check_survey()
        self._ensure_token()
        for company, invitations in self.grouped("company_id").items():
            expiry = now + timedelta(days=company.feedback_expiry_days)
            invitations.write(
                {
                    "state": "sent",
                    "is_sent": True,
                    "reason": False,
                    "date_hold": False,
                    "date_sent": now,
                    "date_expiry": expiry,
                }
            )
        self.filtered(lambda invitation: invitation.way == "mail")._send_mails()
        self.filtered(lambda invitation: invitation.way == "phone")._plan_calls()
        return len(self)

    def _send_mails(self, is_reminder=False):
        """Queue the mails with Odoo; they are delivered after the commit, by its own job."""
        default = self.env.ref("crm_experience.mail_template_feedback", raise_if_not_found=False)
        for template, invitations in self.grouped(
            lambda invitation: invitation.rule_id.mail_template_id or default
        ).items():
            # the template says which language; whose is not known is that of the company
            lang = self.env.company.partner_id.lang or self.env.lang
            mails = template.with_context(is_reminder=is_reminder, lang=lang).send_mail_batch(
                invitations.ids
            )
            for mail, invitation in zip(mails, invitations, strict=True):
                mail.headers = repr(invitation._get_mail_headers())

    # ------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------

    @api.model
    def _remind_portion(self):
        """Remind some of those who have not answered; reminders count for no limit."""
        now = fields.Datetime.now()
        rules = self.env["crm.feedback.rule"].search(
            [("reminder_count", ">", 0), ("active", "=", True)]
        )
        for rule in rules.filtered(lambda rule: rule.company_id == self.env.company):
            before = now - timedelta(days=rule.reminder_days)
            due = self._get_due(
                Domain("rule_id", "=", rule.id)
                & Domain("state", "=", "sent")
                & Domain("way", "=", "mail")
                & Domain("date_sent", "<=", before)
                & Domain("reminder_count", "<", rule.reminder_count)
                & (Domain("date_reminded", "=", False) | Domain("date_reminded", "<=", before))
                & Domain("date_expiry", ">", now)
                & (Domain("date_hold", "=", False) | Domain("date_hold", "<=", now))
            )
            if due:
                due._remind(now)
                return len(due)
        return 0

    def _remind(self, now):
        waiting = self - self._refuse()
        busy = waiting._get_busy()
        busy.date_hold = now + PAUSE
        ready = self.browse()
        for invitation in waiting - busy:
            decision = decide(now, invitation.date_expiry, (), invitation._get_quiet())
            if decision.action == "hold":
                invitation.date_hold = decision.until
            else:
                ready += invitation
        for rule, invitations in ready.grouped("rule_id").items():
            if not rule._run_guarded(partial(invitations._send_reminders, now)):
                invitations.date_hold = now + PAUSE

    def _send_reminders(self, now):
        for invitation in self:
            invitation.write(
                {
                    "date_reminded": now,
                    "reminder_count": invitation.reminder_count + 1,
                    "date_hold": False,
                }
            )
        self._send_mails(is_reminder=True)
        return len(self)

    @api.model
    def _expire_portion(self):
        """End some of the invitations that nobody has answered in time."""
        due = self._get_due(
            Domain("state", "=", "sent") & Domain("date_expiry", "<=", fields.Datetime.now())
        )
        due._close("expired")
        return len(due)

    def _mark_answered(self):
        """The customers have answered: whatever was planned to reach them is done."""
        now = fields.Datetime.now()
        self.write({"state": "answered", "reason": False, "date_hold": False})
        self.filtered(lambda invitation: not invitation.date_answered).date_answered = now
        self._get_calls().action_done()

    def _mark_undelivered(self):
        """The mails have not reached the customers: they were not asked, and no limit counts it."""
        open_ones = self.filtered(lambda invitation: invitation.state == "sent")
        open_ones._close("cancelled", "failed")
        open_ones.is_sent = False

    def _message_receive_bounce(self, email, partner):
        """A mail came back."""
        result = super()._message_receive_bounce(email, partner)
        self.sudo()._mark_undelivered()
        return result
