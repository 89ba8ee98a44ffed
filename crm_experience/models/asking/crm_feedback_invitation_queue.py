from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.asking import BUCKETS
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_feedback_rule import LOOK_BACK_DAYS

QUEUE_PORTION = 1000


class CrmFeedbackInvitationQueue(models.Model):
    """How events and calendars become queued invitations: one statement per rule and portion.

    A contact is queued once per rule, whoever looks for it and however often: that is a unique
    index, and the statement skips what is there.
    """

    _inherit = "crm.feedback.invitation"

    @api.model
    def _queue_portion(self):
        """Queue some invitations of the company; return how many were new."""
        rules = self.env["crm.feedback.rule"].search([("active", "=", True)])
        for rule in rules.filtered(lambda rule: rule.company_id == self.env.company):
            queued = 0
            if rule.occasion_type == "event":
                queued = self._queue_events(rule)
            elif rule.occasion_type == "period":
                queued = self._queue_customers(rule)
            if queued:
                return queued
        return 0

    @api.model
    def _queue_events(self, rule):
        """Queue an invitation for contacts that set the rule off and are not asked about yet."""
        now = fields.Datetime.now()
        since = max(rule.date_start, now - timedelta(days=LOOK_BACK_DAYS))
        self.env.flush_all()
        # The rule speaks for the company; whom it may ask is in its conditions, not in the
        # rights of whoever runs the job.
        touchpoints = self.env["crm.touchpoint"].sudo()
        query = touchpoints._search(
            rule._get_trigger_domain()
            & Domain("company_id", "=", rule.company_id.id)
            & Domain("date", ">=", since)
            & Domain("date", "<=", now)
        )
        table = SQL.identifier(query.table)
        query.add_where(
            SQL(
                """NOT EXISTS (SELECT 1 FROM crm_feedback_invitation AS known
                                WHERE known.rule_id = %s AND known.touchpoint_id = %s.id)""",
                rule.id,
                table,
            )
        )
        key = SQL("concat(%s::text, ':', %s.id::text)", str(rule.id), table)
        query.add_where(self._get_sample_sql(rule, key))
        query.order = SQL("%s.date, %s.id", table, table)
        query.limit = QUEUE_PORTION
        delay = timedelta(**{rule.delay_unit: rule.delay_number})
        columns = {
            "partner_id": SQL("%s.partner_id", table),
            "touchpoint_id": SQL("%s.id", table),
            "date_planned": SQL("%s.date + %s", table, delay),
            **{
                name: SQL("%s.%s", table, SQL.identifier(name))
                for name in ("channel_id", "stage_id", "team_id", "user_id")
            },
        }
        return self._insert_queued(rule, columns, query)

    @api.model
    def _queue_customers(self, rule):
        """Queue an invitation for customers whom the rule has not asked for its months."""
        now = fields.Datetime.now()
        limit = QUEUE_PORTION
        if rule.daily_limit:
            planned = self.search_count(
                [
                    ("rule_id", "=", rule.id),
                    ("occasion", "=like", f"%:{now:%Y-%m-%d}"),
                ]
            )
            limit = min(limit, rule.daily_limit - planned)
            if limit <= 0:
                return 0
        self.env.flush_all()
        # the rule decides whom to ask, whoever runs it; nothing of a customer is shown
        partners = self.env["res.partner"].sudo()
        query = partners.with_context(active_test=True)._search(
            rule._get_partner_domain() & Domain("company_id", "in", [False, rule.company_id.id])
        )
        table = SQL.identifier(query.table)
        query.add_where(
            SQL(
                """NOT EXISTS (SELECT 1 FROM crm_feedback_invitation AS known
                                WHERE known.rule_id = %s AND known.partner_id = %s.id
                                  AND known.link_id IS NULL
                                  AND known.date_planned + make_interval(months => %s) > %s)""",
                rule.id,
                table,
                rule.period_months,
                now,
            )
        )
        # customers are those whom somebody had a contact with
        query.add_where(
            SQL(
                """EXISTS (SELECT 1 FROM crm_touchpoint AS contact
                            WHERE contact.partner_id = %s.id AND contact.company_id = %s)""",
                table,
                rule.company_id.id,
            )
        )
        key = SQL("concat(%s::text, ':', %s.id::text)", str(rule.id), table)
        query.add_where(self._get_sample_sql(rule, key))
        query.order = SQL("%s.id", table)
        query.limit = limit
        columns = {
            "partner_id": SQL("%s.id", table),
            "occasion": SQL("concat('p', %s.id::text, ':', %s::text)", table, f"{now:%Y-%m-%d}"),
            "date_planned": SQL("%s::timestamp", now),
            "user_id": SQL("%s.user_id", table),
        }
        return self._insert_queued(rule, columns, query)

    @api.model
    def _get_sample_sql(self, rule, key):
        """The same as :func:`tools.asking.is_sampled`, for many keys."""
        return SQL(
            "('x' || substr(md5(%s), 1, 8))::bit(32)::bigint < %s",
            key,
            rule.share / 100 * BUCKETS,
        )

    @api.model
    def _insert_queued(self, rule, columns, query):
        """Insert one queued invitation per row of a query, and return how many were new."""
        shared = {
            "rule_id": rule.id,
            "survey_id": rule.survey_id.id,
            "company_id": rule.company_id.id,
            "way": rule.way,
            "state": "queued",
            "is_sent": False,
            "reminder_count": 0,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
        }
        now = SQL("now() AT TIME ZONE 'UTC'")
        columns = {
            **{name: SQL("%s", value) for name, value in shared.items()},
            **{"create_date": now, "write_date": now},
            **columns,
        }
        statement = SQL(
            """INSERT INTO crm_feedback_invitation (%s) %s
                   ON CONFLICT DO NOTHING RETURNING id""",
            SQL(", ").join(map(SQL.identifier, columns)),
            query.select(*columns.values()),
        )
        return len(self.env.execute_query(statement))
