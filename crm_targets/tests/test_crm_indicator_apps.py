from datetime import date

from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.fields import Command
from odoo.tests import freeze_time, tagged


@tagged("post_install", "-at_install")
@freeze_time("2026-11-18 12:00:00")
class TestCrmIndicatorApps(TargetsCase):
    """Indicators on apps that the addon does not need: unavailable, or right."""

    def _measure(self, code, model, field=None):
        """Figures of months by first day, or None after checking that the app is missing."""
        indicator = self.indicators.search([("code", "=", code)])
        result = self.indicators.with_user(self.admin).refresh([code], "2025-12-01", "2026-11-18")
        installed = self.env.get(model)
        if installed is None or (field and field not in installed._fields):
            self.assertEqual(indicator.state, "unavailable")
            self.assertIn(field or model.split(".")[0], indicator.error)
            self.assertFalse(self.figures(indicator))
            return None
        self.assertEqual(result["errors"], [])
        return {day: value for (day, _unit), value in self.figures(indicator).items()}

    def _employ(self, name, begun, ended=None, **values):
        employee = self.env["hr.employee"].create(
            {"name": name, "company_id": self.company.id, **values}
        )
        employee.version_id.write({"date_version": begun, "contract_date_start": begun})
        if ended:
            employee.version_id.departure_date = ended
            employee.active = ended > date(2026, 11, 18)
        return employee

    def _create_staff(self):
        if self.env.get("hr.employee") is None:
            return
        self.env["hr.employee"].search([("company_id", "=", self.company.id)]).unlink()
        for number in range(8):
            self._employ(f"Stayed {number}", date(2024, 1, 1))
        self._employ("Left in spring", date(2024, 1, 1), date(2026, 3, 31))
        self._employ("Left in summer", date(2024, 1, 1), date(2026, 7, 15))
        self._employ("Came and left", date(2026, 2, 1), date(2026, 8, 31))
        self._employ("Came", date(2026, 5, 1))
        self._employ("Will leave", date(2024, 1, 1), date(2027, 1, 31))
        self._employ("Nobody knows when", date(2024, 1, 1)).active = False
        self.env.flush_all()

    def test_staff_turnover(self):
        self._create_staff()
        figures = self._measure("staff_turnover", "hr.employee")
        if figures is None:
            return
        # Twelve months to the end of October: 3 left; 11 were there at the beginning (8 who stayed,
        # 2 who left, 1 who will), 10 at the end (8, the one who came, the one who will leave).
        self.assertAlmostEqual(figures["2026-10-01"], 100 * 3 / 10.5)
        # To the end of March: the one who left on its last day; 11 there before, 11 after.
        self.assertAlmostEqual(figures["2026-03-01"], 100 * 1 / 11)
        self.assertEqual(figures["2025-12-01"], 0)

    def test_staff_retention(self):
        self._create_staff()
        figures = self._measure("staff_retention", "hr.employee")
        if figures is None:
            return
        self.assertAlmostEqual(figures["2026-10-01"], 100 * 9 / 11)
        self.assertAlmostEqual(figures["2026-03-01"], 100 * 10 / 11)
        self.assertEqual(figures["2026-02-01"], 100)

    def test_training(self):
        if self.env.get("hr.resume.line") is not None:
            employee = self._employ("Trained", date(2024, 1, 1), user_id=self.seller.id)
            kinds = self.env["hr.resume.line.type"].create(
                [{"name": "Course", "is_course": True}, {"name": "Job", "is_course": False}]
            )
            self.env["hr.resume.line"].create(
                [
                    {
                        "employee_id": employee.id,
                        "name": "Phones",
                        "line_type_id": kind.id,
                        "date_start": day,
                    }
                    for kind, day in (
                        (kinds[0], "2026-03-02"),
                        (kinds[0], "2026-03-30"),
                        (kinds[0], "2026-05-04"),
                        (kinds[1], "2026-03-02"),
                    )
                ]
            )
        figures = self._measure("training", "hr.resume.line")
        if figures is not None:
            self.assertEqual(figures, {"2026-03-01": 2, "2026-05-01": 1})

    def _store(self, name, quantity=None, **values):
        product = self.env["product.product"].create(
            {"name": name, "is_storable": True, "sale_ok": True, **values}
        )
        if quantity is not None:
            place = self.warehouse.lot_stock_id
            self.env["stock.quant"]._update_available_quantity(product, place, quantity)
        return product

    def test_out_of_stock(self):
        if self.env.get("stock.quant") is not None:
            self.warehouse = self.env["stock.warehouse"].search(
                [("company_id", "=", self.company.id)], limit=1
            )
            for number in range(3):
                self._store(f"There {number}", 5)
            self._store("Oversold", -2)
            self._store("Never kept")
            self._store("Not for sale", -1, sale_ok=False)
            self._store("Archived", -1).active = False
            ruled = self._store("To come")
            self.env["stock.warehouse.orderpoint"].create(
                {
                    "product_id": ruled.id,
                    "warehouse_id": self.warehouse.id,
                    "location_id": self.warehouse.lot_stock_id.id,
                    "company_id": self.company.id,
                    "product_min_qty": 4,
                    "product_max_qty": 10,
                }
            )
            self.env.flush_all()
        figures = self._measure("out_of_stock", "stock.quant")
        if figures is None:
            return
        # Two of five: what is oversold and what has a rule but no quantity; for now only.
        self.assertEqual(figures, {"2026-11-01": 40.0})
        replenishment = self._measure("replenishment", "stock.warehouse.orderpoint")
        self.assertEqual(replenishment, {"2026-11-01": 1.0})

    def test_margin(self):
        if "margin" in self.env["sale.order"]._fields:
            self.product.standard_price = 60
            self.order("2026-03-04 10:00:00", 100)
            self.order("2026-03-05 10:00:00", 90)
            self.order("2026-03-05 10:00:00", 500, state="cancel")
            self.env.flush_all()
        figures = self._measure("margin", "sale.order", "margin")
        if figures is not None:
            self.assertEqual(figures, {"2026-03-01": 70.0})

    def test_nobody_without_the_rights_measures_staff_by_a_definition_of_their_own(self):
        """Code-provided figures are whole; the fields behind them stay closed to definitions."""
        if self.env.get("hr.employee") is None:
            return
        self.admin.group_ids = [Command.link(self.env.ref("hr.group_hr_user").id)]
        with self.assertRaisesRegex(Exception, "protected"):
            self.indicators.with_user(self.admin).create(
                {
                    "name": "Births",
                    "code": "births",
                    "perspective_id": self.env.ref("crm_targets.crm_perspective_people").id,
                    "model_name": "hr.employee",
                    "date_field": "birthday",
                }
            )
