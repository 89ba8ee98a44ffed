import math

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from .crm_figure_mixin import GRANULARITIES


class CrmScorecard(models.Model):
    _name = "crm.scorecard"
    _inherit = ["crm.unit.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Scorecard"
    _order = "sequence, id"
    # Who may read a scorecard may talk about it, and say that an activity is done.
    _mail_post_access = "read"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    # The unit may go; the scorecard and its history stay for the administrator.
    team_id = fields.Many2one(ondelete="set null")
    user_id = fields.Many2one(ondelete="set null")
    granularity = fields.Selection(
        GRANULARITIES,
        string="Shown By",
        required=True,
        tracking=True,
        default=lambda self: self.env.company.crm_targets_granularity,
        help="The period that the wheel shows: its figures, targets and trend.",
    )
    template_id = fields.Many2one(
        "crm.scorecard.template",
        string="Starts From",
        copy=False,
        ondelete="set null",
        help="Indicators, weights, bands and objectives of the template are taken over once. Leave "
        "it empty to start with an empty scorecard.",
    )
    parent_id = fields.Many2one(
        "crm.scorecard",
        string="Counts Into",
        compute="_compute_parent_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="set null",
        domain="[('id', '!=', id)]",
        help="The scorecard of the unit above, such as the region of a store. It shows the score "
        "of those below it beside its own figures, which are measured, never averaged.",
    )
    child_ids = fields.One2many("crm.scorecard", "parent_id", string="Scorecards Below")
    rollup_weight = fields.Float(
        string="Weight Above",
        required=True,
        tracking=True,
        default=1.0,
        digits=(16, 2),
        help="Its part in the score of those below the scorecard that it counts into. With 0 it "
        "takes no part.",
    )
    line_ids = fields.One2many("crm.scorecard.line", "scorecard_id", string="Indicators", copy=True)
    has_unavailable = fields.Boolean(compute="_compute_has_unavailable")
    snapshot_ids = fields.One2many("crm.scorecard.snapshot", "scorecard_id", string="Snapshots")
    snapshot_count = fields.Integer(compute="_compute_snapshot_count")
    objective_ids = fields.One2many(
        "crm.scorecard.objective", "scorecard_id", string="Objectives", copy=True
    )
    comment_ids = fields.One2many("crm.scorecard.comment", "scorecard_id", string="Comments")
    comment_count = fields.Integer(compute="_compute_comment_count")
    baseline_date = fields.Date(
        string="Baseline Day",
        copy=False,
        help="A day before the launch. The figures of the week, month, quarter and year that it "
        "lies in can be frozen, to compare with for good.",
    )
    baseline_ids = fields.One2many(
        "crm.scorecard.baseline", "scorecard_id", string="Frozen Figures", readonly=True
    )
    is_baseline_frozen = fields.Boolean(compute="_compute_is_baseline_frozen")

    _check_rollup_weight = models.Constraint(
        "CHECK (rollup_weight >= 0)", "A weight cannot be negative."
    )

    @api.depends("scope", "company_id", "team_id", "user_id")
    def _compute_parent_id(self):
        """The scorecard of the nearest unit above: of a team above, else of the company."""
        others = self.search([("company_id", "parent_of", self.company_id.ids)], order="id desc")
        by_unit = {scorecard._get_unit_key(): scorecard for scorecard in others}
        for scorecard in self:
            above = (by_unit.get(key) for key in scorecard._get_unit_keys_above())
            scorecard.parent_id = next((card for card in above if card), False)

    @api.depends("line_ids.indicator_id.state")
    def _compute_has_unavailable(self):
        for scorecard in self:
            states = scorecard.line_ids.indicator_id.mapped("state")
            scorecard.has_unavailable = "unavailable" in states or "error" in states

    @api.depends("snapshot_ids")
    def _compute_snapshot_count(self):
        groups = self.env["crm.scorecard.snapshot"]._read_group(
            [("scorecard_id", "in", self.ids)], ["scorecard_id"], ["__count"]
        )
        counts = {scorecard.id: count for scorecard, count in groups}
        for scorecard in self:
            scorecard.snapshot_count = counts.get(scorecard.id, 0)

    @api.depends("comment_ids")
    def _compute_comment_count(self):
        groups = self.env["crm.scorecard.comment"]._read_group(
            [("scorecard_id", "in", self.ids)], ["scorecard_id"], ["__count"]
        )
        counts = {scorecard.id: count for scorecard, count in groups}
        for scorecard in self:
            scorecard.comment_count = counts.get(scorecard.id, 0)

    @api.depends("baseline_ids")
    def _compute_is_baseline_frozen(self):
        for scorecard in self:
            scorecard.is_baseline_frozen = bool(scorecard.baseline_ids)

    @api.constrains("parent_id", "company_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A scorecard cannot count into itself."))
        # the parent may be one that the user does not read; only its company is compared
        for scorecard in self.sudo():
            company = scorecard.parent_id.company_id
            if company and company not in scorecard.company_id.parent_ids:
                raise ValidationError(
                    self.env._(
                        "A scorecard counts into one of its own company, or of a company above."
                    )
                )

    @api.onchange("template_id")
    def _onchange_template_id(self):
        if self.template_id and not self._origin:
            values = self.template_id._prepare_scorecard_values()
            for name, commands in values.items():
                self[name] = [Command.clear(), *commands]

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_finite(vals)
        templates = self.env["crm.scorecard.template"]
        filled = [
            {**templates.browse(vals["template_id"])._prepare_scorecard_values(), **vals}
            if vals.get("template_id") and not vals.get("line_ids")
            else vals
            for vals in vals_list
        ]
        scorecards = super().create(filled)
        scorecards._copy_translations()
        return scorecards

    @api.model
    def _check_finite(self, vals):
        # Before it is written: core cannot round what is no number.
        weight = vals.get("rollup_weight")
        if isinstance(weight, float) and not math.isfinite(weight):
            raise ValidationError(self.env._("A weight is a finite number."))

    def _copy_translations(self):
        """Objectives that come from a template are said in all the languages it is said in."""
        for scorecard in self:
            sources = {
                (source.perspective_id, source.name): source
                for source in scorecard.template_id.objective_ids
            }
            for objective in scorecard.objective_ids if sources else ():
                source = sources.get((objective.perspective_id, objective.name))
                if source:
                    words = source._fields["name"]._get_stored_translations(source) or {}
                    objective.update_field_translations("name", words)

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=scorecard.name)}
            for scorecard, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def write(self, vals):
        self._check_finite(vals)
        if "baseline_date" in vals:
            day = fields.Date.to_date(vals["baseline_date"]) or False
            if any(card.baseline_date != day for card in self if card.is_baseline_frozen):
                raise UserError(self.env._("The baseline is frozen; its day stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_history(self):
        # With all rights: history counts whether or not the user may see it.
        scorecards = self.sudo().with_context(active_test=False)
        if scorecards.snapshot_ids or scorecards.baseline_ids or scorecards.comment_ids:
            raise UserError(
                self.env._(
                    "A scorecard with snapshots, comments or a baseline cannot be deleted; "
                    "archive it instead."
                )
            )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_open_wheel(self):
        """Open the steering wheel of the scorecard."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_targets.wheel",
            "name": self.name,
            "params": {"scorecard_id": self.id},
        }

    def action_open_snapshots(self):
        """Open the snapshots of the scorecard."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_targets.crm_scorecard_snapshot_action"
        )
        return {**action, "domain": [("scorecard_id", "=", self.id)], "context": {}}

    def action_open_trend(self):
        """Open the trend of the scorecard, a line for each of its perspectives."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_targets.crm_scorecard_report_action"
        )
        return {
            **action,
            "domain": [("scorecard_id", "=", self.id)],
            "context": {"search_default_perspective": 1},
        }

    def action_open_comments(self):
        """Open the comments on the indicators of the scorecard."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_targets.crm_scorecard_comment_action"
        )
        return {
            **action,
            "domain": [("scorecard_id", "=", self.id)],
            "context": {"default_scorecard_id": self.id},
        }

    def action_save_as_template(self):
        """Make a template of the scorecard as it is today, and open it."""
        self.ensure_one()
        lines = self.env["crm.scorecard.line"]._get_effective(self, self._get_today())
        template = self.env["crm.scorecard.template"].create(
            {
                "name": self.name,
                "line_ids": [Command.create(line._prepare_copy_values()) for line in lines],
                "objective_ids": [
                    Command.create(
                        {"perspective_id": objective.perspective_id.id, "name": objective.name}
                    )
                    for objective in self.objective_ids
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": template._name,
            "res_id": template.id,
            "views": [[False, "form"]],
        }

    def action_freeze_baseline(self):
        """Keep the figures around the baseline day for good."""
        self.ensure_one()
        self.check_access("write")
        if not self.baseline_date:
            raise UserError(self.env._("Choose a day of the time before the launch first."))
        if self.baseline_date >= self._get_today():
            raise UserError(self.env._("A baseline lies in the past: choose an earlier day."))
        figures = self.env["crm.scorecard.baseline"]._freeze(self, self.baseline_date)
        if not figures and not self.is_baseline_frozen:
            raise UserError(
                self.env._(
                    "There are no figures of that time: measure it first, or choose another day."
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s figures are frozen.", count=len(figures)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_objectives(self):
        """Objectives in words: `{perspective id: [sentence, …]}`."""
        self.ensure_one()
        objectives = {}
        # Read in one query, which a relation would take two for.
        for objective in self.env["crm.scorecard.objective"].search_fetch(
            [("scorecard_id", "=", self.id)], ["perspective_id", "name"]
        ):
            objectives.setdefault(objective.perspective_id.id, []).append(objective.name)
        return objectives

    def _get_baseline_figures(self, indicators):
        """Figures from before the launch, by the period type of the scorecard.

        What was not frozen for this unit falls back on the baseline of the indicator; that of a
        count or a sum is a figure of the company, and none of a team or a person.

        :return: `{indicator id: figure}`; what has no baseline is absent.
        """
        self.ensure_one()
        frozen = {
            figure.indicator_code: figure.value
            for figure in self.env["crm.scorecard.baseline"].search_fetch(
                [("scorecard_id", "=", self.id), ("granularity", "=", self.granularity)],
                ["indicator_code", "value"],
            )
        }
        figures = {}
        for indicator in indicators:
            if indicator.code in frozen:
                figures[indicator.id] = frozen[indicator.code]
            elif indicator.has_baseline and (self.scope == "company" or not indicator.is_additive):
                figures[indicator.id] = indicator.baseline
        return figures
