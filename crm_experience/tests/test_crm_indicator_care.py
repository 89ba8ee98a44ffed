from datetime import date, datetime, timedelta

from odoo.tests import freeze_time, tagged

from .test_crm_customer_journey import NOW, JourneyCase

# Once more in the plainest SQL: one query per unit, `{unit}` is the condition on it.
PLAIN_SQL = {
    "playbook_steps_due": """
        SELECT NULLIF(count(*), 0) FROM crm_playbook_run_step
         WHERE state IN ('done', 'late', 'missed') AND date_due BETWEEN %(first)s AND %(last)s
           AND company_id = %(company)s AND {unit}
    """,
    "playbook_steps_in_time": """
        SELECT NULLIF(count(*), 0) FROM crm_playbook_run_step
         WHERE state = 'done' AND date_due BETWEEN %(first)s AND %(last)s
           AND company_id = %(company)s AND {unit}
    """,
    "playbook_compliance": """
        SELECT 100.0 * count(*) FILTER (WHERE state = 'done') / NULLIF(count(*), 0)
          FROM crm_playbook_run_step
         WHERE state IN ('done', 'late', 'missed') AND date_due BETWEEN %(first)s AND %(last)s
           AND company_id = %(company)s AND {unit}
    """,
    "neglected_customers": """
        SELECT NULLIF(count(*), 0) FROM crm_customer_journey
         WHERE is_neglected AND loss_id IS NULL AND company_id = %(company)s AND {unit}
    """,
    "neglected_share": """
        SELECT 100.0 * count(*) FILTER (WHERE is_neglected) / NULLIF(count(*), 0)
          FROM crm_customer_journey
         WHERE loss_id IS NULL AND company_id = %(company)s AND {unit}
    """,
    "lost_customers": """
        SELECT NULLIF(count(*), 0) FROM crm_customer_loss
         WHERE date BETWEEN %(first)s AND %(last)s AND company_id = %(company)s AND {unit}
    """,
    "won_back_customers": """
        SELECT NULLIF(count(*), 0) FROM crm_customer_loss
         WHERE state = 'won_back' AND date_won_back BETWEEN %(first)s AND %(last)s
           AND company_id = %(company)s AND {unit}
    """,
}


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCrmIndicatorCare(JourneyCase):
    def _create_records(self):
        self.other_team = self.env["crm.team"].create({"name": "Market"})
        company = self.env.company.id
        places = [(self.team, self.service), (self.other_team, self.salesperson)]
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(24)])
        playbook = self.env["crm.playbook"].create({"name": "Playbook"})
        reason = self.env.ref("crm_experience.crm_loss_reason_price")
        states = ("done", "late", "missed", "todo", "cancelled", "done")
        for number, partner in enumerate(partners):
            team, user = places[number % 3 % 2]
            common = {
                "partner_id": partner.id,
                "company_id": company,
                "team_id": team.id,
                "user_id": user.id,
            }
            run = self.env["crm.playbook.run"].create(
                common
                | {"playbook_id": playbook.id, "origin": f"{number}", "date_start": "2026-09-01"}
            )
            self.env["crm.playbook.run.step"].create(
                common
                | {
                    "run_id": run.id,
                    "playbook_id": playbook.id,
                    "name": "Step",
                    "state": states[number % 6],
                    "date_due": date(2026, 10, 20) + timedelta(days=3 * number),
                }
            )
            journey = self.env["crm.customer.journey"].create(
                common | {"is_neglected": number % 4 == 0}
            )
            if number % 5 == 0:
                loss = self.env["crm.customer.loss"].create(
                    common
                    | {"reason_id": reason.id, "date": date(2026, 10, 25) + timedelta(days=number)}
                )
                self.assertEqual(journey.loss_id, loss)
                if number % 10 == 0:
                    loss._win_back({loss.id: (date(2026, 11, 20), None)})
        self.env.flush_all()

    def test_figures_equal_sql_by_hand(self):
        self._create_records()
        indicators = self.env["crm.indicator"]
        answer = indicators.refresh(sorted(PLAIN_SQL), "2026-10-01", "2026-11-30")
        self.assertEqual(answer["errors"], [])
        units = [
            ("company", "TRUE", {"team_id": False, "user_id": False}),
            *(
                ("team", f"team_id = {team.id}", {"team_id": team.id})
                for team in self.team | self.other_team
            ),
            *(
                ("person", f"user_id = {user.id}", {"user_id": user.id})
                for user in self.service | self.salesperson
            ),
        ]
        seen = set()
        for first, last in (
            (date(2026, 10, 1), date(2026, 10, 31)),
            (date(2026, 11, 1), date(2026, 11, 30)),
        ):
            is_running = last > NOW.date()
            for code, query in PLAIN_SQL.items():
                if code.startswith("neglected") and not is_running:
                    continue
                for scope, condition, keys in units:
                    self.env.cr.execute(
                        query.replace("{unit}", condition),
                        {"first": first, "last": last, "company": self.env.company.id},
                    )
                    [expected] = self.env.cr.fetchone()
                    value = self.env["crm.indicator.value"].search(
                        [
                            ("indicator_id.code", "=", code),
                            ("granularity", "=", "month"),
                            ("date_from", "=", first),
                            ("scope", "=", scope),
                            ("company_id", "=", self.env.company.id),
                            *((name, "=", key) for name, key in keys.items()),
                        ]
                    )
                    self.assertAlmostEqual(
                        value.value, float(expected or 0), 6, (code, scope, condition, first)
                    )
                    seen.add((code, bool(expected)))
        self.assertEqual({code for code, found in seen if found}, set(PLAIN_SQL))

    def test_alerts(self):
        self.env["crm.neglect.rule"].create(
            {"name": "Rule", "sequence": 1, "is_buyer_only": False, "days": 10}
        )
        self.meet(20)
        self.follow()
        alerts = self.customer.with_user(self.service)._get_customer_alerts()
        self.assertEqual(
            [alert["kind"] for alert in alerts if alert["kind"] == "neglect"], ["neglect"]
        )
        self.env["crm.customer.loss"].create(
            {
                "partner_id": self.customer.id,
                "reason_id": self.env.ref("crm_experience.crm_loss_reason_price").id,
            }
        )
        kinds = [alert["kind"] for alert in self.customer._get_customer_alerts()]
        self.assertIn("loss", kinds)
        self.assertNotIn("neglect", kinds)
        header = self.touchpoints.get_timeline("res.partner", self.customer.id)["header"]
        self.assertIn("loss", [alert["kind"] for alert in header])
        with freeze_time(datetime(2026, 12, 1)):
            self.assertEqual(self.customer.with_user(self.service).journey_stage_id.code, False)
