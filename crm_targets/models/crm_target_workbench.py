from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.pace import Outlook, Progress, get_outlook, get_progress
from odoo.addons.crm_targets.tools.period import GRANULARITIES, Period
from odoo.addons.crm_targets.tools.score import get_trend
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_target import COUNTING
from .crm_target_next_things import Claim

_HISTORY = 8
_MAX_INTEGER = 2**31 - 1
_MOST_PEOPLE = 500
# What every salesperson looks at, with a target or without.
_KEY_CODES = ("collected_amount", "planned_collections", "new_customers", "new_opportunities")


class Bench(NamedTuple):
    """All that the workbench of a person is made of."""

    unit: tuple
    today: date
    periods: dict[str, Period]
    targets: models.Model
    indicators: models.Model
    figures: dict
    progresses: dict[str, Progress]
    claims: list[Claim]
    pipelines: dict
    leaderboards: dict[str, dict]


class CrmTargetWorkbench(models.Model):
    """The page of one person: where they stand in every period, and what to do next."""

    _inherit = "crm.target"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_workbench(self, user_id=None, date=None):
        """The workbench of a person as data, in the current company.

        Week, month, quarter and year are answered at once. What there is no figure for is an
        absent key beside a `has_…` that is false; a status is "" where there is none yet.
        Completion is a fraction of the target; pace, forecast, shortage and what is due today are
        in the unit of the indicator. How the period has come along is always told as of today;
        `date` only chooses the periods.

        :param int user_id: the person; the user by default. Leads may name the people in their
            teams, administrators everybody in the company.
        :param str date: a day of the periods to show, ISO 8601; today by default.
        :return: `user`, `people` (whom else the caller may look at), `periods` with their
            `indicators`, `collections` and `leaderboard`, and `next_things`.
        :raises AccessError: when the user may not see the workbench of the person.
        """
        if not self.has_access("read"):
            raise AccessError(
                self.env._(
                    "The workbench is for people with a role in Targets: ask your administrator "
                    "for one."
                )
            )
        today = fields.Date.context_today(self)
        # XML knows no null: an empty text stands for today.
        asked = None if date == "" else date
        day = self.env["crm.indicator"]._parse_day(asked, "date") or today
        people = self._get_workbench_people()
        user = self._get_workbench_user(user_id, people)
        bench = self._get_bench(user, day, today)
        company = self.env.company
        return {
            "user": {"id": user.id, "name": people[user.id]},
            "is_own": user == self.env.user,
            "date": day.isoformat(),
            "today": today.isoformat(),
            "currency_id": company.currency_id.id,
            "people": [{"id": key, "name": name} for key, name in people.items()],
            "can_set_targets": self.has_access("create"),
            "has_leaderboard": company.crm_targets_leaderboard,
            "periods": [self._get_workbench_period(bench, size) for size in bench.periods],
            "next_things": self._get_next_things(user, bench.claims, today),
        }

    # ------------------------------------------------------------
    # Person
    # ------------------------------------------------------------

    @api.model
    def _get_workbench_people(self, domain=None):
        """Whom the user may look at, themselves included: `{id: name}`, by name."""
        # Names of colleagues are known to everybody; the domain keeps to the led teams.
        users = self.env["res.users"].sudo()
        allowed = self._get_workbench_domain()
        if allowed.is_false():
            return {self.env.uid: self.env.user.name}
        domain = Domain("id", "=", self.env.uid) | (allowed & (domain or Domain.TRUE))
        query = users._search(domain, order="name, id", limit=_MOST_PEOPLE)
        name = self.env["crm.indicator"]._get_path_sql(users, "partner_id.name", query)
        return dict(self.env.execute_query(query.select(SQL.identifier(users._table, "id"), name)))

    @api.model
    def _get_workbench_domain(self):
        user, company = self.env.user, self.env.company
        domain = Domain("share", "=", False) & Domain("company_ids", "in", company.ids)
        if user.has_group("crm_targets.group_crm_targets_admin"):
            group = self.env.ref("crm_targets.group_crm_targets_user")
            return domain & Domain("all_group_ids", "in", group.ids)
        if user.has_group("crm_targets.group_crm_targets_lead"):
            led = Domain("active", "=", True) & Domain("crm_team_id.lead_user_ids", "in", user.ids)
            return domain & Domain("crm_team_member_ids", "any", led)
        return Domain.FALSE

    @api.model
    def _get_workbench_user(self, user_id, people):
        """The person whose workbench is asked for, if the user may see it."""
        if user_id is None or user_id is False:
            user_id = self.env.uid
        if type(user_id) is not int or not 0 < user_id <= _MAX_INTEGER:
            raise UserError(self.env._("“user_id” is the id of a person."))
        if user_id not in people:
            # More people than are listed, or somebody out of the list because of that.
            people |= self._get_workbench_people(Domain("id", "=", user_id))
        if user_id not in people:
            raise AccessError(
                self.env._(
                    "You may open your own workbench, and as a team lead those of the people in "
                    "your teams."
                )
            )
        return self.env["res.users"].browse(user_id)

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    @api.model
    def _get_bench(self, user, day, today):
        """All figures of a person, each kind in one query for all periods."""
        company = self.env.company
        unit = ("person", company.id, 0, user.id)
        periods = {size: self._get_period(size, day, company) for size in GRANULARITIES}
        team = self._get_leaderboard_team(user)
        everybody = self._get_workbench_targets({user.id, *team.members}, periods)
        targets = everybody.filtered(lambda target: target.user_id == user)
        indicators = self._get_workbench_indicators(targets)
        counted = everybody.filtered(lambda target: target.state in COUNTING)
        figures = self._get_workbench_figures(unit, indicators, periods, counted)
        ends = {period.date_to for period in periods.values() if period.date_to >= today}
        claims = self._get_claims(user, max({today} | ends))
        return Bench(
            unit=unit,
            today=today,
            periods=periods,
            targets=targets,
            indicators=indicators,
            figures=figures,
            progresses=self._get_workbench_progresses(unit, periods, today),
            claims=claims,
            pipelines=self._get_workbench_pipelines(unit, indicators, claims, ends),
            leaderboards=self._get_leaderboards(user, team, counted, figures, periods),
        )

    @api.model
    def _get_workbench_targets(self, user_ids, periods):
        """The targets of persons in the periods, those that do not count yet included."""
        # Whose workbench may be seen was checked before; of the other members of a team, the
        # leaderboard tells completions, and only where the company switched it on.
        return self.sudo().search_fetch(
            Domain("scope", "=", "person")
            & Domain("user_id", "in", list(user_ids))
            & Domain("company_id", "=", self.env.company.id)
            & self._get_periods_domain(periods),
            [
                *("indicator_id", "granularity", "date_from", "date_to", "value", "state"),
                *("scope", "company_id", "team_id", "user_id"),
            ],
            order="id",
        )

    @api.model
    def _get_periods_domain(self, periods):
        return Domain.OR(
            Domain("granularity", "=", size) & Domain("date_from", "=", period.date_from)
            for size, period in periods.items()
        )

    @api.model
    def _get_workbench_indicators(self, targets):
        """The indicators to show: those with a target first, money before all else."""
        aimed_at = targets.indicator_id.ids
        shown = Domain("id", "in", aimed_at) | Domain("code", "in", _KEY_CODES)
        return (
            self.env["crm.indicator"]
            .search_fetch(shown)
            .sorted(lambda indicator: (indicator.id not in aimed_at, not indicator.is_monetary))
        )

    @api.model
    def _get_workbench_days(self, size, period):
        """First days of the periods whose history is shown, the last one included."""
        company = self.env.company
        return [
            self._get_period(size, period.date_from, company, -count).date_from
            for count in reversed(range(_HISTORY))
        ]

    @api.model
    def _get_workbench_figures(self, unit, indicators, periods, targets):
        """`{(unit key, indicator id, granularity, first day): figure}` of the person, with their
        history, and of all targets.
        """
        wanted = {
            (unit, indicator.id, size, day)
            for size, period in periods.items()
            for day in self._get_workbench_days(size, period)
            for indicator in indicators
        }
        wanted.update(target._get_figure_key() for target in targets)
        # See `_get_workbench_targets` for whose figures these are.
        values = self.env["crm.indicator.value"].sudo()
        return values._get_actuals({figure: figure for figure in wanted})

    @api.model
    def _get_workbench_pipelines(self, unit, indicators, claims, ends):
        """See `_get_pipelines`; what is owed has been read already."""
        kinds = {kind for kind in indicators.mapped("pipeline") if kind} - {"collections"}
        pipelines = self.env["crm.indicator"]._get_pipelines(kinds, {unit}, ends)
        for end in ends:
            planned = sum(claim.amount for claim in claims if claim.date <= end)
            pipelines["collections", unit, end] = max(0.0, planned)
        return pipelines

    @api.model
    def _get_workbench_progresses(self, unit, periods, today):
        first = min(period.date_from for period in periods.values())
        last = max(period.date_to for period in periods.values())
        days = self._get_working_days([unit], first, last)[unit]
        return {size: get_progress(days, *period, today) for size, period in periods.items()}

    # ------------------------------------------------------------
    # Answer
    # ------------------------------------------------------------

    @api.model
    def _get_workbench_period(self, bench, size):
        period, progress = bench.periods[size], bench.progresses[size]
        targets = bench.targets.filtered(lambda target: target.granularity == size)
        counted = targets.filtered(lambda target: target.state in COUNTING)
        items = [
            self._get_workbench_item(bench, size, indicator, counted)
            for indicator in bench.indicators
            if size in indicator._get_granularities()
        ]
        return {
            "granularity": size,
            "label": self._get_period_label(size, period.date_from, self.env.company),
            "date_from": period.date_from.isoformat(),
            "date_to": period.date_to.isoformat(),
            "is_running": period.date_from <= bench.today <= period.date_to,
            "working_days": progress.total,
            "working_days_over": progress.elapsed,
            "waiting_count": len(targets) - len(counted),
            "indicators": items,
            "collections": self._get_workbench_collections(bench, size, items),
            "leaderboard": bench.leaderboards[size],
        }

    @api.model
    def _get_workbench_item(self, bench, size, indicator, targets):
        """One indicator of a period, with its target if there is one."""
        target = targets.filtered(lambda target: target.indicator_id == indicator)
        period, progress = bench.periods[size], bench.progresses[size]
        value = bench.figures.get((bench.unit, indicator.id, size, period.date_from))
        pipeline = bench.pipelines.get((indicator.pipeline, bench.unit, period.date_to))
        outlook = Outlook()
        if target and value is not None:
            outlook = get_outlook(
                value,
                target.value,
                progress,
                indicator.direction,
                cumulative=indicator._builds_up(),
                pipeline=pipeline,
            )
            outlook = self._round_outlook(indicator, outlook)
        if pipeline is not None:
            pipeline = round(pipeline, self._get_estimate_digits(indicator))
        numbers = {
            "target": target.value if target else None,
            "value": value,
            "pipeline": pipeline,
            "trend": self._get_workbench_trend(bench, size, indicator),
            **{name: getattr(outlook, name) for name in Outlook._fields if name != "status"},
        }
        return {
            "target_id": target.id or 0,
            "indicator_id": indicator.id,
            "code": indicator.code,
            "name": indicator.name,
            "description": indicator.description or "",
            # Money carries the symbol of its currency.
            "unit": "" if indicator.is_monetary else indicator._get_unit_label(self.env.company),
            "decimals": indicator.decimals,
            "is_monetary": indicator.is_monetary,
            "builds_up": indicator._builds_up(),
            "direction": indicator.direction,
            "status": outlook.status or "",
            "history": [
                {"date_from": day.isoformat(), "value": figure}
                for day, figure in self._get_workbench_history(bench, size, indicator)
                if figure is not None
            ],
            **{f"has_{name}": number is not None for name, number in numbers.items()},
            **{name: number for name, number in numbers.items() if number is not None},
        }

    @api.model
    def _get_workbench_history(self, bench, size, indicator):
        """First days of the last periods with their figure, None where there is none."""
        return [
            (day, bench.figures.get((bench.unit, indicator.id, size, day)))
            for day in self._get_workbench_days(size, bench.periods[size])
        ]

    @api.model
    def _get_workbench_trend(self, bench, size, indicator):
        """Relative change against the period before; of a figure that builds up, against the
        same share of that period.
        """
        *_before, (_day, previous), (_today, current) = self._get_workbench_history(
            bench, size, indicator
        )
        if None in (previous, current):
            return None
        share = bench.progresses[size].share if indicator._builds_up() else 1.0
        return get_trend(current, previous * share)

    @api.model
    def _get_workbench_collections(self, bench, size, items):
        """Money that came in, was to come in and is still planned, with a target or without."""
        collected = next((item for item in items if item["code"] == "collected_amount"), {})
        planned = bench.pipelines.get(("collections", bench.unit, bench.periods[size].date_to))
        numbers = {
            "target": collected.get("target"),
            "actual": collected.get("value"),
            "completion": collected.get("completion"),
            "planned": planned,
        }
        return {
            **{f"has_{name}": number is not None for name, number in numbers.items()},
            **{name: number for name, number in numbers.items() if number is not None},
        }
