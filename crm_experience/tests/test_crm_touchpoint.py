from datetime import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged, users
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import CrmExperienceCase

MAX_INT = 2**31


@tagged("post_install", "-at_install")
class TestCrmTouchpoint(CrmExperienceCase):
    # ------------------------------------------------------------
    # log
    # ------------------------------------------------------------

    def test_everything_is_kept(self):
        touchpoint = self.log_good(
            self.event(
                1,
                channel="store",
                stage="buy",
                dimension="service",
                direction="out",
                purpose="sale",
                summary="  Bought a phone  ",
                amount=12.345,
                team_id=self.team.id,
                user_id=self.salesperson.id,
                expectation=0,
                experience=7.5,
            )
        )
        self.assertRecordValues(
            touchpoint,
            [
                {
                    "source": "test",
                    "external_id": "event 1",
                    "date": datetime(2026, 1, 31, 10),
                    "partner_id": self.customer.id,
                    "channel_id": self.channel_store.id,
                    "stage_id": self.stage_buy.id,
                    "dimension_id": self.env.ref(
                        "crm_experience.crm_experience_dimension_service"
                    ).id,
                    "direction": "out",
                    "purpose": "sale",
                    "summary": "Bought a phone",
                    "currency_id": self.env.company.currency_id.id,
                    "team_id": self.team.id,
                    "user_id": self.salesperson.id,
                    "company_id": self.env.company.id,
                    "create_uid": self.service.id,
                }
            ],
        )
        self.assertAlmostEqual(touchpoint.amount, self.env.company.currency_id.round(12.345))
        self.assertRecordValues(
            touchpoint.feedback_ids,
            [
                {
                    "metric": "gap",
                    "expectation": 0,
                    "experience": 7.5,
                    "score": 7.5,
                    "score_normalised": 8.75,
                    "partner_id": self.customer.id,
                    "channel_id": self.channel_store.id,
                    "user_id": self.salesperson.id,
                }
            ],
        )

    def test_the_customer_is_found_by_any_key(self):
        touchpoints = self.log_good(
            self.event(1),
            self.event(2, partner_id=..., email=" ann@customer.EXAMPLE "),
            self.event(3, partner_id=..., phone="+1 415-555 (01) 01"),
            self.event(4, partner_id=..., ref="ANN"),
        )
        self.assertEqual(touchpoints.partner_id, self.customer)

    def test_an_archived_customer_is_found_by_id_only(self):
        self.customer.active = False
        by_id, by_ref = self.log(self.event(1), self.event(2, partner_id=..., ref="ANN"))
        self.assertEqual((by_id["status"], by_ref["status"]), ("created", "error"))

    def test_bad_events_do_not_lose_the_good_ones(self):
        self.env["res.partner"].create([{"name": "Twin", "ref": "TWIN"} for _i in range(2)])
        portal = new_test_user(self.env, "exp_portal", "base.group_portal")
        foreign_user = new_test_user(
            self.env,
            "exp_foreign",
            "base.group_user",
            company_id=self.other_company.id,
            company_ids=self.other_company.ids,
        )
        foreign_team = self.env["crm.team"].create(
            {"name": "Foreign", "company_id": self.other_company.id}
        )
        archived = self.env["crm.touchpoint.channel"].create(
            {"code": "telex", "name": "Telex", "active": False}
        )
        bad = [
            {"channel": "pigeon"},
            {"channel": archived.code},
            {"channel": ...},
            {"stage": "nirvana"},
            {"dimension": "fifth"},
            {"partner_id": ...},
            {"partner_id": MAX_INT - 1},
            {"partner_id": MAX_INT},
            {"partner_id": self.foreign_partner.id},
            {"partner_id": ..., "ref": "FOREIGN"},
            {"partner_id": ..., "ref": "TWIN"},
            {"partner_id": ..., "email": "nobody@customer.example"},
            {"partner_id": ..., "email": "no address"},
            {"partner_id": ..., "phone": "+14155559999"},
            {"email": "ann@customer.example"},
            {"date": "2026-02-30"},
            {"date": "1899-12-31"},
            {"summary": "x" * 1_000_000},
            {"amount": float("nan")},
            {"amount": True},
            {"amount": 10.0**13},
            {"currency": "XXQ"},
            {"currency": "XXQ", "amount": 5},
            {"experience": 5},
            {"expectation": 11, "experience": 5},
            {"team_id": MAX_INT - 1},
            {"team_id": foreign_team.id},
            {"user_id": foreign_user.id},
            {"user_id": portal.id},
            {"source": "odoo"},
            {"color": "red"},
        ]
        batch = [None, [], "event"]
        for number, changes in enumerate(bad):
            batch += [self.event(f"bad {number}", **changes), self.event(f"good {number}")]
        answers = self.log(*batch)
        errors = answers[:3] + answers[3::2]
        for answer, event in zip(errors, batch[:3] + batch[3::2], strict=True):
            self.assertEqual((answer["status"], answer["id"]), ("error", False), event)
            self.assertRegex(answer["error"], r"^.{10,300}[.?]$", event)
        self.assertEqual({answer["status"] for answer in answers[4::2]}, {"created"})
        self.assertEqual(len({answer["id"] for answer in answers[4::2]}), len(bad))

    def test_the_same_event_is_one_event(self):
        first, second = self.log(self.event(1), self.event(1))
        self.assertEqual((first["status"], second["status"]), ("created", "existing"))
        again, other = self.log(self.event(1), self.event(1, source="other"))
        self.assertEqual((again["status"], other["status"]), ("existing", "created"))
        self.assertEqual({first["id"], second["id"], again["id"]}, {first["id"]})
        self.assertNotEqual(other["id"], first["id"])

    def test_the_answer_of_an_event_is_one_answer(self):
        event = self.event(1, expectation=5, experience=5)
        self.log(event, event)
        self.log(event)
        self.assertEqual(self.env["crm.feedback"].search_count([("source", "=", "test")]), 1)

    def test_companies_have_their_own_events(self):
        self.service.company_ids += self.other_company
        log = self.touchpoints.with_company(self.other_company).log
        mine = self.log(self.event(1))
        theirs = log([self.event(1, partner_id=self.foreign_partner.id)])
        self.assertEqual(theirs[0]["status"], "created")
        self.assertNotEqual(mine[0]["id"], theirs[0]["id"])
        self.env.invalidate_all()
        company = self.env["crm.touchpoint"].browse(theirs[0]["id"]).company_id
        self.assertEqual(company, self.other_company)

    def test_a_branch_logs_for_customers_and_teams_of_its_parent(self):
        """Whoever works in a branch alone may not read the company above it."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        user = new_test_user(
            self.env,
            "exp_branch",
            "crm_experience.group_crm_experience_user",
            company_id=branch.id,
            company_ids=[(6, 0, branch.ids)],
        )
        self.customer.company_id = self.env.company
        touchpoints = self.env(user=user, context={})["crm.touchpoint"]
        self.env.invalidate_all()
        [answer] = touchpoints.log([self.event(1)])
        self.assertEqual(answer["error"], "")
        self.env.invalidate_all()
        item = touchpoints.log_contact(
            "res.partner", self.customer.id, {"channel_id": self.channel_phone.id}
        )
        logged = self.env["crm.touchpoint"].browse([answer["id"], item["id"]])
        self.assertEqual(logged.company_id, branch)

    def test_a_batch_is_a_list_of_at_most_1000(self):
        self.assertEqual(self.touchpoints.log([]), [])
        for events in (None, {}, "events", 5, {"source": "test"}):
            with self.assertRaises(UserError):
                self.touchpoints.log(events)
        with self.assertRaises(UserError):
            self.touchpoints.log([self.event(number) for number in range(1001)])

    @users("exp_sales")
    def test_logging_needs_the_right(self):
        with self.assertRaises(AccessError):
            self.env["crm.touchpoint"].log([])
        with self.assertRaises(AccessError):
            self.env["crm.feedback"].submit([])

    def test_the_number_of_queries_does_not_depend_on_the_events(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@many.example", "ref": f"P{n}"} for n in range(30)]
        )

        def batch(name, count):
            for number in range(count):
                partner = partners[number % len(partners)]
                key = ("partner_id", "email", "ref")[number % 3]
                yield self.event(
                    f"{name} {number}",
                    **{"partner_id": ..., key: partner.id if key == "partner_id" else partner[key]},
                    stage="buy",
                    dimension="price",
                    amount=number,
                    currency=self.env.company.currency_id.name,
                    team_id=self.team.id,
                    user_id=self.service.id,
                    expectation=number % 11,
                    experience=5,
                )

        self.log(*batch("warm", 3))
        counts = []
        for count in (6, 90):
            self.env.invalidate_all()
            events = list(batch(f"size {count}", count))
            before = self.env.cr.sql_log_count
            answers = self.log(*events)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual({answer["status"] for answer in answers}, {"created"})
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 20)

    # ------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------

    def test_it_is_with_somebody(self):
        with self.assertRaises(ValidationError):
            self.env["crm.touchpoint"].create({"channel_id": self.channel_phone.id})

    def test_nobody_pretends_to_be_odoo(self):
        values = {"channel_id": self.channel_phone.id, "partner_id": self.customer.id}
        for source in ("odoo", "elsewhere"):
            with self.subTest(source), self.assertRaises(AccessError):
                self.touchpoints.create(values | {"source": source})
        with self.assertRaises(ValidationError):
            self.touchpoints.sudo().create(values | {"source": "odoo"})

    def test_an_amount_is_a_number(self):
        values = {"channel_id": self.channel_phone.id, "partner_id": self.customer.id}
        for amount in (float("nan"), float("inf"), 1e13):
            with self.subTest(amount=amount), self.assertRaises(ValidationError):
                self.touchpoints.create(values | {"amount": amount})

    @mute_logger("odoo.models")
    def test_there_is_no_contact_of_a_name_only(self):
        for model in ("crm.touchpoint", "crm.feedback"):
            self.assertFalse(self.env[model].name_create("Somebody"))

    def test_where_it_came_from_stays(self):
        touchpoint = self.log_good(self.event(1)).with_user(self.service)
        for values in (
            {"source": "elsewhere"},
            {"external_id": False},
            {"res_model": "res.partner", "res_id": self.customer.id},
            {"event": "order"},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                touchpoint.write(values)
        touchpoint.write({"summary": "Called back"})
        self.assertEqual(touchpoint.summary, "Called back")

    def test_a_summary_is_short(self):
        values = {"channel_id": self.channel_phone.id, "partner_id": self.customer.id}
        with self.assertRaises(ValidationError):
            self.touchpoints.create(values | {"summary": "x" * 2001})

    def test_customers_of_another_company_are_refused(self):
        with self.assertRaises(UserError):
            self.env["crm.touchpoint"].create(
                {"channel_id": self.channel_phone.id, "partner_id": self.foreign_partner.id}
            )

    def test_deleting_a_user_keeps_the_history(self):
        leaver = new_test_user(self.env, "exp_leaver", "crm_experience.group_crm_experience_user")
        touchpoint = self.env["crm.touchpoint"].browse(
            self.env["crm.touchpoint"]
            .with_user(leaver)
            .log([self.event(1, user_id=leaver.id, expectation=5, experience=6)])[0]["id"]
        )
        answer = touchpoint.feedback_ids
        leaver.unlink()
        self.env.invalidate_all()
        self.assertFalse(touchpoint.user_id or touchpoint.create_uid or answer.user_id)
        self.assertEqual(answer.touchpoint_id, touchpoint)

    # ------------------------------------------------------------
    # Vocabulary
    # ------------------------------------------------------------

    def test_codes_are_unique(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["crm.touchpoint.channel"].create({"code": "phone", "name": "Twin"})

    def test_shipped_terms_are_archived_not_deleted(self):
        with self.assertRaises(UserError):
            self.channel_phone.unlink()
        own = self.env["crm.touchpoint.channel"].create({"code": "fax", "name": "Fax"})
        own.unlink()
        self.channel_phone.active = False
        self.assertEqual(self.log(self.event(1))[0]["status"], "error")

    def test_copied_terms_have_codes_of_their_own(self):
        copies = self.channel_store.copy() | self.channel_store.copy()
        self.assertEqual(copies.mapped("code"), ["store_copy", "store_copy1"])
