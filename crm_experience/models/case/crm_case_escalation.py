from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.sla import escalation_level
from odoo.tools import format_datetime

PORTION = 200


class CrmCaseEscalation(models.Model):
    """Late cases go up the line of their team, one level after the other, each level once.

    How far a case has gone is on the case and is written in the transaction that tells people:
    a job that is stopped or runs twice tells nobody twice.
    """

    _inherit = "crm.case"

    escalation_level = fields.Integer(
        string="Escalated To Level",
        readonly=True,
        copy=False,
        aggregator="max",
        help="1: the leader of the team knows that it is late. 2: the leader one team further up.",
    )

    @api.model
    def _cron_escalate(self):
        """Escalate what is late, in portions that are committed one by one."""
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([])
        cases = self.with_context(allowed_company_ids=companies.ids).search(
            [("date_deadline", "<", fields.Datetime.now())], order="id"
        )
        if not cron._commit_progress(remaining=len(cases)):
            return
        for start in range(0, len(cases), PORTION):
            portion = cases[start : start + PORTION]
            # Whoever changes a case right now is about to answer it; the next run sees.
            portion.try_lock_for_update()._escalate(fields.Datetime.now())
            if not cron._commit_progress(len(portion)):
                return

    def _escalate(self, now):
        """Tell the next leaders about cases that are late."""
        late = self.filtered(lambda case: case.date_deadline and case.date_deadline < now)
        if not late:
            return
        times = late._get_working_times(min(late.mapped("date_deadline")), now)
        for case in late:
            leaders = case._get_escalation_leaders()
            hours = times[case._get_calendar()].hours_between(case.date_deadline, now)
            step = case.company_id.case_escalation_hours
            level = escalation_level(hours, step, len(leaders))
            if level > case.escalation_level:
                told = leaders[case.escalation_level : level]
                case.escalation_level = level
                case._tell_late(told)

    def _get_escalation_leaders(self):
        """Return who is told about the case, from the team upwards, each person once.

        Where nobody leads, its owner is reminded.
        """
        leaders = self._get_leaders()
        return leaders or [user for user in self.user_id if user.active]

    def _get_leaders(self):
        """Return who leads the team of the case, and the teams above, each person once."""
        # Which team takes what is nobody's is no secret.
        team = self.team_id or self.company_id.sudo().case_team_id
        users = [line.user_id for line in team._get_line()] if team else []
        return list(dict.fromkeys(user for user in users if user.active))

    def _get_responsible(self):
        """Return who answers for the case: its owner, else whoever leads its team."""
        people = (*self.user_id, *self._get_leaders())
        return next((user for user in people if user.active), self.env["res.users"])

    def _tell_late(self, users):
        """Ask people to look after a late case: an activity, and a mail where they want it."""
        for user in users:
            case = self.with_context(lang=user.lang)
            case.activity_schedule(
                "crm_experience.mail_activity_type_case_late",
                summary=case.env._(
                    "%(case)s is late, owner: %(owner)s",
                    case=case.name,
                    owner=case.user_id.name or case.env._("nobody"),
                ),
                user_id=user.id,
            )
            case.message_notify(
                partner_ids=user.partner_id.ids,
                subject=case.env._("Late: %(case)s", case=case.display_name),
                body=case.env._(
                    "The deadline was %(date)s. Customer: %(customer)s.",
                    date=format_datetime(
                        # only the time zone of the working hours
                        case.env,
                        case.date_deadline,
                        tz=user.tz or case._get_calendar().sudo().tz,
                    ),
                    customer=case.partner_id.display_name or case.email_from or "",
                ),
                model=case._name,
                res_id=case.id,
            )

    # ------------------------------------------------------------
    # Closing by itself
    # ------------------------------------------------------------

    @api.model
    def _cron_close(self):
        """Close solved cases about which the customer has said nothing for long enough."""
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([("case_close_days", ">", 0)])
        now = fields.Datetime.now()
        for company in companies:
            cases = self.with_context(allowed_company_ids=company.ids).search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "solved"),
                    ("date_solved", "<", now - timedelta(days=company.case_close_days)),
                ],
                order="id",
            )
            for start in range(0, len(cases), PORTION):
                portion = cases[start : start + PORTION].try_lock_for_update()
                portion.write({"state": "confirmed", "confirmed_by": "time"})
                if not cron._commit_progress(len(portion)):
                    return
