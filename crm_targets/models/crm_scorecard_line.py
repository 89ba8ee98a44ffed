from odoo import api, fields, models
from odoo.addons.crm_targets.tools.score import Band, get_band, get_score


class CrmScorecardLine(models.Model):
    _name = "crm.scorecard.line"
    _inherit = ["crm.scorecard.line.mixin"]
    _description = "Indicator on a Scorecard"
    _order = "scorecard_id, perspective_sequence, perspective_id, sequence, date_from, id"

    scorecard_id = fields.Many2one("crm.scorecard", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="scorecard_id.company_id", store=True, index=True)
    perspective_id = fields.Many2one(store=True)
    perspective_sequence = fields.Integer(
        related="perspective_id.sequence", string="Perspective Sequence", store=True
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
        help="Weight and band count from this day on, until a later line of the same indicator. "
        "A line with weight 0 takes the indicator off the scorecard.",
    )
    _date_unique = models.Constraint(
        "UNIQUE (scorecard_id, indicator_id, date_from)",
        "The indicator is on the scorecard from this day on already.",
    )

    @api.depends("indicator_id.name", "scorecard_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.scorecard_id.name}: {line.indicator_id.name}"

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_band(self, target):
        """Goal and red flag of the line; None when it goes by a target that there is not.

        :param target: the target of the unit and period, or None.
        """
        self.ensure_one()
        if self.band_type == "fixed":
            return Band(self.goal, self.red_flag)
        if target is None:
            return None
        return get_band(target, self.goal_share, self.red_flag_share)

    def _get_score(self, value, target):
        """Score of a figure, 0 to 10; None without a figure, or without the target it goes by."""
        self.ensure_one()
        band = self._get_band(target)
        if value is None or band is None:
            return None
        return get_score(value, band, self.direction)

    @api.model
    def _get_effective(self, scorecard, day, lines=None):
        """The lines in force on `day`: of every indicator the latest that has begun by then.

        :param lines: those of the scorecard, where they have been looked up already.
        """
        latest = {}
        for line in (scorecard.line_ids if lines is None else lines).sorted("date_from"):
            if line.date_from <= day and line.indicator_id.active:
                latest[line.indicator_id.id] = line
        lines = self.browse(line.id for line in latest.values() if line.weight)
        return lines.sorted(lambda line: (line.sequence, line.id))
