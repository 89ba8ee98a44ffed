from datetime import timedelta

import pytz
from odoo import api, fields, models
from odoo.addons.crm_experience.tools.playbook import pick_beginnings
from odoo.fields import Domain
from odoo.tools import SQL

#: Runs that begin in one transaction.
PORTION = 100
#: What an event names, in the order in which it is unpacked.
BROWSED = {
    "res.partner": "partner_id",
    "crm.lead": "lead_id",
    "res.company": "company_id",
    "res.users": "user_id",
    "crm.team": "team_id",
}
#: What happened longer ago than this sets nothing off any more: history that is filled in later.
MAX_AGE = timedelta(days=14)


class CrmPlaybook(models.Model):
    """How playbooks begin: sets of events, each of which sets a playbook off once."""

    _inherit = "crm.playbook"

    @api.model
    def _cron_run(self):
        """Begin, close, cancel, miss and chase, portion by portion."""
        for playbook in self.search([]):
            playbook._begin_runs()
        steps = self.env["crm.playbook.run.step"]
        steps._close_by_contacts()
        self.env["crm.playbook.run"]._cancel_left()
        steps._mark_missed()
        steps._chase()
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _begin_runs(self):
        """Begin the playbook wherever something happened that sets it off."""
        self.ensure_one()
        self._add_missing_steps()
        while self.step_ids and (runs := self._begin_portion()):
            self.env["ir.cron"]._commit_progress(len(runs))

    def _begin_portion(self):
        """Begin the playbook for the oldest events that set it off; return its runs."""
        events = self._find_events(PORTION)
        picked = set(
            pick_beginnings(
                [(event["origin"], event["customer"], event["date"]) for event in events],
                {},
                self.repeat_days,
            )
        )
        return self._create_runs([event for event in events if event["origin"] in picked])

    # ------------------------------------------------------------
    # Events
    # ------------------------------------------------------------

    def _find_events(self, limit):
        """Return what sets the playbook off and has not yet, the oldest first.

        Neither does what happened within the days in which it begins once for a customer (or
        an opportunity). Each has ``origin``, ``customer``, ``date``, ``partner_id``,
        ``lead_id``, ``company_id``, ``touchpoint_id``, ``user_id`` and ``team_id``.
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        is_lead = self.res_model == "crm.lead"
        query = SQL(
            """
            SELECT event.* FROM (%(events)s) event
             WHERE event.date >= %(since)s AND event.date <= %(now)s AND %(company)s
               AND NOT EXISTS (
                   SELECT FROM crm_playbook_run run
                     JOIN res_partner partner ON partner.id = run.partner_id
                    WHERE run.playbook_id = %(playbook)s AND (
                          run.origin = event.origin
                       OR %(customer)s = event.customer AND run.company_id = event.company_id
                          AND run.date_start > event.date - make_interval(days => %(days)s)
                          AND run.date_start < event.date + make_interval(days => %(days)s)
                    )
               )
             ORDER BY event.date, event.origin LIMIT %(limit)s
            """,
            events=self._get_move_sql() if self.start_on == "journey" else self._get_contact_sql(),
            since=max(self.date_from, now - MAX_AGE),
            now=now,
            company=SQL("event.company_id = %s", self.company_id.id)
            if self.company_id
            else SQL("TRUE"),
            playbook=self.id,
            customer=SQL("run.lead_id" if is_lead else "partner.commercial_partner_id"),
            days=self.repeat_days,
            limit=limit,
        )
        names = (
            *("origin", "customer", "date", "partner_id", "lead_id", "company_id"),
            *("touchpoint_id", "user_id", "team_id"),
        )
        return [dict(zip(names, row, strict=True)) for row in self.env.execute_query(query)]

    def _get_contact_sql(self):
        """Return the contacts that set the playbook off."""
        touchpoints = self.env["crm.touchpoint"].sudo()
        domain = self._get_trigger_domain()
        domain &= Domain("partner_id", "any", self.env["res.partner"]._get_alive_domain())
        if self.res_model == "crm.lead":
            stays = Domain("won_status", "!=", "lost")
            if self.is_bound and self.trigger_lead_stage_id:
                stays &= Domain("stage_id", "=", self.trigger_lead_stage_id.id)
            domain &= Domain("lead_id", "any", stays)
        return SQL(
            """
            SELECT 'touchpoint:' || touchpoint.id AS origin, %(customer)s AS customer,
                   touchpoint.date, touchpoint.partner_id, touchpoint.lead_id,
                   touchpoint.company_id, touchpoint.id AS touchpoint_id, touchpoint.user_id,
                   touchpoint.team_id
              FROM crm_touchpoint touchpoint
              JOIN res_partner member ON member.id = touchpoint.partner_id
             WHERE touchpoint.id IN %(fits)s
            """,
            customer=SQL(
                "touchpoint.lead_id"
                if self.res_model == "crm.lead"
                else "member.commercial_partner_id"
            ),
            fits=touchpoints._search(
                domain & Domain("date", ">=", fields.Datetime.now() - MAX_AGE)
            ).subselect(),
        )

    def _get_move_sql(self):
        """Return the moves to one of the stages of the journey that set the playbook off."""
        stays = SQL("journey.stage_id = move.stage_id") if self.is_bound else SQL("TRUE")
        return SQL(
            """
            SELECT 'journey:' || journey.id || ':' || move.stage_id || ':'
                       || extract(epoch FROM move.date)::bigint AS origin,
                   journey.partner_id AS customer, move.date, journey.partner_id,
                   NULL::integer AS lead_id, journey.company_id, move.touchpoint_id,
                   journey.user_id, journey.team_id
              FROM crm_customer_journey_move move
              JOIN crm_customer_journey journey ON journey.id = move.journey_id
             WHERE move.stage_id = ANY(%(stages)s) AND journey.loss_id IS NULL AND %(stays)s
               AND journey.partner_id IN %(customers)s
            """,
            stages=self.journey_stage_ids.ids,
            stays=stays,
            customers=self.env["res.partner"]
            .sudo()
            ._search(self._get_partner_domain() & self.env["res.partner"]._get_alive_domain())
            .subselect(),
        )

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    def _create_runs(self, events, seen=None):
        """Create runs, their steps and activities: three inserts, whatever their number.

        :param events: see `_find_events`
        :param seen: when they were seen; now by default
        """
        playbook = self.sudo()
        seen = seen or fields.Datetime.now()
        # browsed together, they are read together
        together = {
            model: playbook.env[model]
            .browse({event[name] for event in events if event[name]})
            ._prefetch_ids
            for model, name in BROWSED.items()
        }
        runs = playbook.env["crm.playbook.run"].create(
            [playbook._prepare_run_values(event, together) for event in events]
        )
        todo = [
            (run, step, playbook._get_assignee(step, run))
            for run in runs
            for step in playbook.step_ids
        ]
        dates = [playbook._get_date_due(run, step, user, seen) for run, step, user in todo]
        activities = (
            playbook.env["mail.activity"]
            # they are in the list of activities; a mail for each would be a flood
            .with_context(mail_activity_quick_update=True)
            .create(
                [
                    playbook._prepare_activity_values(run, step, user, day)
                    for (run, step, user), day in zip(todo, dates, strict=True)
                ]
            )
        )
        playbook.env["crm.playbook.run.step"].create(
            [
                playbook._prepare_step_values(run, step, user, day)
                | {"activity_id": activity.id, "name": activity.summary}
                for (run, step, user), day, activity in zip(todo, dates, activities, strict=True)
            ]
        )
        return runs

    def _prepare_run_values(self, event, together):
        partner, lead, company, user, team = (
            self.env[model].browse(event[name] or ()).with_prefetch(together[model])
            for model, name in BROWSED.items()
        )
        owner = self._get_first_able(
            company, lead.user_id, partner.user_id, partner.commercial_partner_id.user_id, user
        )
        team = team or lead.team_id
        return {
            "playbook_id": self.id,
            "origin": event["origin"],
            "date_start": event["date"],
            "partner_id": partner.id,
            "lead_id": lead.id if self.res_model == "crm.lead" else False,
            "company_id": company.id,
            "touchpoint_id": event["touchpoint_id"],
            "user_id": owner.id,
            "team_id": (team or owner.sale_team_id).id,
        }

    @api.model
    def _get_first_able(self, company, *users):
        """Return the first user who still works here, and for the company."""
        return next(
            (
                user
                for user in users
                if user and user.active and not user.share and company in user.company_ids
            ),
            self.env["res.users"],
        )

    def _get_assignee(self, step, run):
        """Return who is to do a step: as it says, else the team lead, else the owner."""
        candidates = {
            "owner": run.user_id,
            "contact": run.touchpoint_id.user_id,
            "lead": run.team_id.user_id,
            "person": step.responsible_id,
        }
        return self._get_first_able(
            run.company_id, candidates[step.assignment], run.team_id.user_id, self.user_id
        )

    def _get_date_due(self, run, step, user, seen):
        """Return when a step is due: not before the day on which the event was seen."""
        begun = self._get_local_day(run.date_start, user)
        return max(step.template_id._get_date_deadline(begun), self._get_local_day(seen, user))

    @api.model
    def _get_local_day(self, moment, user):
        """Return the day of a moment where the user is."""
        zone = pytz.timezone(user.tz or "UTC")
        return pytz.utc.localize(moment).astimezone(zone).date()

    def _prepare_activity_values(self, run, step, user, day):
        record = run.lead_id or run.partner_id
        return {
            "res_model_id": self.env["ir.model"]._get_id(record._name),
            "res_id": record.id,
            "activity_type_id": step.activity_type_id.id,
            "summary": step.with_context(lang=user.lang or None).name,
            "note": step.note,
            "date_deadline": day,
            "user_id": user.id,
            "automated": True,
        }

    def _prepare_step_values(self, run, step, user, day):
        return {
            "run_id": run.id,
            "step_id": step.id,
            "playbook_id": self.id,
            "partner_id": run.partner_id.id,
            "lead_id": run.lead_id.id,
            "company_id": run.company_id.id,
            "team_id": run.team_id.id,
            "user_id": user.id,
            "date_due": day,
        }
