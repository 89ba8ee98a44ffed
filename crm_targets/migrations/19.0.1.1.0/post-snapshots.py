"""Snapshots say which period they show as data; before, as a text in one language."""

from odoo import SUPERUSER_ID, api
from odoo.addons.crm_targets.tools.period import GRANULARITIES, get_period
from odoo.tools.sql import column_exists


def migrate(cr, version):
    if not column_exists(cr, "crm_scorecard_snapshot", "period_label"):
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute("SELECT set_config('crm_targets.allow_snapshot_change', 'on', true)")
    cr.execute(
        """
        SELECT kept.id, kept.date_to, kept.period_label, card.granularity
          FROM crm_scorecard_snapshot kept
          JOIN crm_scorecard card ON card.id = kept.scorecard_id
         WHERE kept.granularity IS NULL
        """
    )
    mixin = env["crm.figure.mixin"]
    for snapshot_id, day, text, today in cr.fetchall():
        # The scorecard may show another type of period today than it did in that week.
        shown = next(
            (name for name in GRANULARITIES if mixin._get_period_label(name, day) == text), today
        )
        period = get_period(shown, day)
        cr.execute(
            """
            UPDATE crm_scorecard_snapshot
               SET granularity = %s, period_from = %s, period_to = %s, restated_count = 0,
                   has_score_below = FALSE, score_below = 0, band_below = 'none'
             WHERE id = %s
            """,
            (shown, *period, snapshot_id),
        )
    cr.execute("ALTER TABLE crm_scorecard_snapshot DROP COLUMN period_label")
    cr.execute("SELECT set_config('crm_targets.allow_snapshot_change', '', true)")
