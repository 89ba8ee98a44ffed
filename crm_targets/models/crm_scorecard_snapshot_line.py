from math import isclose

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from .crm_scorecard_snapshot import BANDS, protect_table


class CrmScorecardSnapshotLine(models.Model):
    _name = "crm.scorecard.snapshot.line"
    _description = "Indicator in a Snapshot"
    _order = "snapshot_id, id"
    _log_access = False

    snapshot_id = fields.Many2one(
        "crm.scorecard.snapshot", required=True, readonly=True, index=True, ondelete="restrict"
    )
    scorecard_id = fields.Many2one(related="snapshot_id.scorecard_id")
    date_from = fields.Date(related="snapshot_id.date_from")
    perspective_code = fields.Char(readonly=True)
    perspective_name = fields.Char(string="Perspective", readonly=True)
    perspective_weight = fields.Float(digits=(16, 2), readonly=True)
    indicator_code = fields.Char(readonly=True)
    indicator_name = fields.Char(string="Indicator", readonly=True)
    unit = fields.Char(string="Unit of Measure", readonly=True)
    decimals = fields.Integer(readonly=True)
    weight = fields.Float(string="Weight (%)", digits=(16, 2), readonly=True)
    has_value = fields.Boolean(readonly=True)
    value = fields.Float(digits=0, readonly=True)
    has_target = fields.Boolean(readonly=True)
    target = fields.Float(string="Goal", digits=0, readonly=True)
    red_flag = fields.Float(digits=0, readonly=True)
    has_score = fields.Boolean(readonly=True)
    score = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    band = fields.Selection(BANDS, readonly=True)
    is_restated = fields.Boolean(compute="_compute_is_restated")
    value_now = fields.Float(
        string="Restated To",
        digits=0,
        compute="_compute_is_restated",
        help="What a later snapshot said about this figure.",
    )

    def init(self):
        protect_table(self, is_part=True)

    @api.depends("indicator_code", "snapshot_id")
    def _compute_is_restated(self):
        snapshots = self.snapshot_id
        later = self.env["crm.scorecard.snapshot.restatement"].search(
            [
                ("scorecard_id", "in", snapshots.scorecard_id.ids),
                ("date_from", "in", snapshots.mapped("date_from")),
                ("indicator_code", "in", self.mapped("indicator_code")),
            ],
            order="id",
        )
        latest = {
            (line.scorecard_id, line.date_from, line.indicator_code): line.value for line in later
        }
        for line in self:
            key = (line.snapshot_id.scorecard_id, line.snapshot_id.date_from, line.indicator_code)
            line.is_restated = key in latest
            line.value_now = latest.get(key, 0.0)

    def write(self, vals):
        raise UserError(self.env._("Snapshots are history and cannot be changed."))

    def unlink(self):
        raise UserError(self.env._("Snapshots are history and cannot be deleted."))

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _format_figure(self, value, extra=0):
        """A figure of the line with its unit, as it is written in the language of the user.

        :param int extra: digits more than the indicator has, where they are needed to tell where a
            band begins.
        """
        self.ensure_one()
        digits = self.decimals
        while extra and not isclose(value, round(value, digits), abs_tol=1e-9):
            digits, extra = digits + 1, extra - 1
        text = formatLang(self.env, value, digits=digits)
        currency = self.scorecard_id.company_id.sudo().currency_id
        if self.unit and self.unit in (currency.symbol, currency.name):
            before = currency.position == "before"
            return f"{self.unit} {text}" if before else f"{text} {self.unit}"
        return f"{text} {self.unit or ''}".strip()
