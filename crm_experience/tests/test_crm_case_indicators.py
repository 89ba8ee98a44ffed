from datetime import date, datetime, timedelta

from freezegun import freeze_time
from odoo.tests import tagged

from .case_common import CrmCaseCase

OPENED = "date_open >= %(start)s AND date_open < %(end)s"
SOLVED = "state IN ('solved', 'confirmed') AND date_solved >= %(start)s AND date_solved < %(end)s"
ORDERS = """
    SELECT count(*) FROM sale_order WHERE state = 'sale'
       AND date_order >= %(start)s AND date_order < %(end)s AND {unit}
"""
# The shipped indicators once more, in the plainest SQL.
PLAIN_SQL = {
    "cases": f"SELECT count(*) FROM crm_case WHERE state != 'cancelled' AND {OPENED} AND {{unit}}",
    "complaints": f"""SELECT count(*) FROM crm_case
        WHERE kind = 'complaint' AND state != 'cancelled' AND {OPENED} AND {{unit}}""",
    "complaint_rate": f"""SELECT 100.0 * count(*) / NULLIF(({ORDERS}), 0) FROM crm_case
        WHERE kind = 'complaint' AND state != 'cancelled' AND {OPENED} AND {{unit}}""",
    "first_response_time": """SELECT avg(hours_to_response) FROM crm_case
        WHERE state != 'cancelled' AND date_first_response >= %(start)s
          AND date_first_response < %(end)s AND {unit}""",
    "resolution_time": f"SELECT avg(hours_to_solve) FROM crm_case WHERE {SOLVED} AND {{unit}}",
    "solved_cases": f"SELECT count(*) FROM crm_case WHERE {SOLVED} AND {{unit}}",
    "cases_in_time": f"""SELECT count(*) FROM crm_case
        WHERE {SOLVED} AND date_solved <= date_solution_deadline AND {{unit}}""",
    "solved_in_time": f"""SELECT 100.0 * count(*)
        FILTER (WHERE date_solved <= date_solution_deadline) / NULLIF(count(*), 0)
        FROM crm_case WHERE {SOLVED} AND {{unit}}""",
    "reopened_cases": f"""SELECT count(*) FROM crm_case
        WHERE state != 'cancelled' AND reopen_count > 0 AND {OPENED} AND {{unit}}""",
    "reopened_share": f"""SELECT 100.0 * count(*) FILTER (WHERE reopen_count > 0)
        / NULLIF(count(*), 0) FROM crm_case WHERE state != 'cancelled' AND {OPENED} AND {{unit}}""",
    "remedy_cost": f"SELECT sum(remedy_cost) FROM crm_case WHERE {SOLVED} AND {{unit}}",
}


@tagged("post_install", "-at_install")
class TestCrmCaseIndicators(CrmCaseCase):
    """Every shipped indicator of cases against SQL written by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Measured"})
        cls.company.resource_calendar_id = cls.calendar
        cls.company.resource_calendar_id.company_id = False
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        (cls.service | cls.service_two).company_ids |= cls.company
        cases = cls.env["crm.case"]
        for number in range(40):
            moment = datetime(2026, 3, 2, 9) + timedelta(hours=17 * number)
            with freeze_time(moment):
                case = cases.create(
                    {
                        "title": str(number),
                        "partner_id": cls.customer.id,
                        "kind": ("complaint", "question")[number % 3 == 0],
                        "severity": str(number % 4),
                        "team_id": (cls.team, cls.region)[number % 5 == 0].id,
                        "user_id": (cls.service, cls.service_two)[number % 2].id,
                        "remedy_cost": number % 7,
                        "cause_id": cls.cause.id,
                        "outcome": "solved",
                        "solution": "Done",
                    }
                )
            with freeze_time(moment + timedelta(hours=number % 9)):
                case.action_note_response()
            with freeze_time(moment + timedelta(hours=9 * (number % 11))):
                if number % 6 == 1:
                    case.action_wait()
                elif number % 6 == 2:
                    case.action_cancel()
                elif number % 6 != 3:
                    case.action_solve()
            if number % 8 == 0 and case.state == "solved":
                with freeze_time(moment + timedelta(days=9)):
                    case.action_reopen()
        for day in (2, 3, 20):
            order = cls.env["sale.order"].create(
                {"partner_id": cls.customer.id, "team_id": cls.team.id, "user_id": cls.service.id}
            )
            order.action_confirm()
            order.date_order = datetime(2026, 3, day, 12)
        cls.env.flush_all()

    def test_every_indicator(self):
        codes = list(PLAIN_SQL)
        with freeze_time(datetime(2026, 4, 20)):
            self.env["crm.indicator"].refresh([*codes, "orders"], "2026-03-01", "2026-03-31")
        indicators = self.env["crm.indicator"].search([("code", "in", codes)])
        self.assertEqual(set(indicators.mapped("code")), set(codes))
        units = {
            "company": (f"company_id = {self.company.id}", {"scope": "company"}),
            "person": (
                f"company_id = {self.company.id} AND user_id = {self.service.id}",
                {"user_id": self.service.id},
            ),
        }
        period = {"start": date(2026, 3, 1), "end": date(2026, 4, 1)}
        for code, statement in PLAIN_SQL.items():
            for unit, (condition, values) in units.items():
                self.env.cr.execute(statement.replace("{unit}", condition), period)
                (expected,) = self.env.cr.fetchone()
                found = self.env["crm.indicator.value"].search(
                    [
                        ("indicator_id.code", "=", code),
                        ("granularity", "=", "month"),
                        ("date_from", "=", period["start"]),
                        ("company_id", "=", self.company.id),
                        *((name, "=", value) for name, value in values.items()),
                    ]
                )
                with self.subTest(code=code, unit=unit):
                    self.assertTrue(expected)
                    self.assertAlmostEqual(found.value, float(expected), 4)
