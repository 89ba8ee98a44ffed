from bisect import bisect_left, bisect_right

from odoo import api, fields, models
from odoo.tools import SQL


class CrmIndicatorService(models.Model):
    """How fast customers are answered and how often they are met."""

    _inherit = "crm.indicator"

    @api.model
    def _get_code_sources(self):
        return {
            **super()._get_code_sources(),
            "first_response": self.env._("Hours from a lead to the first answer"),
            "contacts_per_day": self.env._("Contacts per person and working day"),
        }

    # ------------------------------------------------------------
    # First response
    # ------------------------------------------------------------

    def _get_first_response_sql(self, _granularity, _calendars):
        """Average hours from the creation of a lead to the first answer, by the day of the answer.

        An answer is a message to the followers, not a note, or a done activity, by somebody of
        the staff. What robots and mailings send is no answer.
        """
        subtypes = [self.env.ref(f"mail.mt_{name}").id for name in ("comment", "activities")]
        parts = SQL(
            """
            WITH answer AS (
                SELECT m.res_id AS lead_id, min(m.date) AS answered_at
                  FROM mail_message m
                  JOIN res_users author ON author.partner_id = m.author_id AND NOT author.share
                   AND author.id <> %(robot)s
                 WHERE m.model = 'crm.lead'
                   AND ((m.message_type = 'comment' AND m.subtype_id = %(comment)s)
                        OR (m.mail_activity_type_id IS NOT NULL AND m.subtype_id = %(activity)s))
                 GROUP BY m.res_id
                HAVING min(m.date) >= (SELECT min(start_at) FROM period)
            ), placed AS (
                SELECT COALESCE(lead.company_id, team.company_id, person.company_id) AS company_id,
                       lead.team_id, lead.user_id, answer.answered_at,
                       GREATEST(0, extract(epoch FROM answered_at - lead.create_date)) / 3600
                       AS hours
                  FROM answer
                  JOIN crm_lead lead ON lead.id = answer.lead_id
                  LEFT JOIN crm_team team ON team.id = lead.team_id
                  LEFT JOIN res_users person ON person.id = lead.user_id
            )
            SELECT company_id, team_id, user_id,
                   firsts[width_bucket(answered_at, moments)] AS date_from,
                   sum(hours) AS part, count(*) AS size, count(*) AS filled
              FROM placed JOIN calendar USING (company_id)
             WHERE firsts[width_bucket(answered_at, moments)] IS NOT NULL
             GROUP BY 1, 2, 3, 4
            """,
            robot=self.env.ref("base.user_root").id,
            comment=subtypes[0],
            activity=subtypes[1],
        )
        return self._get_code_parts_sql(parts, "avg")

    # ------------------------------------------------------------
    # Contacts
    # ------------------------------------------------------------

    def _get_contacts_per_day_sql(self, _granularity, calendars):
        """Done activities and meetings ÷ the working days that have passed, today included.

        The persons are those who had a contact in the period, and the members of sales teams that
        had joined by its end: who does nothing counts with zero. A meeting that an activity was
        planned for counts once.
        """
        parts = SQL(
            """
            WITH workday (company_id, date_from, days) AS (%(workdays)s),
            event AS (
                SELECT a.user_id, a.date_done AS day, NULL::timestamp AS moment
                  FROM mail_activity a
                 WHERE NOT a.active AND a.date_done IS NOT NULL AND a.calendar_event_id IS NULL
                   AND a.date_done BETWEEN (SELECT min(date_from) FROM period)
                                       AND (SELECT max(date_to) FROM period)
                 UNION ALL
                SELECT e.user_id, NULL, e.start
                  FROM calendar_event e
                 WHERE e.active AND e.start <= %(now)s
                   AND e.start BETWEEN (SELECT min(start_at) FROM period)
                                   AND (SELECT max(end_at) FROM period)
            ), contact AS (
                SELECT person.id AS user_id,
                       firsts[COALESCE(width_bucket(day, days), width_bucket(moment, moments))]
                       AS date_from, count(*) AS number
                  FROM event JOIN res_users person ON person.id = event.user_id
                  JOIN calendar ON calendar.company_id = person.company_id
                 GROUP BY 1, 2
            ), member AS (
                SELECT m.user_id, min(m.create_date) AS since
                  FROM crm_team_member m WHERE m.active GROUP BY m.user_id
            )
            SELECT person.company_id, person.sale_team_id AS team_id, person.id AS user_id,
                   period.date_from, COALESCE(contact.number, 0) AS part,
                   COALESCE(contact.number, 0) AS size, workday.days AS filled
              FROM res_users person
              JOIN period ON period.company_id = person.company_id
              JOIN workday ON workday.company_id = person.company_id
                          AND workday.date_from = period.date_from AND workday.days > 0
              LEFT JOIN contact ON contact.user_id = person.id
                               AND contact.date_from = period.date_from
              LEFT JOIN member ON member.user_id = person.id AND person.active
             WHERE contact.number > 0 OR member.since < period.end_at
            """,
            workdays=self._get_workdays_sql(calendars),
            now=fields.Datetime.now(),
        )
        return self._get_code_parts_sql(parts, "avg")

    def _get_workdays_sql(self, calendars):
        """Of every company and period the number of working days up to today."""
        first = min(calendar.periods[0].date_from for calendar in calendars)
        last = max(calendar.periods[-1].date_to for calendar in calendars)
        keys = [
            ("company", company_id, 0, 0)
            for calendar in calendars
            for company_id in calendar.company_ids
        ]
        days = self.env["crm.target"]._get_working_days(keys, first, last)
        rows = []
        for calendar in calendars:
            today = fields.Date.context_today(self.with_context(tz=calendar.zone))
            for company_id in calendar.company_ids:
                passed = [day for day in days["company", company_id, 0, 0] if day <= today]
                numbers = [
                    bisect_right(passed, period.date_to) - bisect_left(passed, period.date_from)
                    for period in calendar.periods
                ]
                firsts = [period.date_from for period in calendar.periods]
                rows.append(SQL("(%s, %s::date[], %s::integer[])", company_id, firsts, numbers))
        return SQL(
            "SELECT company_id, day, number FROM (VALUES %s) schedule (company_id, firsts, numbers)"
            " CROSS JOIN LATERAL unnest(firsts, numbers) days (day, number)",
            SQL(", ").join(rows),
        )
