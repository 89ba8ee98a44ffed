from datetime import datetime

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestResPartnerPreferences(CrmExperienceCase):
    def is_contactable(self, kind):
        partners = self.env["res.partner"]
        domain = partners._get_contactable_domain(kind)
        return bool(partners.search_count([("id", "=", self.customer.id), *domain]))

    def test_everybody_may_be_contacted_who_has_not_refused(self):
        for kind in ("mail", "sms", "phone", "post", "survey", "greeting"):
            self.assertTrue(self.is_contactable(kind), kind)

    def test_each_refusal_holds_for_its_way_alone(self):
        self.customer.phone = "+14155550101"
        for kind, refuse in (
            ("mail", lambda: self.env["mail.blacklist"]._add("ann@customer.example")),
            ("sms", lambda: self.env["phone.blacklist"].add("+14155550101")),
            ("phone", lambda: self.customer.write({"is_phone_refused": True})),
            ("post", lambda: self.customer.write({"is_post_refused": True})),
            ("survey", lambda: self.customer.write({"experience_opt_out": True})),
            ("greeting", lambda: self.customer.write({"is_greeting_refused": True})),
        ):
            with self.subTest(kind=kind), self.env.cr.savepoint() as savepoint:
                refuse()
                self.env.flush_all()
                kinds = ("mail", "sms", "phone", "post", "survey", "greeting")
                self.assertEqual([each for each in kinds if not self.is_contactable(each)], [kind])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_quiet_hours_are_local(self):
        self.customer.write({"quiet_from": 21, "quiet_to": 8, "tz": "Asia/Shanghai"})
        moment = self.customer._get_next_contact_moment(datetime(2026, 3, 1, 14, 30))
        self.assertEqual(moment, datetime(2026, 3, 2))

    def test_bad_hours(self):
        for values in ({"quiet_from": -1}, {"quiet_to": 24.5}, {"quiet_from": 1e30}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.customer.write(values)

    def test_for_our_staff_alone(self):
        self.assertFalse(self.customer.with_user(self.service).experience_opt_out)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.salesperson).read(["experience_opt_out"])
