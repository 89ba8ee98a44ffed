from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.playbook import Contact, OpenStep, match_contacts
from odoo.tools import SQL

#: Steps that are closed in one transaction.
PORTION = 500
#: Steps that a reminder names; the list behind it has them all.
MAX_NAMED = 20
LEVEL_OWNER, LEVEL_LEAD = 1, 2


class CrmPlaybookRunStep(models.Model):
    """What becomes of steps: closed by a contact, missed, chased."""

    _inherit = "crm.playbook.run.step"

    # ------------------------------------------------------------
    # Contacts that do a step
    # ------------------------------------------------------------

    @api.model
    def _close_by_contacts(self):
        """Close the steps that a contact on the timeline has done."""
        done = self._find_done()
        ids = sorted(done)
        for start in range(0, len(ids), PORTION):
            steps = self.sudo().browse(ids[start : start + PORTION])
            steps._close_done(done)
            self.env["ir.cron"]._commit_progress(len(steps))

    @api.model
    def _find_done(self):
        """Return contact and day by id of each step that a contact has done."""
        contacts, waiting = self._find_contacts()
        done = {}
        for run_id, steps in waiting.items():
            done |= match_contacts(steps, contacts[run_id])
        return done

    def _close_done(self, done):
        """Close steps with the contacts that `_find_done` found, and drop their activities."""
        activities = self.activity_id.filtered("active")
        self.activity_id = False
        self._close(
            {step.id: done[step.id][1] for step in self},
            {step.id: done[step.id][0] for step in self},
        )
        # Dropped, not done: the contact is on the timeline, a done activity would be a second.
        activities.unlink()

    @api.model
    def _find_contacts(self):
        """Return contacts that fit steps which wait, and these steps, by run: in one query."""
        definitions = self.env["crm.playbook.step"].search([("is_closed_by_contact", "=", True)])
        contacts, waiting = defaultdict(list), defaultdict(list)
        if not definitions:
            return contacts, waiting
        self.env.flush_all()
        branches = [
            SQL(
                """
                SELECT step.run_id, step.id, step.date_due, %(window)s AS days, touchpoint.id,
                       (touchpoint.date AT TIME ZONE 'UTC'
                           AT TIME ZONE COALESCE(responsible.tz, 'UTC'))::date
                  FROM crm_playbook_run_step step
                  JOIN crm_playbook_run run ON run.id = step.run_id
                  JOIN res_partner customer ON customer.id = step.partner_id
                  JOIN res_partner member
                    ON member.commercial_partner_id = customer.commercial_partner_id
                  JOIN crm_touchpoint touchpoint
                    ON touchpoint.partner_id = member.id
                   AND touchpoint.company_id = step.company_id
                   AND touchpoint.date > run.date_start AND touchpoint.date <= %(now)s
                   AND touchpoint.id IS DISTINCT FROM run.touchpoint_id
                  LEFT JOIN res_users assigned ON assigned.id = step.user_id
                  LEFT JOIN res_partner responsible ON responsible.id = assigned.partner_id
                 WHERE step.step_id = %(step)s AND step.state IN ('todo', 'missed')
                   AND touchpoint.id IN %(fits)s
                   AND NOT EXISTS (
                       SELECT FROM crm_playbook_run_step other
                        WHERE other.run_id = step.run_id AND (
                              other.touchpoint_id = touchpoint.id
                           -- the activity of one step, once done, is no contact for another
                           OR touchpoint.source = 'odoo'
                              AND touchpoint.external_id = 'mail.activity:' || other.activity_id
                        )
                   )
                """,
                window=definition.window_days,
                now=fields.Datetime.now(),
                step=definition.id,
                fits=self.env["crm.touchpoint"]
                .sudo()
                ._search(definition._get_trigger_domain())
                .subselect(),
            )
            for definition in definitions
        ]
        fits = defaultdict(set)
        steps = {}
        for run_id, step_id, due, days, touchpoint_id, day in self.env.execute_query(
            SQL(" UNION ALL ").join(branches)
        ):
            fits[run_id, touchpoint_id, day].add(step_id)
            steps[step_id] = (run_id, OpenStep(step_id, due - timedelta(days=days), due))
        for run_id, step in steps.values():
            waiting[run_id].append(step)
        for (run_id, touchpoint_id, day), step_ids in fits.items():
            contacts[run_id].append(Contact(touchpoint_id, day, frozenset(step_ids)))
        return contacts, waiting

    # ------------------------------------------------------------
    # Missed
    # ------------------------------------------------------------

    @api.model
    def _mark_missed(self):
        """Mark as missed what was due on a day that is over where its person is."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_playbook_run_step step
                   SET state = 'missed', is_counted = TRUE, write_date = %(now)s
                  FROM crm_playbook_run_step own
                  LEFT JOIN res_users assigned ON assigned.id = own.user_id
                  LEFT JOIN res_partner responsible ON responsible.id = assigned.partner_id
                 WHERE own.id = step.id AND step.state = 'todo'
                   AND step.date_due < (%(now)s::timestamp AT TIME ZONE 'UTC'
                           AT TIME ZONE COALESCE(responsible.tz, 'UTC'))::date
                """,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()

    # ------------------------------------------------------------
    # Chasing
    # ------------------------------------------------------------

    @api.model
    def _chase(self):
        """Remind whoever has a missed step, later tell the lead: once per level.

        One message for all that somebody missed. It is written in the transaction that notes
        the level, so nobody is told twice, wherever the job is stopped.
        """
        for level, column in ((LEVEL_OWNER, "chase_owner_days"), (LEVEL_LEAD, "chase_lead_days")):
            by_user = defaultdict(self.sudo().browse)
            for step in self._find_to_chase(level, column):
                by_user[step._get_chased(level)] |= step
            for user, steps in by_user.items():
                if user:
                    steps._notify_missed(user, level)
                steps.chase_level = level
                self.env["ir.cron"]._commit_progress(len(steps))

    @api.model
    def _find_to_chase(self, level, column):
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT step.id FROM crm_playbook_run_step step
                  JOIN crm_playbook playbook ON playbook.id = step.playbook_id
                 WHERE step.state = 'missed' AND COALESCE(step.chase_level, 0) < %(level)s
                   AND step.date_due + playbook.%(column)s <= %(today)s
                 ORDER BY step.date_due, step.id
                """,
                level=level,
                column=SQL.identifier(column),
                today=fields.Date.today(),
            )
        )
        return self.sudo().browse(row[0] for row in rows)

    def _get_chased(self, level):
        """Return who is told: the owner of the step, or the first lead above them."""
        self.ensure_one()
        if level == LEVEL_OWNER:
            return self.user_id.filtered("active")
        team, leads = self.team_id or self.user_id.sale_team_id, []
        while team:
            leads.append(team.user_id)
            team = team.parent_id
        return self.env["crm.playbook"]._get_first_able(
            self.company_id,
            *(lead for lead in leads if lead != self.user_id),
            self.playbook_id.user_id,
        )

    def _notify_missed(self, user, level):
        """Tell a user in their language what was missed, in one message."""
        localized = self.with_context(lang=user.lang)
        body = localized.env["ir.qweb"]._render(
            "crm_experience.playbook_missed",
            {
                "steps": localized[:MAX_NAMED],
                "more": len(self) - len(self[:MAX_NAMED]),
                "is_lead": level == LEVEL_LEAD,
                "user": user,
            },
            minimal_qcontext=True,
        )
        count = len(self)
        subject = (
            localized.env._("Missed in your team: %(count)s", count=count)
            if level == LEVEL_LEAD
            else localized.env._("Customers who were missed: %(count)s", count=count)
        )
        # a notice to a colleague, sent by the job
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids, subject=subject, body=body
        )
