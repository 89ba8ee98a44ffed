from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

MAX_ID = 2**31


class CrmScenario(models.Model):
    """Where customers break off, and how long each step takes."""

    _inherit = "crm.scenario"

    @api.model
    @api.readonly
    def get_funnel(self, scenario_id, date_from=None, date_to=None, team_id=None):
        """Return what became of the customers who set out for a goal, step by step.

        :param int scenario_id: the scenario
        :param str date_from: only ways begun on this day or later, such as ``2026-01-31``
        :param str date_to: only ways begun on this day or before
        :param int team_id: only customers of a team and the teams below it
        :return: ``name``, ``description``, ``begun``, ``done``, ``broken``, ``running``,
            ``has_time``, ``median_hours`` and ``p90_hours`` from beginning to goal, and
            ``steps``: each with ``id``, ``name``, ``max_days``, ``reached`` (ways that took
            the step), ``broken`` (broke off behind it), ``running`` (are there now),
            ``has_time``, ``median_hours`` and ``p90_hours`` since the step before. Where
            ``has_time`` is false the hours are absent.
        """
        scenario = self._get_funnel_scenario(scenario_id)
        domain = self._get_ways_domain(scenario, date_from, date_to, team_id)
        totals, steps = scenario._get_funnel_rows(domain)
        return {
            "name": scenario.name,
            "description": scenario.description or "",
            **totals,
            "steps": [
                {
                    "id": step.id,
                    "name": step.name,
                    "max_days": step.max_days,
                    **steps[step.id],
                }
                for step in scenario.step_ids.sorted(lambda step: (step.sequence, step.id))
            ],
        }

    @api.model
    def _get_funnel_scenario(self, scenario_id):
        if (
            isinstance(scenario_id, bool)
            or not isinstance(scenario_id, int)
            or not 0 < scenario_id < MAX_ID
        ):
            raise UserError(self.env._("The id of a record is a whole number above 0."))
        scenario = self.browse(scenario_id).exists()
        if not scenario:
            raise UserError(self.env._("This record is not there any more."))
        scenario.check_access("read")
        return scenario

    @api.model
    def _get_ways_domain(self, scenario, date_from, date_to, team_id):
        domain = Domain("scenario_id", "=", scenario.id)
        domain &= self.env["crm.playbook"]._get_owner_domain(None, team_id)
        if day := self._parse_day(date_from):
            domain &= Domain("date_start", ">=", fields.Datetime.to_datetime(day))
        if day := self._parse_day(date_to):
            domain &= Domain("date_start", "<=", f"{day} 23:59:59")
        return domain

    @api.model
    def _parse_day(self, value):
        """Return the day, None where there is none."""
        if value is None or value is False or value == "":
            return None
        day = None
        if isinstance(value, str) and len(value) <= len("2026-01-31"):
            try:
                day = fields.Date.to_date(value)
            except ValueError:
                day = None
        if not day:
            raise UserError(self.env._("A day is written as 2026-01-31."))
        return day

    def _get_funnel_rows(self, domain):
        """Return the totals, and what to say of each step, in one query."""
        self.ensure_one()
        self.env.flush_all()
        # the rules of the caller decide which ways count
        ways = self.env["crm.scenario.run"]._search(domain)
        rows = self.env.execute_query(
            SQL(
                """
                WITH way AS MATERIALIZED (
                    SELECT id, state, step_id, hours FROM crm_scenario_run WHERE id IN %(ways)s
                ),
                taken AS (
                    SELECT moment.step_id, count(*) AS reached,
                           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY moment.hours)
                               AS hours
                      FROM way JOIN crm_scenario_run_step moment ON moment.run_id = way.id
                     GROUP BY moment.step_id
                ),
                ended AS (
                    SELECT step_id, count(*) FILTER (WHERE state = 'broken') AS broken,
                           count(*) FILTER (WHERE state = 'running') AS running
                      FROM way GROUP BY step_id
                )
                SELECT step.id, COALESCE(reached, 0), COALESCE(broken, 0), COALESCE(running, 0),
                       CASE WHEN row_number() OVER (ORDER BY step.sequence, step.id) > 1
                            THEN hours END
                  FROM crm_scenario_step step
                  LEFT JOIN taken ON taken.step_id = step.id
                  LEFT JOIN ended ON ended.step_id = step.id
                 WHERE step.scenario_id = %(scenario)s
                 UNION ALL
                SELECT 0, count(*), count(*) FILTER (WHERE state = 'broken'),
                       count(*) FILTER (WHERE state = 'running'),
                       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY hours)
                           FILTER (WHERE state = 'done')
                  FROM way
                """,
                ways=ways.subselect(),
                scenario=self.id,
            )
        )
        answers = {
            step_id: {"reached": reached, "broken": broken, "running": running}
            | self._get_hours(hours)
            for step_id, reached, broken, running, hours in rows
        }
        totals = answers.pop(0)
        begun = totals.pop("reached")
        done = begun - totals["broken"] - totals["running"]
        return {"begun": begun, "done": done, **totals}, answers

    @api.model
    def _get_hours(self, hours):
        if not hours or hours[0] is None:
            return {"has_time": False}
        median, p90 = (round(value, 4) for value in hours)
        return {"has_time": True, "median_hours": median, "p90_hours": p90}
