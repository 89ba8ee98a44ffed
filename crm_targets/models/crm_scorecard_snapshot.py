from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import get_iso_week
from odoo.exceptions import UserError
from odoo.tools import SQL

# The trigger lets changes pass in a transaction that has said so:
#     SELECT set_config('crm_targets.allow_snapshot_change', 'on', true)
# The setting ends with the transaction. It is meant for migration scripts and for the uninstall.
_GUARD = """
CREATE OR REPLACE FUNCTION crm_targets_keep_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF COALESCE(current_setting('crm_targets.allow_snapshot_change', true), '') <> 'on' THEN
        RAISE EXCEPTION 'Snapshots are history and cannot be changed'
              USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$
"""
_TRIGGER = """
DROP TRIGGER IF EXISTS crm_targets_keep_snapshot ON %(table)s;
CREATE TRIGGER crm_targets_keep_snapshot BEFORE UPDATE OR DELETE ON %(table)s
   FOR EACH ROW EXECUTE FUNCTION crm_targets_keep_snapshot();
DROP TRIGGER IF EXISTS crm_targets_keep_snapshots ON %(table)s;
CREATE TRIGGER crm_targets_keep_snapshots BEFORE TRUNCATE ON %(table)s
   FOR EACH STATEMENT EXECUTE FUNCTION crm_targets_keep_snapshot()
"""


def protect_table(model):
    """Let nothing change or delete rows of the table of `model`."""
    model.env.cr.execute(_GUARD)
    model.env.cr.execute(SQL(_TRIGGER, table=SQL.identifier(model._table)))


class CrmScorecardSnapshot(models.Model):
    """A scorecard as it stood at the end of an ISO week; a trigger keeps it from being changed.

    It refers to nothing that Odoo deletes or merges: names and figures are kept as they were.
    """

    _name = "crm.scorecard.snapshot"
    _description = "Scorecard Snapshot"
    _order = "date_from desc, scorecard_id, id"
    _log_access = False

    scorecard_id = fields.Many2one(
        "crm.scorecard", required=True, readonly=True, ondelete="restrict"
    )
    name = fields.Char(string="Name at That Time", required=True, readonly=True)
    unit_name = fields.Char(string="Unit", readonly=True)
    week = fields.Char(string="ISO Week", required=True, readonly=True, help="Such as 2026-W47.")
    date_from = fields.Date(string="Monday", required=True, readonly=True)
    date_to = fields.Date(string="Sunday", required=True, readonly=True)
    period_label = fields.Char(string="Period", readonly=True, help="The period that was shown.")
    taken_at = fields.Datetime(required=True, readonly=True)
    has_score = fields.Boolean(readonly=True)
    score = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    band = fields.Selection(
        [("good", "Good"), ("fair", "Fair"), ("poor", "Poor"), ("none", "No score")], readonly=True
    )
    line_ids = fields.One2many(
        "crm.scorecard.snapshot.line", "snapshot_id", string="Indicators", readonly=True
    )

    _week_unique = models.Constraint(
        "UNIQUE (scorecard_id, date_from)", "This week of the scorecard has been kept already."
    )

    def init(self):
        protect_table(self)

    @api.depends("name", "week")
    def _compute_display_name(self):
        for snapshot in self:
            snapshot.display_name = f"{snapshot.name} · {snapshot.week}"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        raise UserError(self.env._("Snapshots are history and cannot be changed."))

    def unlink(self):
        raise UserError(self.env._("Snapshots are history and cannot be deleted."))

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _take(self, scorecard, week):
        """Keep `scorecard` as it stands at the end of `week` (a `Period`)."""
        wheel = scorecard._get_wheel_data(week.date_to)
        # Nobody creates snapshots by hand: there is no right to do so.
        return self.sudo().create(
            {
                "scorecard_id": scorecard.id,
                "name": wheel["scorecard"]["name"],
                "unit_name": wheel["scorecard"]["unit_name"],
                "week": "{}-W{:02}".format(*get_iso_week(week.date_from)),
                "date_from": week.date_from,
                "date_to": week.date_to,
                "period_label": wheel["scorecard"]["period_label"],
                "taken_at": fields.Datetime.now(),
                "has_score": wheel["has_score"],
                "score": wheel.get("score", 0.0),
                "band": wheel["band"],
                "line_ids": [
                    fields.Command.create(self._prepare_line_values(perspective, indicator))
                    for perspective in wheel["perspectives"]
                    for indicator in perspective["indicators"]
                ],
            }
        )

    @api.model
    def _prepare_line_values(self, perspective, indicator):
        return {
            "perspective_code": perspective["code"],
            "perspective_name": perspective["name"],
            "perspective_weight": perspective["weight"],
            "indicator_code": indicator["code"],
            "indicator_name": indicator["name"],
            "unit": indicator["unit"],
            "weight": indicator["weight"],
            "has_value": indicator["has_value"],
            "value": indicator.get("value", 0.0),
            "has_target": indicator["has_target"],
            "target": indicator.get("target", 0.0),
            "red_flag": indicator.get("red_flag", 0.0),
            "has_score": indicator["has_score"],
            "score": indicator.get("score", 0.0),
            "band": indicator["band"],
        }
