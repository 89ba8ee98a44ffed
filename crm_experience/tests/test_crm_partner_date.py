from datetime import date

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestCrmPartnerDate(CrmExperienceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dates = cls.env["crm.partner.date"].with_user(cls.service)
        cls.rules = cls.env["crm.care.rule"]

    def add(self, partner=None, **values):
        answer = self.dates.add_date(
            (partner or self.customer).id, {"kind": "birthday", "month": 5, "day": 4} | values
        )
        return self.dates.browse(answer["id"])

    def test_next_and_last_occurrence(self):
        birthday = self.add(year=1990)
        self.assertRecordValues(
            birthday,
            [
                {
                    "date_next": date(2026, 5, 4),
                    "date_previous": date(2025, 5, 4),
                    "years_next": 36,
                    "display_name": "Birthday · Ann",
                }
            ],
        )
        birthday.write({"month": 2, "day": 29, "year": 0})
        self.assertEqual(birthday.date_next, date(2027, 2, 28))
        self.assertEqual(birthday.years_next, 0)
        birthday.write({"calendar": "lunar", "month": 1, "day": 1})
        self.assertEqual(birthday.date_next, date(2027, 2, 6))
        self.assertEqual(birthday.date_previous, date(2026, 2, 17))

    def test_today_is_today_where_the_user_is(self):
        self.service.tz = "Asia/Shanghai"
        with freeze_time("2026-05-03 17:00:00"):
            # the fourth has begun in Shanghai
            birthday = self.dates.with_context(tz="Asia/Shanghai").create(
                {"partner_id": self.customer.id, "kind": "birthday", "month": 5, "day": 3}
            )
            self.assertEqual(birthday.date_next, date(2027, 5, 3))

    def test_the_nightly_job_moves_what_is_over_in_a_set(self):
        people = self.env["res.partner"].create([{"name": f"P {n}"} for n in range(200)])
        lunar = [n % 2 == 1 for n in range(200)]
        dates = self.env["crm.partner.date"].create(
            [
                {
                    "partner_id": person.id,
                    "kind": "birthday",
                    "month": 1 + n % 12,
                    "day": 1 + n % 28,
                    "calendar": "lunar" if lunar[n] else "gregorian",
                }
                for n, person in enumerate(people)
            ]
        )
        self.env.flush_all()
        today = date(2029, 7, 1)
        with self.assertQueryCount(2):
            self.assertTrue(dates._refresh_dates(today))
        with freeze_time("2029-07-01 12:00:00"):
            moved = {record.id: (record.date_previous, record.date_next) for record in dates}
            dates._compute_date_next()
            for record in dates:
                self.assertEqual(moved[record.id], (record.date_previous, record.date_next))
                self.assertGreaterEqual(record.date_next, today)

    def test_a_customer_is_born_once(self):
        birthday = self.add(year=1990)
        self.assertEqual(self.add(year=1990), birthday)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.add(month=6)
        birthday.active = False
        self.assertNotEqual(self.add(month=6), birthday)
        # of anniversaries there are as many as there are
        wedding = self.add(kind="anniversary", name="Wedding")
        self.assertNotEqual(self.add(kind="anniversary", name="Founding"), wedding)

    def test_bad_dates(self):
        good = {"kind": "birthday", "month": 5, "day": 4}
        for values in (
            None,
            [],
            {},
            good | {"kind": "name day"},
            good | {"kind": "other"},
            good | {"month": 0},
            good | {"month": 13},
            good | {"month": 1.5},
            good | {"month": "May"},
            good | {"month": True},
            good | {"day": 32},
            good | {"month": 2, "day": 30},
            good | {"calendar": "lunar", "day": 31},
            good | {"calendar": "julian"},
            good | {"is_leap_month": True},
            good | {"is_leap_month": "yes"},
            good | {"is_leap_month": 1},
            good | {"year": 1800},
            good | {"year": 2**40},
            good | {"name": "x" * 300},
            good | {"partner_id": self.contact.id},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                self.dates.add_date(self.customer.id, values)
        with self.assertRaises(AccessError):
            self.dates.add_date(self.foreign_partner.id, good)
        with self.assertRaises(AccessError):
            self.dates.with_user(self.salesperson).add_date(self.customer.id, good)

    # ------------------------------------------------------------
    # First purchase
    # ------------------------------------------------------------

    def order(self, partner, day):
        order = self.env["sale.order"].create({"partner_id": partner.id})
        order.action_confirm()
        order.date_order = f"{day} 10:00:00"
        return order

    def derive(self):
        self.dates.sudo()._derive_first_purchases(self.env.company, "UTC")
        self.dates._refresh_dates(date(2026, 3, 10))
        return self.env["crm.partner.date"].search([("kind", "=", "first_purchase")])

    def find(self, partner):
        return self.derive().filtered(lambda noted: noted.partner_id == partner)

    def test_the_first_purchase_is_found_in_the_orders(self):
        self.order(self.contact, "2024-02-29")
        later = self.order(self.contact, "2025-01-10")
        quotation = self.env["sale.order"].create({"partner_id": self.customer.id})
        # of a company the company is the customer, whoever ordered
        noted = self.find(self.company_partner)
        self.assertRecordValues(
            noted,
            [
                {
                    "month": 2,
                    "day": 29,
                    "year": 2024,
                    "date_next": date(2027, 2, 28),
                    "years_next": 3,
                    "is_derived": True,
                    "source": "document",
                }
            ],
        )
        self.assertFalse(self.find(self.customer))
        self.assertFalse(self.find(self.contact))
        quotation.action_confirm()
        self.assertTrue(self.find(self.customer))
        # follows the orders
        later.date_order = "2023-06-01 10:00:00"
        self.assertEqual(self.find(self.company_partner), noted)
        self.assertEqual((noted.year, noted.month, noted.day), (2023, 6, 1))
        self.assertEqual(noted.date_next, date(2026, 6, 1))

    def test_what_somebody_changed_or_archived_stays(self):
        self.order(self.customer, "2024-02-29")
        noted = self.find(self.customer)
        noted.write({"month": 3, "day": 1})
        self.assertEqual(self.find(self.customer), noted)
        self.assertEqual((noted.month, noted.is_derived), (3, False))
        noted.active = False
        self.assertFalse(self.find(self.customer))

    def test_one_statement_for_all_customers(self):
        people = self.env["res.partner"].create([{"name": f"P {n}"} for n in range(30)])
        self.env["sale.order"].create([{"partner_id": person.id} for person in people]).write(
            {"state": "sale"}
        )
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.dates.sudo()._derive_first_purchases(self.env.company, "UTC")

    def test_merged_contacts_bought_first_when_the_first_of_them_did(self):
        twin = self.env["res.partner"].create({"name": "Ann"})
        self.order(self.customer, "2025-01-10")
        self.order(twin, "2024-01-10")
        self.derive()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (twin | self.customer).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertEqual(self.find(self.customer).year, 2024)
