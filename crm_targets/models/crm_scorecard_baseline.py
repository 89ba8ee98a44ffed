from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_figure_mixin import GRANULARITIES
from .crm_scorecard_snapshot import protect_table


class CrmScorecardBaseline(models.Model):
    """A figure from before the launch, frozen to compare with; a trigger keeps it from being
    changed.

    It refers to nothing that Odoo deletes or merges: names and figures are kept as they were.
    """

    _name = "crm.scorecard.baseline"
    _description = "Frozen Figure to Compare With"
    _order = "scorecard_id, granularity, id"
    _log_access = False

    scorecard_id = fields.Many2one(
        "crm.scorecard", required=True, readonly=True, index=True, ondelete="restrict"
    )
    indicator_code = fields.Char(required=True, readonly=True)
    indicator_name = fields.Char(string="Indicator", readonly=True)
    granularity = fields.Selection(
        GRANULARITIES, string="Period Type", required=True, readonly=True
    )
    date_from = fields.Date(string="First Day", required=True, readonly=True)
    date_to = fields.Date(string="Last Day", required=True, readonly=True)
    period_label = fields.Char(string="Period", compute="_compute_period_label")
    value = fields.Float(digits=0, readonly=True, aggregator="avg")
    unit = fields.Char(string="Unit of Measure", readonly=True)
    frozen_at = fields.Datetime(required=True, readonly=True)

    _indicator_unique = models.Constraint(
        "UNIQUE (scorecard_id, indicator_code, granularity)",
        "The baseline of this indicator has been frozen already.",
    )

    def init(self):
        protect_table(self)

    @api.depends("granularity", "date_from")
    @api.depends_context("lang")
    def _compute_period_label(self):
        for figure in self:
            figure.period_label = self.env["crm.figure.mixin"]._get_period_label(
                figure.granularity, figure.date_from, figure.scorecard_id.company_id
            )

    @api.depends("indicator_name", "period_label")
    def _compute_display_name(self):
        for figure in self:
            figure.display_name = f"{figure.indicator_name} · {figure.period_label}"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        raise UserError(self.env._("A frozen baseline is history and cannot be changed."))

    def unlink(self):
        raise UserError(self.env._("A frozen baseline is history and cannot be deleted."))

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _freeze(self, scorecard, day):
        """Keep the figures of the periods that `day` lies in, of every indicator of the scorecard.

        What has been frozen already stays as it is.

        :return: the figures that were frozen now.
        """
        mixin = self.env["crm.figure.mixin"]
        indicators = scorecard.line_ids.indicator_id
        frozen = {
            (figure.indicator_code, figure.granularity)
            for figure in self.sudo().search([("scorecard_id", "=", scorecard.id)])
        }
        now, vals_list = fields.Datetime.now(), []
        for granularity, _label in GRANULARITIES:
            period = mixin._get_checked_period(granularity, day, scorecard.company_id)
            figures = self.env["crm.indicator.value"]._get_figures(
                indicators, scorecard, granularity, [period.date_from]
            )
            vals_list += [
                {
                    "scorecard_id": scorecard.id,
                    "indicator_code": indicator.code,
                    "indicator_name": indicator.name,
                    "granularity": granularity,
                    "date_from": period.date_from,
                    "date_to": period.date_to,
                    "value": figures[indicator.id, period.date_from],
                    "unit": indicator._get_unit_label(scorecard.company_id),
                    "frozen_at": now,
                }
                for indicator in indicators
                if (indicator.id, period.date_from) in figures
                and (indicator.code, granularity) not in frozen
            ]
        # Nobody creates frozen figures by hand: there is no right to do so.
        return self.sudo().create(vals_list)
