from collections import defaultdict
from datetime import timedelta
from operator import attrgetter, itemgetter

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.journey import Event, Fallback, Placement, Rule, follow
from odoo.fields import Domain
from odoo.tools import SQL

#: Customers of one portion of the job; each takes the same number of statements.
PORTION = 2000
WATERMARK = "crm_experience.journey_watermark"
CURSOR = "crm_experience.journey_cursor"
#: Contacts may be committed a little after the time that they carry.
OVERLAP = timedelta(minutes=30)
# What Odoo captured, but nobody met the customer.
NOT_MET = (
    "lead_created",
    "lead_stage",
    "lead_won",
    "lead_lost",
    "payment",
    "invoice",
    "document",
    "quotation",
    "mail_out",
    "survey",
)


class CrmCustomerJourney(models.Model):
    """The refresh: contacts → stage, silence and habits, for sets of customers.

    The number of statements depends on the rules, not on the customers of a portion. What
    became of a customer is worked out by ``tools/journey.py`` and written where it differs.
    """

    _inherit = "crm.customer.journey"

    # ------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------

    @api.model
    def _cron_follow(self):
        """Follow the customers to whom something happened, or whose stage is over."""
        started = fields.Datetime.now()
        parameters = self.env["ir.config_parameter"].sudo()
        since = fields.Datetime.to_datetime(parameters.get_param(WATERMARK))
        changed = self._get_changed_customers(since - OVERLAP if since else None)
        self.env["ir.cron"]._commit_progress(remaining=len(changed))
        for start in range(0, len(changed), PORTION):
            portion = changed[start : start + PORTION]
            self._refresh_customers(portion)
            if not self.env["ir.cron"]._commit_progress(len(portion)):
                # Time is up: the rest is still after the watermark and comes with the next run.
                return
        parameters.set_param(WATERMARK, fields.Datetime.to_string(started))
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _cron_follow_all(self):
        """Follow all customers, portion by portion; goes on where it was stopped."""
        parameters = self.env["ir.config_parameter"].sudo()
        cursor = int(parameters.get_param(CURSOR) or 0)
        while portion := self._get_portion(cursor):
            self._refresh_customers(portion)
            cursor = portion[-1]
            parameters.set_param(CURSOR, str(cursor))
            if not self.env["ir.cron"]._commit_progress(len(portion), remaining=1):
                return
        self._remove_former_customers()
        parameters.set_param(CURSOR, "0")
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _get_changed_customers(self, since):
        """Return the ids of customers with contacts written since then, or a stage that is over."""
        self.env.flush_all()
        return [
            partner_id
            for (partner_id,) in self.env.execute_query(
                SQL(
                    """SELECT DISTINCT partner.commercial_partner_id
                         FROM crm_touchpoint touchpoint
                         JOIN res_partner partner ON partner.id = touchpoint.partner_id
                        WHERE touchpoint.write_date >= %(since)s
                        UNION
                       SELECT partner_id FROM crm_customer_journey WHERE date_next <= %(now)s
                        ORDER BY 1""",
                    since=since or fields.Datetime.to_datetime("1970-01-01"),
                    now=fields.Datetime.now(),
                )
            )
            if partner_id
        ]

    @api.model
    def _get_portion(self, cursor):
        """Return the ids of the next customers with contacts, in order."""
        self.env.flush_all()
        query = SQL(
            """SELECT customer.id FROM res_partner customer
                WHERE customer.id > %s AND customer.commercial_partner_id = customer.id
                  AND EXISTS (
                      SELECT FROM res_partner member
                        JOIN crm_touchpoint touchpoint ON touchpoint.partner_id = member.id
                       WHERE member.commercial_partner_id = customer.id
                  )
                ORDER BY customer.id LIMIT %s""",
            cursor,
            PORTION,
        )
        return [partner_id for (partner_id,) in self.env.execute_query(query)]

    @api.model
    def _remove_former_customers(self):
        """Remove the rows of those who belong to another customer now."""
        self.env.cr.execute(
            """DELETE FROM crm_customer_journey journey USING res_partner partner
                WHERE partner.id = journey.partner_id
                  AND partner.commercial_partner_id != partner.id"""
        )
        self.invalidate_model()

    # ------------------------------------------------------------
    # Refresh
    # ------------------------------------------------------------

    @api.model
    def _refresh_customers(self, partner_ids):
        """Bring the rows of customers in line with their contacts.

        :param partner_ids: ids of customers: companies, or people without one
        """
        if not partner_ids:
            return
        self.env.flush_all()
        facts = self._get_facts(partner_ids)
        self._write_facts(facts)
        self._remove_without_contact(partner_ids)
        self._write_stages(partner_ids)
        self._refresh_neglect(partner_ids)
        self.env.invalidate_all()

    @api.model
    def _get_facts(self, partner_ids):
        """Return what the contacts say about each customer in each company, as rows of SQL."""
        return SQL(
            """
            WITH contact AS (
                SELECT member.commercial_partner_id AS partner_id, touchpoint.company_id,
                       touchpoint.date, touchpoint.id, touchpoint.user_id, touchpoint.team_id,
                       channel.is_personal AND COALESCE(event NOT IN %(not_met)s, TRUE) AS is_met,
                       direction, purpose,
                       COALESCE(event, 'order') = 'order' AND amount > 0 AS is_purchase,
                       CASE WHEN amount > 0 THEN amount
                            * COALESCE(own.rate, 1) / COALESCE(foreign_rate.rate, 1)
                       END AS amount
                  FROM res_partner member
                  JOIN crm_touchpoint touchpoint ON touchpoint.partner_id = member.id
                  JOIN crm_touchpoint_channel channel ON channel.id = touchpoint.channel_id
                  JOIN res_company company ON company.id = touchpoint.company_id
                  LEFT JOIN LATERAL %(own)s own ON touchpoint.currency_id != company.currency_id
                  LEFT JOIN LATERAL %(foreign)s foreign_rate
                       ON touchpoint.currency_id != company.currency_id
                 WHERE member.commercial_partner_id = ANY(%(ids)s) AND touchpoint.date <= %(now)s
            ),
            dated AS (
                SELECT *, max(date) FILTER (WHERE is_purchase)
                              OVER (PARTITION BY partner_id, company_id) AS last_purchase
                  FROM contact
            ),
            day AS (
                SELECT DISTINCT partner_id, company_id, date::date AS day
                  FROM contact WHERE is_purchase
            ),
            gap AS (
                SELECT partner_id, company_id,
                       day - lag(day) OVER (PARTITION BY partner_id, company_id ORDER BY day) gap
                  FROM day
            ),
            habit AS (
                SELECT partner_id, company_id,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS usual_days
                  FROM gap WHERE gap IS NOT NULL
                 GROUP BY partner_id, company_id HAVING count(*) >= 2
            ),
            fact AS (
                SELECT partner_id, company_id,
                       min(date) AS date_first,
                       max(date) AS date_last,
                       max(date) FILTER (WHERE is_met) AS date_personal,
                       max(date) FILTER (WHERE is_met AND direction = 'out') AS date_outgoing,
                       max(date) FILTER (WHERE is_met AND purpose IN ('service', 'care'))
                           AS date_care,
                       max(date) FILTER (WHERE is_purchase) AS date_purchase,
                       count(*) FILTER (WHERE is_purchase) AS purchase_count,
                       sum(amount) FILTER (
                           WHERE is_purchase AND date > last_purchase - interval '1 year'
                       ) AS amount,
                       (array_agg(user_id ORDER BY date DESC, id DESC)
                           FILTER (WHERE user_id IS NOT NULL))[1] AS user_id,
                       (array_agg(team_id ORDER BY date DESC, id DESC)
                           FILTER (WHERE team_id IS NOT NULL))[1] AS team_id
                  FROM dated GROUP BY partner_id, company_id
            )
            SELECT fact.partner_id, fact.company_id, date_first, date_last, date_personal,
                   date_outgoing, date_care, date_purchase, purchase_count,
                   COALESCE(round(fact.amount::numeric, 2), 0) AS purchase_amount,
                   COALESCE(usual_days, 0) AS usual_days,
                   COALESCE(salesperson.id, last_user.id) AS user_id, fact.team_id
              FROM fact
              JOIN res_partner partner ON partner.id = fact.partner_id
              LEFT JOIN habit
                     ON habit.partner_id = fact.partner_id AND habit.company_id = fact.company_id
              LEFT JOIN res_users salesperson
                     ON salesperson.id = partner.user_id AND salesperson.active
                    AND EXISTS (
                        SELECT FROM res_company_users_rel rel
                         WHERE rel.user_id = salesperson.id AND rel.cid = fact.company_id
                    )
              LEFT JOIN res_users last_user
                     ON last_user.id = fact.user_id AND last_user.active AND NOT last_user.share
            """,
            not_met=NOT_MET,
            ids=list(partner_ids),
            now=fields.Datetime.now(),
            own=self._get_rate_sql(SQL("company.currency_id")),
            foreign=self._get_rate_sql(SQL("touchpoint.currency_id")),
        )

    @api.model
    def _get_rate_sql(self, currency):
        """Return the rate of a currency on the day of a contact, by the rates of the company."""
        return SQL(
            """(
                SELECT rate FROM res_currency_rate
                 WHERE currency_id = %s AND name <= touchpoint.date::date
                   AND (company_id IS NULL
                        OR company_id = split_part(company.parent_path, '/', 1)::int)
                 ORDER BY company_id NULLS LAST, name DESC LIMIT 1
            )""",
            currency,
        )

    @api.model
    def _write_facts(self, facts):
        """Write the rows of `_get_facts`, where they differ."""
        columns = (
            *("date_first", "date_last", "date_personal", "date_outgoing", "date_care"),
            *("date_purchase", "purchase_count", "purchase_amount", "usual_days"),
            *("user_id", "team_id"),
        )
        names = SQL(", ").join(map(SQL.identifier, columns))
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_customer_journey AS journey (
                       partner_id, company_id, %(names)s, is_neglected, is_probably_lost,
                       create_uid, write_uid, create_date, write_date
                   )
                   SELECT partner_id, company_id, %(names)s, FALSE, FALSE,
                          %(uid)s, %(uid)s, %(now)s, %(now)s
                     FROM (%(facts)s) facts ORDER BY partner_id, company_id
                   ON CONFLICT (partner_id, company_id) DO UPDATE
                      SET (%(names)s, write_date) = ROW(%(excluded)s, excluded.write_date)
                    WHERE (%(own)s) IS DISTINCT FROM (%(excluded)s)""",
                names=names,
                facts=facts,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                excluded=SQL(", ").join(SQL.identifier("excluded", name) for name in columns),
                own=SQL(", ").join(SQL.identifier("journey", name) for name in columns),
            )
        )

    @api.model
    def _remove_without_contact(self, partner_ids):
        """Remove the rows of customers who have no contact any more."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_customer_journey journey
                    WHERE partner_id = ANY(%s) AND NOT EXISTS (
                        SELECT FROM res_partner member
                          JOIN crm_touchpoint touchpoint ON touchpoint.partner_id = member.id
                         WHERE member.commercial_partner_id = journey.partner_id
                           AND touchpoint.company_id = journey.company_id
                           AND touchpoint.date <= %s
                    )""",
                list(partner_ids),
                fields.Datetime.now(),
            )
        )

    # ------------------------------------------------------------
    # Stages
    # ------------------------------------------------------------

    @api.model
    def _write_stages(self, partner_ids):
        """Follow the customers through the stages, and write what differs."""
        self.invalidate_model()
        journeys = self.sudo().search([("partner_id", "in", list(partner_ids))])
        happened = journeys._get_happened()
        rules, fallbacks = self._get_rules(), self._get_fallbacks()
        now = fields.Datetime.now()
        moves, ends = {}, {}
        for journey in journeys:
            ordered = sorted(happened[journey.id], key=attrgetter("moment"))
            moves[journey.id], ends[journey.id] = follow(ordered, rules, fallbacks, now)
        journeys._write_moves(moves)
        self._write_positions(
            [
                (
                    journey_id,
                    steps[-1].stage if steps else None,
                    steps[-1].moment if steps else None,
                    ends[journey_id],
                )
                for journey_id, steps in moves.items()
            ]
        )

    @api.model
    def _get_rules(self):
        rules = self.env["crm.journey.rule"].sudo().search([("stage_id.active", "=", True)])
        return {
            rule.id: Rule(
                stage=rule.stage_id.id,
                from_stages=frozenset(rule.from_stage_ids.ids),
                is_start=rule.is_start,
                occurrence=rule.occurrence,
                gap_days=rule.gap_days,
            )
            for rule in rules
        }

    @api.model
    def _get_fallbacks(self):
        stages = self.env["crm.journey.stage"].sudo().search([("fallback_stage_id", "!=", False)])
        return {
            stage.id: Fallback(stage.fallback_days, stage.fallback_stage_id.id)
            for stage in stages
        }

    def _get_happened(self):
        """Return contacts that fit a rule and placements by hand, by journey; in two queries."""
        happened = defaultdict(list)
        for journey_id, moment, touchpoint_id, rules in self._find_events():
            happened[journey_id].append(Event(moment, touchpoint_id, tuple(rules)))
        placements = self.env["crm.customer.journey.move"].search_fetch(
            [("journey_id", "in", self.ids), ("cause", "=", "person")],
            ["journey_id", "date", "stage_id"],
        )
        for placement in placements:
            happened[placement.journey_id.id].append(
                Placement(placement.date, placement.id, placement.stage_id.id)
            )
        return happened

    def _find_events(self):
        """Return journey, moment, contact and the rules that it fits, in the order of time."""
        rules = self.env["crm.journey.rule"].sudo().search([("stage_id.active", "=", True)])
        if not rules or not self:
            return []
        members = self.env["res.partner"].with_context(active_test=False)
        among = Domain(
            "partner_id",
            "in",
            members._search([("commercial_partner_id", "in", self.partner_id.ids)]),
        )
        touchpoints = self.env["crm.touchpoint"].sudo()
        branches = []
        for number, rule in enumerate(rules):
            query = touchpoints._search(rule._get_trigger_domain() & among)
            table = SQL.identifier(query.table)
            branches.append(
                query.select(
                    SQL("%s.id", table),
                    SQL("%s AS rule_id", rule.id),
                    SQL("%s AS number", number),
                )
            )
        query = SQL(
            """SELECT journey.id, touchpoint.date, touchpoint.id,
                      array_agg(fits.rule_id ORDER BY fits.number)
                 FROM (%s) fits
                 JOIN crm_touchpoint touchpoint ON touchpoint.id = fits.id
                 JOIN res_partner member ON member.id = touchpoint.partner_id
                 JOIN crm_customer_journey journey
                   ON journey.partner_id = member.commercial_partner_id
                  AND journey.company_id = touchpoint.company_id
                WHERE touchpoint.date <= %s AND journey.id = ANY(%s)
                GROUP BY journey.id, touchpoint.date, touchpoint.id
                ORDER BY journey.id, touchpoint.date, touchpoint.id""",
            SQL(" UNION ALL ").join(branches),
            fields.Datetime.now(),
            self.ids,
        )
        return self.env.execute_query(query)

    def _write_moves(self, moves):
        """Write the moves of each journey where they differ; placements by hand stay as they are."""
        stored = defaultdict(dict)
        table = self.env["crm.customer.journey.move"]
        for move in table.search_fetch(
            [("journey_id", "in", self.ids)], ["journey_id", "date", "stage_id", "cause"]
        ):
            key = (move.date, move.stage_id.id, move.cause)
            stored[move.journey_id.id].setdefault(key, []).append(move.id)
        gone, rows, placed = [], [], []
        for journey in self:
            left = stored[journey.id]
            before = None
            for move in moves[journey.id]:
                days = (move.moment - before.moment).total_seconds() / 86400 if before else 0.0
                from_stage = before.stage if before else None
                known = left.get((move.moment, move.stage, move.cause))
                if move.cause == "person":
                    placed.append((move.placement, from_stage, days))
                elif known:
                    known.pop()
                else:
                    rows.append((journey, move, from_stage, days))
                before = move
            gone += [
                move_id
                for (_moment, _stage, cause), ids in left.items()
                if cause != "person"
                for move_id in ids
            ]
        table.browse(gone).unlink()
        table.create([self._prepare_move_values(*row) for row in rows])
        self._write_placements(placed)

    @api.model
    def _prepare_move_values(self, journey, move, from_stage, days):
        return {
            "journey_id": journey.id,
            "partner_id": journey.partner_id.id,
            "company_id": journey.company_id.id,
            "user_id": journey.user_id.id,
            "team_id": journey.team_id.id,
            "from_stage_id": from_stage,
            "stage_id": move.stage,
            "date": move.moment,
            "days": days,
            "cause": move.cause,
            "rule_id": move.rule,
            "touchpoint_id": move.touchpoint,
        }

    @api.model
    def _write_placements(self, placed):
        """Write where customers came from who were placed by hand."""
        if not placed:
            return
        self.env.flush_all()
        ids, stages, days = map(list, zip(*placed, strict=True))
        self.env.cr.execute(
            SQL(
                """UPDATE crm_customer_journey_move move
                      SET from_stage_id = placed.stage_id, days = placed.days
                     FROM unnest(%s::int[], %s::int[], %s::float8[]) placed(id, stage_id, days)
                    WHERE move.id = placed.id
                      AND (move.from_stage_id, move.days)
                          IS DISTINCT FROM (placed.stage_id, placed.days)""",
                ids,
                stages,
                days,
            )
        )

    @api.model
    def _write_positions(self, positions):
        """Write stage, since when and until when, where they differ, and the pace."""
        if not positions:
            return
        self.env.flush_all()
        ids, stages, since, ends = (
            list(map(itemgetter(number), positions)) for number in range(4)
        )
        self.env.cr.execute(
            SQL(
                """UPDATE crm_customer_journey journey
                      SET stage_id = position.stage_id, date_since = position.since,
                          date_next = position.ends, stage_pace = CASE
                              WHEN stage.id IS NULL THEN NULL
                              WHEN position.since >= %(now)s - make_interval(days => days)
                              THEN 'fresh'
                              WHEN position.since >= %(now)s - make_interval(days => 2 * days)
                              THEN 'late' ELSE 'stuck' END
                     FROM unnest(%(ids)s::int[], %(stages)s::int[], %(since)s::timestamp[],
                                 %(ends)s::timestamp[]) position(id, stage_id, since, ends)
                     LEFT JOIN crm_journey_stage stage ON stage.id = position.stage_id
                    CROSS JOIN LATERAL (SELECT COALESCE(stage.fallback_days, 30)) d(days)
                    WHERE journey.id = position.id""",
                now=fields.Datetime.now(),
                ids=ids,
                stages=stages,
                since=since,
                ends=ends,
            )
        )
