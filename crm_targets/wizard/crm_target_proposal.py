from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.models.crm_figure_mixin import GRANULARITIES
from odoo.addons.crm_targets.tools.proposal import (
    propose_average,
    propose_growth,
    propose_pipeline,
)
from odoo.addons.crm_targets.tools.split import round_to
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import formatLang

MOST_LINES = 2000
MOST_PERIODS = 120
MOST_GROWTH = 1000.0


class CrmTargetProposal(models.TransientModel):
    """Propose targets for many units and periods at once, with the reasons beside each figure."""

    _name = "crm.target.proposal"
    _description = "Propose Targets"

    indicator_id = fields.Many2one("crm.indicator", required=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    for_company = fields.Boolean(
        string="The Company",
        default=lambda self: self.env.user.has_group("crm_targets.group_crm_targets_admin"),
    )
    for_teams = fields.Boolean(string="Teams", default=True)
    for_persons = fields.Boolean(string="Persons")
    team_ids = fields.Many2many(
        "crm.team",
        string="Only These Teams",
        domain="[('company_id', 'in', [False, company_id])]",
        help="With all teams below them. Empty for all teams that you may set targets for.",
    )
    granularity = fields.Selection(
        GRANULARITIES, string="Period Type", required=True, default="year"
    )
    date_from = fields.Date(
        string="First Period",
        required=True,
        default=fields.Date.context_today,
        help="Any day of the first period.",
    )
    period_count = fields.Integer(
        string="Number of Periods", required=True, default=1, help="1 to 120 periods in a row."
    )
    method = fields.Selection(
        [
            ("last_year", "Same period of the year before"),
            ("average", "Average of the last periods"),
            ("pipeline", "Weighted pipeline"),
        ],
        string="Based On",
        required=True,
        default="last_year",
    )
    average_count = fields.Integer(
        string="Periods to Average",
        required=True,
        default=3,
        help="The last periods that are over before the first one begins, 1 to 120.",
    )
    growth = fields.Float(
        string="Growth (%)", digits=0, help="On top, in per cent; less is negative."
    )
    replace = fields.Boolean(
        string="Replace Drafts",
        help="Give drafts that there are the proposed figure. What has been submitted or approved "
        "always stays.",
    )
    line_ids = fields.One2many(
        "crm.target.proposal.line",
        "proposal_id",
        string="Proposals",
        compute="_compute_line_ids",
        # Who proposes sees and offers only what they may.
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    @api.depends(
        *("indicator_id", "company_id", "for_company", "for_teams", "for_persons", "team_ids"),
        *("granularity", "date_from", "period_count"),
        *("method", "average_count", "growth", "replace"),
    )
    def _compute_line_ids(self):
        for proposal in self:
            lines = proposal._prepare_lines() if proposal.indicator_id else []
            proposal.line_ids = [Command.clear(), *map(Command.create, lines)]

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_create_targets(self):
        """Create drafts of the chosen proposals."""
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(self.env._("Choose at least one proposal."))
        kept = chosen.filtered(lambda line: line.part_id and line.part_id.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "%(target)s is no draft: set it back to draft, or leave it out.",
                    target=kept[0].part_id.display_name,
                )
            )
        targets = self.env["crm.target"]._set_targets(
            {**line._get_place_values(), "value": line.value, "note": line.reason}
            for line in chosen
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_targets.crm_target_action")
        return {**action, "domain": [("id", "in", targets.ids)], "context": {}}

    # ------------------------------------------------------------
    # Units and periods
    # ------------------------------------------------------------

    def _prepare_lines(self):
        self._check_numbers()
        keys = self._get_keys()
        if len(keys) * self.period_count > MOST_LINES:
            raise UserError(
                self.env._(
                    "These are %(count)s proposals, more than %(most)s: choose fewer teams, "
                    "persons or periods.",
                    count=len(keys) * self.period_count,
                    most=MOST_LINES,
                )
            )
        model = self.env["crm.target"]
        names = model._get_unit_names(keys)
        places = [
            (self.indicator_id.id, key, self.granularity, period.date_from)
            for key in keys
            for period in self._get_periods()
        ]
        present = model._find_targets(places)
        proposals = self._propose(places)
        lines = []
        for place in places:
            target = present.get(place, model)
            value, reason = proposals[place]
            lines.append(
                {
                    **model._get_key_values(place[1]),
                    "name": names[place[1]],
                    "period": model._get_period_label(place[2], place[3], self.company_id),
                    "granularity": place[2],
                    "date_from": place[3],
                    "part_id": target.id,
                    "value": value or 0.0,
                    "reason": reason,
                    # Nothing to go by, or nothing proposed, is no target unless somebody says so.
                    "is_chosen": bool(value)
                    and (not target or (self.replace and target.state == "draft")),
                }
            )
        return lines

    def _check_numbers(self):
        """Bounds of what is asked for, before anything is made of it."""
        _ = self.env._
        for number, label in (
            (self.period_count, _("Number of Periods")),
            (self.average_count, _("Periods to Average")),
        ):
            if not 1 <= number <= MOST_PERIODS:
                raise UserError(
                    _(
                        "“%(field)s” is a number from 1 to %(most)s.",
                        field=label,
                        most=MOST_PERIODS,
                    )
                )
        if not -100 <= self.growth <= MOST_GROWTH:
            raise UserError(
                _("Growth is a percentage from -100 to %(most)s.", most=int(MOST_GROWTH))
            )

    def _get_periods(self):
        model = self.env["crm.target"]
        first = model._get_checked_period(self.granularity, self.date_from, self.company_id)
        periods = [
            model._get_period(self.granularity, first.date_from, self.company_id, shift)
            for shift in range(self.period_count)
        ]
        model._get_checked_period(self.granularity, periods[-1].date_to, self.company_id)
        return periods

    def _get_keys(self):
        """The units that are asked for, as far as the user may set targets for them."""
        company = self.company_id
        if company not in self.env.companies:
            raise UserError(self.env._("Choose a company that you are working in."))
        domain = [("company_id", "in", [False, company.id])]
        is_admin = self.env.su or self.env.user.has_group("crm_targets.group_crm_targets_admin")
        if not is_admin:
            domain.append(("lead_user_ids", "in", self.env.uid))
        if self.team_ids:
            domain.append(("id", "child_of", self.team_ids._origin.ids))
        teams = self.env["crm.team"].search(domain)
        team_keys = [("team", company.id, team.id, 0) for team in teams]
        keys = [("company", company.id, 0, 0)] if self.for_company and is_admin else []
        if self.for_teams:
            keys += team_keys
        if self.for_persons:
            tree = self.env["crm.target"]._get_tree({company.id})
            members = (unit for key in team_keys for unit in tree[key] if unit[0] == "person")
            keys += dict.fromkeys(members)
        return keys

    # ------------------------------------------------------------
    # Figures and reasons
    # ------------------------------------------------------------

    def _propose(self, places):
        """`{place: (figure or None, reason in words)}`."""
        propose = {
            "last_year": self._propose_last_year,
            "average": self._propose_average,
            "pipeline": self._propose_pipeline,
        }[self.method]
        step = self.env["crm.target"]._get_smallest_unit(self.indicator_id, self.company_id)
        result = {}
        for place, (proposal, reason) in propose(places).items():
            if proposal.value is None:
                result[place] = (None, reason)
            else:
                result[place] = (round_to(proposal.value, step), self._add_growth(reason))
        return result

    def _add_growth(self, reason):
        if not self.growth:
            return reason
        return self.env._(
            "%(reason)s; growth of %(growth)s %%",
            reason=reason,
            growth=formatLang(self.env, self.growth, digits=2),
        )

    def _propose_last_year(self, places):
        figures = self.env["crm.target"]._get_history(places)
        result = {}
        for place in places:
            proposal = propose_growth(figures.get(place), self.growth / 100)
            day = self.env["crm.target"]._get_year_before(place).date_from
            period = self._get_label(day)
            if proposal.base is None:
                reason = self.env._("No figure in %(period)s", period=period)
            else:
                reason = self.env._(
                    "%(figure)s in %(period)s", figure=self._format(proposal.base), period=period
                )
            result[place] = (proposal, reason)
        return result

    def _propose_average(self, places):
        model = self.env["crm.target"]
        begin = min(
            self._get_periods()[0].date_from,
            model._get_period(
                self.granularity, fields.Date.context_today(self), self.company_id
            ).date_from,
        )
        days = [
            model._get_period(self.granularity, begin, self.company_id, -shift).date_from
            for shift in range(self.average_count, 0, -1)
        ]
        keys = dict.fromkeys(place[1] for place in places)
        figures = self.env["crm.indicator.value"]._get_actuals(
            {
                (key, day): (key, self.indicator_id.id, self.granularity, day)
                for key in keys
                for day in days
            }
        )
        result = {}
        for place in places:
            known = [figures.get((place[1], day)) for day in days]
            proposal = propose_average(known, self.growth / 100)
            values = {"first": self._get_label(days[0]), "last": self._get_label(days[-1])}
            if proposal.base is None:
                reason = self.env._("No figure from %(first)s to %(last)s", **values)
            else:
                reason = self.env._(
                    "%(figure)s on average of %(count)s periods, %(first)s to %(last)s",
                    figure=self._format(proposal.base),
                    count=proposal.number,
                    **values,
                )
            result[place] = (proposal, reason)
        return result

    def _propose_pipeline(self, places):
        kind = self.indicator_id.pipeline
        periods = {period.date_from: period for period in self._get_periods()}
        ends = {period.date_to for period in periods.values()}
        ends |= {day - timedelta(days=1) for day in periods}
        keys = {place[1] for place in places}
        due = self.env["crm.indicator"]._get_pipelines({kind}, keys, ends) if kind else {}
        actuals = self.env["crm.indicator.value"]._get_actuals(
            {place: (place[1], place[0], place[2], place[3]) for place in places}
        )
        today = fields.Date.context_today(self)
        result = {}
        for place in places:
            _indicator_id, key, _granularity, day = place
            open_ = due.get((kind, key, periods[day].date_to))
            reached = actuals.get(place, 0.0)
            if open_ is not None and day > today:
                open_ = max(0.0, open_ - due[kind, key, day - timedelta(days=1)])
            proposal = propose_pipeline(open_, reached, self.growth / 100)
            if open_ is None:
                reason = self.env._("No pipeline feeds this indicator")
            elif reached:
                reason = self.env._(
                    "%(reached)s reached, %(open)s open in the pipeline by probability",
                    reached=self._format(reached),
                    open=self._format(open_),
                )
            else:
                reason = self.env._(
                    "%(open)s open in the pipeline by probability", open=self._format(open_)
                )
            result[place] = (proposal, reason)
        return result

    def _get_label(self, day):
        return self.env["crm.target"]._get_period_label(self.granularity, day, self.company_id)

    def _format(self, figure):
        """The figure in words, with its unit."""
        indicator = self.indicator_id
        if indicator.is_monetary:
            return formatLang(self.env, figure, currency_obj=self.company_id.currency_id)
        text = formatLang(self.env, figure, digits=indicator.decimals)
        return f"{text} {indicator._get_unit_label(self.company_id)}".strip()
