from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .case_common import CrmCaseCase


@tagged("post_install", "-at_install")
class TestCrmCaseIntake(CrmCaseCase):
    def item(self, number, **changes):
        values = {
            "source": "call centre",
            "external_id": f"call {number}",
            "email": "ann@customer.example",
            "title": "Battery is empty",
        } | changes
        return {key: value for key, value in values.items() if value is not ...}

    def test_cases_over_the_api(self):
        self.company.case_team_id = self.team
        self.team.case_assignment = "rotation"
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "name": "S-TEST-1"})
        product = self.env["product.product"].create({"name": "Phone"})
        date = fields.Datetime.now() - timedelta(hours=5)
        answers = self.cases.submit(
            [
                self.item(
                    1,
                    kind="return",
                    severity="3",
                    channel="phone",
                    dimension="product",
                    order="S-TEST-1",
                    product_id=product.id,
                    cause_id=self.cause.id,
                    description="It was new.",
                    date=fields.Datetime.to_string(date),
                ),
                self.item(2, user_id=self.service_two.id),
                self.item(1),
            ]
        )
        self.assertEqual([a["status"] for a in answers], ["created", "created", "existing"])
        self.assertEqual(answers[0]["id"], answers[2]["id"])
        first, second = cases = self.env["crm.case"].browse(a["id"] for a in answers[:2])
        self.assertRecordValues(
            first,
            [
                {
                    "partner_id": self.customer.id,
                    "kind": "return",
                    "severity": "3",
                    "order_id": order.id,
                    "product_id": product.id,
                    "date_open": date.replace(microsecond=0),
                    "team_id": self.team.id,
                    "is_open": True,
                    "currency_id": self.company.currency_id.id,
                }
            ],
        )
        self.assertIn(first.user_id, self.service | self.service_two)
        self.assertEqual(second.user_id, self.service_two)
        self.assertTrue(all(cases.mapped("date_solution_deadline")))
        (again,) = self.cases.submit([self.item(2)])
        self.assertEqual((again["status"], again["id"]), ("existing", second.id))

    def test_bad_items(self):
        foreign = self.env["crm.team"].create(
            {"name": "There", "company_id": self.other_company.id}
        )
        now = fields.Datetime.now()
        bad = [
            {"title": ...},
            {"title": "x" * 201},
            {"title": 7},
            {"title": "\x00"},
            {"kind": "praise"},
            {"kind": ["complaint"]},
            {"severity": 3},
            {"severity": "4"},
            {"email": ...},
            {"email": "nobody@customer.example"},
            {"phone": "+14155550101"},
            {"channel": "pigeon"},
            {"cause_id": 2**31},
            {"cause_id": 2**31 - 1},
            {"product_id": True},
            {"product_id": 2**31 - 1},
            {"order": "S-NONE"},
            {"team_id": foreign.id},
            {"date": "yesterday"},
            {"date": "1999-01-01"},
            {"date": fields.Datetime.to_string(now + timedelta(days=3))},
            {"source": "odoo"},
            {"external_id": ...},
            {"state": "confirmed"},
        ]
        answers = self.cases.submit(
            [self.item("good"), *(self.item(n, **changes) for n, changes in enumerate(bad)), None]
        )
        self.assertEqual(answers[0]["status"], "created")
        for answer, changes in zip(answers[1:], [*bad, None], strict=True):
            self.assertEqual((answer["status"], answer["id"]), ("error", False), changes)
            self.assertRegex(answer["error"], r"^.{10,300}\.$", changes)
        for wrong in (None, "x", {}, [self.item(n) for n in range(1001)]):
            with self.assertRaises(UserError):
                self.cases.submit(wrong)
        with self.assertRaises(AccessError):
            self.env["crm.case"].with_user(self.salesperson).submit([self.item(1)])

    def test_an_order_of_somebody_else_is_unknown(self):
        self.env["sale.order"].create({"partner_id": self.contact.id, "name": "S-TEST-2"})
        own, other = self.cases.submit(
            [
                self.item(1, email=..., partner_id=self.company_partner.id, order="S-TEST-2"),
                self.item(2, order="S-TEST-2"),
            ]
        )
        self.assertEqual((own["status"], other["status"]), ("created", "error"))

    def test_where_it_came_from_stays(self):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.open(source="elsewhere")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.cases.sudo().create({"title": "X", "source": "odoo"})
        case = self.open()
        with self.assertRaises(UserError):
            case.external_id = "other"

    def test_queries_do_not_depend_on_the_number_of_cases(self):
        def count(start, number):
            items = [self.item(n) for n in range(start, start + number)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.cases.submit(items)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(0, 2)
        self.assertLessEqual(count(1000, 200), count(2000, 2) + 4)

    # ------------------------------------------------------------
    # Mail
    # ------------------------------------------------------------

    def receive(self, to, sender="Ann <ann@customer.example>", subject="It broke", extra=""):
        return self.env["mail.thread"].message_process(
            None,
            f"From: {sender}\nTo: {to}\nSubject: {subject}\n"
            f"Message-Id: <{sender[:3]}{subject}@customer.example>\n{extra}"
            "Content-Type: text/plain; charset=utf-8\n\nAfter two days.\n",
        )

    def test_mail_to_an_address_opens_a_case(self):
        domain = self.env["mail.alias.domain"].create({"name": "company.example"})
        self.company.alias_domain_id = domain
        self.team.case_alias_name = "Service Harbour"
        self.assertEqual(self.team.case_alias_email, "service-harbour@company.example")
        self.receive("service-harbour@company.example")
        case = self.env["crm.case"].search([("title", "=", "It broke")])
        self.assertRecordValues(
            case,
            [
                {
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "channel_id": self.env.ref("crm_experience.crm_touchpoint_channel_email").id,
                    "source": "email",
                    "user_id": False,
                }
            ],
        )
        self.assertIn("After two days", case.description)
        received = case.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        self.assertIn(case.name, received.subject)
        self.assertFalse(case.date_first_response)
        # a reply goes to the case
        self.receive(
            "service-harbour@company.example",
            subject="Re: It broke",
            extra=f"In-Reply-To: {received.message_id}\n",
        )
        self.assertEqual(len(case.message_ids.filtered(lambda m: m.message_type == "email")), 2)
        # who writes for the first time becomes a contact
        self.receive("service-harbour@company.example", sender="New <new@x.example>", subject="Hm")
        case = self.env["crm.case"].search([("title", "=", "Hm")])
        self.assertEqual(case.partner_id.name, "New")
        self.assertIn("new@x.example", case.email_from)
        alias = self.team.case_alias_id
        self.team.case_alias_name = False
        self.assertFalse(self.team.case_alias_email)
        self.team.unlink()
        self.assertFalse(alias.exists())
