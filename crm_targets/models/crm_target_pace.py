from odoo import api, fields, models
from odoo.addons.crm_targets.tools.pace import (
    Outlook,
    Progress,
    get_baseline_progress,
    get_outlook,
    get_progress,
)
from odoo.fields import Domain

STATUSES = [("on_track", "On Track"), ("behind", "Behind"), ("at_risk", "At Risk")]
_NUMBERS = ("completion", "pace", "forecast", "shortage", "due_today")
_NOT_BEGUN, _OVER = Progress(1, 0, 0), Progress(1, 1, 1)


class CrmTargetPace(models.Model):
    """How a target stands today: what is reached, where it should be and where it is going."""

    _inherit = "crm.target"

    actual = fields.Float(
        compute="_compute_outlook", digits=0, help="What was measured in the period so far."
    )
    has_actual = fields.Boolean(compute="_compute_outlook")
    completion = fields.Float(
        compute="_compute_outlook",
        help="Part of the target that is reached. Of a limit it is the part that is used up.",
    )
    has_completion = fields.Boolean(compute="_compute_outlook")
    baseline_progress = fields.Float(
        compute="_compute_outlook",
        string="Progress",
        help="Way from the baseline of the indicator to the target that has been made.",
    )
    has_baseline_progress = fields.Boolean(compute="_compute_outlook")
    pace = fields.Float(
        compute="_compute_outlook",
        digits=0,
        help="Where the figure should stand: the target by the working days that are over. Only "
        "figures that build up over the days of the period have a pace; others are compared with "
        "the target itself.",
    )
    has_pace = fields.Boolean(compute="_compute_outlook")
    forecast = fields.Float(
        compute="_compute_outlook",
        digits=0,
        help="Where the figure is likely to stand at the end of the period. The remaining days are "
        "estimated by what a working day brought so far and by the weighted pipeline; the more of "
        "the period is over, the more the first one counts.",
    )
    has_forecast = fields.Boolean(compute="_compute_outlook")
    shortage = fields.Float(
        compute="_compute_outlook",
        digits=0,
        help="Part of the target that neither results nor the weighted pipeline cover.",
    )
    has_shortage = fields.Boolean(compute="_compute_outlook")
    due_today = fields.Float(
        compute="_compute_outlook",
        digits=0,
        help="What is missing this evening to be on pace then.",
    )
    has_due_today = fields.Boolean(compute="_compute_outlook")
    status = fields.Selection(
        STATUSES,
        compute="_compute_outlook",
        search="_search_status",
        help="On track from 99 % of the pace, behind from 81 %, else at risk.",
    )

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends(
        *("indicator_id", "granularity", "date_from", "date_to", "value"),
        *("scope", "company_id", "team_id", "user_id"),
    )
    @api.depends_context("uid")
    def _compute_outlook(self):
        outlooks = self._get_outlooks()
        for target in self:
            actual, outlook = outlooks.get(target, (None, Outlook()))
            numbers = {"actual": actual, **{name: getattr(outlook, name) for name in _NUMBERS}}
            numbers["baseline_progress"] = target._get_baseline_progress(actual)
            for name, number in numbers.items():
                target[name] = number or 0.0
                target[f"has_{name}"] = number is not None
            target.status = outlook.status or False

    def _get_baseline_progress(self, actual):
        self.ensure_one()
        if actual is None or not self.indicator_id.has_baseline:
            return None
        return get_baseline_progress(actual, self.value, self.indicator_id.baseline)

    def _search_status(self, operator, value):
        """Targets whose period has begun, by how they stand today."""
        if operator != "in":
            return NotImplemented
        begun = self.search([("date_from", "<=", fields.Date.context_today(self))])
        found = begun.filtered(lambda target: target.status in value)
        # Those that have no status are all others, not only the ones that have begun.
        if False in value:
            others = begun - found
            return Domain("id", "not in", others.ids)
        return Domain("id", "in", found.ids)

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_outlooks(self):
        """What is known about the targets today: `{target: (actual or None, Outlook)}`.

        A fixed number of queries, whatever the number of targets.
        """
        # A target that is being entered may still lack what it needs.
        known = self.filtered(lambda target: target.indicator_id and target.date_to)
        today = fields.Date.context_today(self)
        actuals = self.env["crm.indicator.value"]._get_actuals(
            {target: target._get_figure_key() for target in known}
        )
        progresses = known._get_progresses(today)
        pipelines = known._get_pipelines(today)
        result = {}
        for target in known:
            actual = actuals.get(target)
            builds_up = target.indicator_id._builds_up()
            value = 0.0 if actual is None and builds_up and target.date_from > today else actual
            if value is None:
                continue
            outlook = get_outlook(
                value,
                target.value,
                progresses[target],
                target.indicator_id.direction,
                cumulative=builds_up,
                pipeline=pipelines.get(target),
            )
            if actual is None:
                outlook = outlook._replace(completion=None, status=None)
            result[target] = (actual, self._round_outlook(target.indicator_id, outlook))
        return result

    def _get_figure_key(self):
        """What the figure of the target is found by."""
        self.ensure_one()
        return (
            self._get_unit_key(),
            self.indicator_id.id,
            self.granularity,
            self.date_from,
        )

    @api.model
    def _round_outlook(self, indicator, outlook):
        digits = self._get_estimate_digits(indicator)
        return outlook._replace(
            **{
                name: round(number, digits)
                for name in ("pace", "forecast", "shortage", "due_today")
                if (number := getattr(outlook, name)) is not None
            }
        )

    @api.model
    def _get_estimate_digits(self, indicator):
        """Estimates have one digit more than the figure is shown with; money is as it is shown."""
        return indicator.decimals + (not indicator.is_monetary)

    def _get_progresses(self, today):
        """How far the period of every target has come: `{target: Progress}`."""
        running = self.filtered(lambda target: target.date_from <= today <= target.date_to)
        days = {}
        if running:
            days = self._get_working_days(
                {target._get_unit_key() for target in running},
                min(running.mapped("date_from")),
                max(running.mapped("date_to")),
            )
        return {
            target: get_progress(
                days[target._get_unit_key()], target.date_from, target.date_to, today
            )
            if target in running
            else (_OVER if target.date_to < today else _NOT_BEGUN)
            for target in self
        }

    def _get_pipelines(self, today):
        """What is still to come in the period of every target that a pipeline feeds."""
        # Measured with all rights, for who may read the target: not for units that somebody has
        # only put into a form.
        fed = self.filtered(
            lambda target: (
                target._origin
                and target._get_unit_key() == target._origin._get_unit_key()
                and target.date_to >= today
                and target.indicator_id._builds_up()
                and target.indicator_id.pipeline
                and target.indicator_id.direction == "higher"
            )
        )
        found = self.env["crm.indicator"]._get_pipelines(
            set(fed.indicator_id.mapped("pipeline")),
            {target._get_unit_key() for target in fed},
            set(fed.mapped("date_to")),
        )
        return {
            target: found[target.indicator_id.pipeline, target._get_unit_key(), target.date_to]
            for target in fed
        }
