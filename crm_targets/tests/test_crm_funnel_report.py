from odoo.tests import freeze_time, tagged

from .common import TargetsCase


@tagged("post_install", "-at_install")
@freeze_time("2026-05-20 12:00:00")
class TestFunnelReport(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second, cls.third = cls.stages = cls.env["crm.stage"].create(
            [{"name": f"Stage {number}", "sequence": 1000 + number} for number in range(3)]
        )
        cls.won = cls.env["crm.stage"].create({"name": "Signed", "sequence": 2000, "is_won": True})

    def opportunity(self, created, moves=(), outcome="pending", closed=None):
        """An opportunity with tracked changes of its stage: `(date, stage)` each."""
        stages = [self.first, *(stage for _date, stage in moves)]
        lead = self.env["crm.lead"].create(
            {
                "name": "Ten phones",
                "type": "opportunity",
                "company_id": self.company.id,
                "user_id": self.seller.id,
                "team_id": self.store.id,
                "expected_revenue": 10.0,
                "stage_id": stages[-1].id,
            }
        )
        field = self.env["ir.model.fields"]._get("crm.lead", "stage_id")
        for (date, stage), old in zip(moves, stages, strict=False):
            message = self.env["mail.message"].create(
                {"model": "crm.lead", "res_id": lead.id, "message_type": "notification"}
            )
            message.date = date
            self.env["mail.tracking.value"].create(
                {
                    "field_id": field.id,
                    "mail_message_id": message.id,
                    "old_value_integer": old.id,
                    "new_value_integer": stage.id,
                }
            )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, won_status = %s, date_closed = %s, "
            "date_conversion = NULL, active = %s WHERE id = %s",
            [created, outcome, closed, outcome != "lost", lead.id],
        )
        lead.invalidate_recordset()
        return lead

    def rows(self, groupby, *aggregates):
        return self.env["crm.funnel.report"]._read_group(
            [("company_id", "=", self.company.id)], groupby, aggregates
        )

    def test_way_through_the_stages(self):
        self.opportunity(
            "2026-05-01 12:00:00",
            [("2026-05-03 12:00:00", self.second), ("2026-05-07 12:00:00", self.won)],
            "won",
            "2026-05-07 12:00:00",
        )
        self.opportunity(
            "2026-05-01 12:00:00",
            [("2026-05-05 12:00:00", self.second), ("2026-05-06 12:00:00", self.third)],
            "lost",
            "2026-05-16 12:00:00",
        )
        self.opportunity("2026-05-10 12:00:00")
        self.opportunity("2026-05-10 12:00:00", outcome="lost", closed="2026-05-12 12:00:00")
        rows = self.rows(["stage_id"], "__count", "conversion:avg", "days:avg")
        self.assertEqual(
            [(stage, count, round(share, 2), round(days, 2)) for stage, count, share, days in rows],
            [
                (self.first, 4, 66.67, 4.5),
                (self.second, 2, 100.0, 2.5),
                (self.third, 1, 0.0, 10.0),
                (self.won, 1, 0.0, 0.0),
            ],
        )
        [row] = self.rows(
            ["user_id"],
            "lead_count:sum",
            "won_count:sum",
            "lost_count:sum",
            "win_rate:avg",
            "cycle_days:avg",
        )
        self.assertEqual((*row[:4], round(row[4], 2), row[5]), (self.seller, 4, 1, 2, 33.33, 6.0))

    def test_back_and_forth(self):
        """Both stays count, and the stage is reached once."""
        self.opportunity(
            "2026-05-01 12:00:00",
            [
                ("2026-05-03 12:00:00", self.second),
                ("2026-05-04 12:00:00", self.first),
                ("2026-05-10 12:00:00", self.second),
            ],
        )
        rows = self.rows(["stage_id"], "__count", "conversion:avg", "days:avg")
        self.assertEqual(rows, [(self.first, 1, 100.0, 8.0), (self.second, 1, False, 11.0)])
        ids = self.env["crm.funnel.report"].search([("company_id", "=", self.company.id)]).ids
        self.assertEqual(len(set(ids)), 2)

    def test_tracked_by_odoo(self):
        lead = (
            self.env["crm.lead"]
            .with_context(tracking_disable=False)
            .create(
                {
                    "name": "Tracked",
                    "type": "opportunity",
                    "company_id": self.company.id,
                    "user_id": self.seller.id,
                    "stage_id": self.first.id,
                }
            )
        )
        self.flush_tracking()
        lead.stage_id = self.second
        self.flush_tracking()
        rows = self.env["crm.funnel.report"].search([("lead_id", "=", lead.id)])
        self.assertEqual(rows.stage_id, self.first | self.second)

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.flush()
