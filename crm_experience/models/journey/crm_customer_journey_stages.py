from collections import defaultdict
from operator import attrgetter, itemgetter

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.journey import Event, Fallback, Placement, Rule, follow
from odoo.tools import SQL


class CrmCustomerJourney(models.Model):
    """Following customers through the stages, by ``tools/journey.py``; written where it differs."""

    _inherit = "crm.customer.journey"

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
        # journeys follow from all rules, whoever has them refreshed
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
        # as the rules
        stages = self.env["crm.journey.stage"].sudo().search([("fallback_stage_id", "!=", False)])
        return {
            stage.id: Fallback(stage.fallback_days, stage.fallback_stage_id.id) for stage in stages
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
        touchpoints = self.env["crm.touchpoint"].sudo()
        branches = []
        for number, rule in enumerate(rules):
            query = touchpoints._search(rule._get_trigger_domain())
            branches.append(
                query.select(
                    *self._get_contact_columns(query.table),
                    SQL("%s AS rule_id", rule.id),
                    SQL("%s AS number", number),
                )
            )
        journey_ids = {(row.partner_id.id, row.company_id.id): row.id for row in self}
        query = SQL(
            """WITH %s
               SELECT customer_id, company_id, date, id, array_agg(rule_id ORDER BY number)
                 FROM (%s) fits WHERE date <= %s
                GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
            self._get_contacts_only_of(self.partner_id.ids),
            SQL(" UNION ALL ").join(branches),
            fields.Datetime.now(),
        )
        return [
            (journey_ids[customer_id, company_id], moment, touchpoint_id, rule_ids)
            for customer_id, company_id, moment, touchpoint_id, rule_ids in (
                self.env.execute_query(query)
            )
            if (customer_id, company_id) in journey_ids
        ]

    @api.model
    def _get_contacts_only_of(self, partner_ids):
        """Return a WITH clause after which `crm_touchpoint` holds the contacts of customers alone.

        It stands in front of queries that the ORM builds from rules: each of them would go
        through all the contacts there are, for every rule and portion. Whose contact it is is
        in it as `customer_id`: PostgreSQL cannot know how many rows there are, and would join
        them to other tables in a way that takes minutes.
        """
        return SQL(
            """crm_touchpoint AS MATERIALIZED (
                   SELECT contact.*, member.commercial_partner_id AS customer_id
                     FROM res_partner member
                     JOIN crm_touchpoint contact ON contact.partner_id = member.id
                    WHERE member.commercial_partner_id = ANY(%s)
               )""",
            list(partner_ids),
        )

    @api.model
    def _get_contact_columns(self, table):
        """Return what is needed of contacts, so that they need not be looked up again."""
        names = ("id", "date", "customer_id", "company_id")
        return [SQL.identifier(table, name) for name in names]

    def _write_moves(self, moves):
        """Write the moves of each journey where they differ; placements by hand stay."""
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
        ids, stages, since, ends = (list(map(itemgetter(number), positions)) for number in range(4))
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
