from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import TargetsCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-22 12:00:00")
class TestCrmIndicatorQueries(TargetsCase):
    """Measuring costs as many statements for one person as for many."""

    def count(self, indicators):
        # Once before, so that what Odoo caches for all transactions is not counted.
        self.refresh(*indicators)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.refresh(*indicators)
        return self.env.cr.sql_log_count - before

    def test_shipped_indicators_of_every_kind(self):
        """All that comes with the addon: records, windows, stocks, ratios and code."""
        self.indicators.with_user(self.admin).refresh(None, "2026-01-01", "2026-12-31")
        # some wait for an app that is not here
        indicators = self.indicators.search([("state", "=", "measured")])
        kinds = {(indicator.source, indicator.window) for indicator in indicators}
        self.assertTrue({"records", "ratio", "code"} <= {source for source, _window in kinds})
        self.assertTrue({"period", "period_end"} <= {window for _source, window in kinds})
        self.order("2026-03-04 10:00:00")
        few = self.count(indicators)
        people = [
            self._user(f"many_{number}", "crm_targets.group_crm_targets_user")
            for number in range(8)
        ]
        stores = self.env["crm.team"].create(
            [
                {
                    "name": person.name,
                    "company_id": self.company.id,
                    "parent_id": self.region.id,
                    "member_ids": [Command.set(person.ids)],
                }
                for person in people
            ]
        )
        for person, store in zip(people, stores, strict=True):
            for month in range(1, 11):
                values = {"user_id": person.id, "team_id": store.id}
                self.order(f"2026-{month:02}-04 10:00:00", **values)
                self.env["crm.lead"].create(
                    {"name": "Lead", "type": "opportunity", "company_id": self.company.id} | values
                )
        self.env.flush_all()
        self.assertEqual(self.count(indicators), few)
        for person in people:
            self.assertTrue(self.values.search_count([("user_id", "=", person.id)]))
