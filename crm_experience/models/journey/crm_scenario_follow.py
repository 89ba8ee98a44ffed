from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.scenario import Event, find_ways
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_customer_journey_refresh import OVERLAP

#: Customers of one portion of the job.
PORTION = 1000


class CrmScenario(models.Model):
    """Following customers: contacts → ways, written where they differ."""

    _inherit = "crm.scenario"

    cursor = fields.Integer(
        readonly=True,
        default=0,
        copy=False,
        aggregator=None,
        help="The last customer who was followed since the scenario was changed.",
    )

    # ------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------

    @api.model
    def _cron_follow(self):
        """Follow customers to whom something happened, and all of them where a scenario is new.

        Goes on where it was stopped.
        """
        cursor = self.env["crm.experience.cursor"]._get("scenario")
        cursor._begin()
        for scenario in self.search([("is_dirty", "=", True)]):
            if not scenario._follow_all():
                return
        since = (cursor.moment or cursor.sweep) - OVERLAP
        changed = [key for key in self._get_changed_customers(since) if key > cursor.number]
        for start in range(0, len(changed), PORTION):
            portion = changed[start : start + PORTION]
            for scenario in self.search([]):
                scenario._follow(portion)
            cursor.number = portion[-1]
            if not self.env["ir.cron"]._commit_progress(len(portion), remaining=1):
                return
        cursor._end()
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _follow_all(self):
        """Follow all customers through a scenario that was changed; False if time is up."""
        self.ensure_one()
        while portion := self.env["crm.customer.journey"]._get_portion(self.cursor):
            self._follow(portion)
            self.cursor = portion[-1]
            if not self.env["ir.cron"]._commit_progress(len(portion), remaining=1):
                return False
        self.write({"cursor": 0, "is_dirty": False})
        self.env["ir.cron"]._commit_progress()
        return True

    @api.model
    def _get_changed_customers(self, since):
        """Return the ids of customers with new contacts, or who are on the way."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner.commercial_partner_id
                     FROM crm_touchpoint touchpoint
                     JOIN res_partner partner ON partner.id = touchpoint.partner_id
                    WHERE touchpoint.write_date >= %s
                    UNION
                   SELECT partner_id FROM crm_scenario_run WHERE state = 'running'
                    ORDER BY 1""",
                since,
            )
        )
        return [partner_id for (partner_id,) in rows if partner_id]

    # ------------------------------------------------------------
    # Following
    # ------------------------------------------------------------

    def _follow(self, partner_ids):
        """Bring the ways of customers in line with their contacts."""
        self.ensure_one()
        steps = self.sudo().step_ids.sorted(lambda step: (step.sequence, step.id))
        now = fields.Datetime.now()
        limits = [timedelta(days=step.max_days) for step in steps]
        ways = {}
        if steps:
            for key, events in self._find_events(steps, partner_ids, now).items():
                for way in find_ways(events, limits, now):
                    ways[(*key, way.steps[0][0])] = way
        self._write_ways(ways, steps, partner_ids)

    def _find_events(self, steps, partner_ids, now):
        """Return the contacts that fit a step, by customer and company, in one query."""
        self.env.flush_all()
        members = self.env["res.partner"].with_context(active_test=False).sudo()
        among = Domain(
            "partner_id",
            "in",
            members._search(
                Domain("commercial_partner_id", "in", list(partner_ids))
                & self._get_customer_domain()
            ),
        )
        if self.company_id:
            among &= Domain("company_id", "=", self.company_id.id)
        if self.date_from:
            among &= Domain("date", ">=", fields.Datetime.to_datetime(self.date_from))
        journeys = self.env["crm.customer.journey"]
        branches = []
        for number, step in enumerate(steps):
            # runs follow from all contacts; who reads them is for the rules of runs
            query = self.env["crm.touchpoint"].sudo()._search(step._get_trigger_domain() & among)
            columns = journeys._get_contact_columns(query.table)
            branches.append(query.select(*columns, SQL("%s AS number", number)))
        events = defaultdict(list)
        for partner_id, company_id, moment, touchpoint_id, numbers in self.env.execute_query(
            SQL(
                """WITH %s
                   SELECT customer_id, company_id, date, id, array_agg(number)
                     FROM (%s) fits WHERE date <= %s
                    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
                journeys._get_contacts_only_of(partner_ids),
                SQL(" UNION ALL ").join(branches),
                now,
            )
        ):
            events[partner_id, company_id].append(Event(moment, touchpoint_id, frozenset(numbers)))
        return events

    def _get_customer_domain(self):
        """Return the domain of contacts that belong to customers whom the scenario is about."""
        domain = self._get_partner_domain()
        return Domain.TRUE if domain.is_true() else Domain("commercial_partner_id", "any", domain)

    def _write_ways(self, ways, steps, partner_ids):
        """Write the ways where they differ; ``ways`` by customer, company and beginning."""
        runs = self.env["crm.scenario.run"].sudo()
        known, gone = set(), []
        for run in runs.search_fetch(
            [("scenario_id", "=", self.id), ("partner_id", "in", list(partner_ids))]
        ):
            key = (run.partner_id.id, run.company_id.id, run.date_start)
            way = ways.get(key)
            is_same = (
                way
                and key not in known
                and (run.state, run.step_count, run.date_last)
                == (way.state, len(way.steps), way.steps[-1][0])
                and run.step_id == steps[len(way.steps) - 1]
            )
            if is_same:
                known.add(key)
            else:
                gone.append(run.id)
        runs.browse(gone).unlink()
        new = {key: way for key, way in ways.items() if key not in known}
        journeys = self._get_journeys(new)
        rows = runs.create(
            [self._prepare_run_values(key, way, steps, journeys) for key, way in new.items()]
        )
        # nobody may write the steps of a run; these follow from the contacts
        self.env["crm.scenario.run.step"].sudo().create(
            [
                values
                for run, way in zip(rows, new.values(), strict=True)
                for values in self._prepare_step_values(run, way, steps)
            ]
        )

    def _get_journeys(self, keys):
        """Return the journeys of customers, by customer and company."""
        journeys = (
            self.env["crm.customer.journey"]
            .sudo()
            .search_fetch(
                [("partner_id", "in", list({key[0] for key in keys}))],
                ["partner_id", "company_id", "user_id", "team_id"],
            )
        )
        return {(row.partner_id.id, row.company_id.id): row for row in journeys}

    def _prepare_run_values(self, key, way, steps, journeys):
        partner_id, company_id, start = key
        journey = journeys.get((partner_id, company_id), self.env["crm.customer.journey"])
        last = way.steps[-1][0]
        return {
            "scenario_id": self.id,
            "partner_id": partner_id,
            "company_id": company_id,
            "user_id": journey.user_id.id,
            "team_id": journey.team_id.id,
            "date_start": start,
            "date_last": last,
            "state": way.state,
            "step_count": len(way.steps),
            "step_id": steps[len(way.steps) - 1].id,
            "hours": (last - start).total_seconds() / 3600,
        }

    def _prepare_step_values(self, run, way, steps):
        before = way.steps[0][0]
        for step, (moment, touchpoint_id) in zip(steps, way.steps, strict=False):
            yield {
                "run_id": run.id,
                "scenario_id": self.id,
                "step_id": step.id,
                "partner_id": run.partner_id.id,
                "company_id": run.company_id.id,
                "touchpoint_id": touchpoint_id,
                "date": moment,
                "hours": (moment - before).total_seconds() / 3600,
            }
            before = moment
