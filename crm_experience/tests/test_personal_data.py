import json
from datetime import timedelta

from odoo import fields
from odoo.addons.crm_targets.tests.access import AccessMatrixCase
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL

from . import test_access
from .common import CrmExperienceCase

# found nowhere else in a database
MARK = "Qwyxzel"
# Written again from the contacts of both when customers are merged.
DERIVED = {"crm.customer.journey", "crm.customer.journey.move"}


class PersonalDataCase(AccessMatrixCase):
    """One record of every model about customers, made with the values of the access matrix.

    A model that a slice adds is covered as soon as it has a row there.
    """

    addon = test_access.TestAccess.addon
    matrix = test_access.TestAccess.matrix

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.env["res.partner"].create(
            {"name": "Twin", "company_id": cls.company_a.id, "email": "twin@customer.example"}
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": f"{MARK} Ann", "company_id": cls.company_a.id}
        )

    def setUp(self):
        super().setUp()
        self.made = {}

    def __getattr__(self, name):
        """The values of the access matrix, and what they are made with."""
        factory = vars(test_access.TestAccess).get(name)
        if factory is None:
            raise AttributeError(name)
        return factory.__get__(self)

    def create_record(self, model, place):
        """One record of a customer, also where a customer has at most one."""
        key = (model, place.partner, place.company)
        if key not in self.made or "partner_id" not in self.env[model]._fields:
            values = getattr(self, "values_" + model.replace(".", "_"))(place)
            if "partner_id" in self.env[model]._fields:
                values["partner_id"] = place.partner.id
            self.made[key] = self.env[model].sudo().with_company(place.company).create(values)
        return self.made[key]

    def get_models(self):
        return self.env["crm.customer.record"]._get_customer_models()

    def make(self, partner, mark="", models=None):
        """One record of every model about the partner, full of words that can be found again."""
        records = {}
        self.made.clear()
        for model in models or self.get_models():
            place = self._get_place("user", "own")._replace(partner=partner)
            record = self.create_record(model._name, place).sudo()
            self.assertEqual(record.partner_id, partner, model._name)
            if mark:
                self.write_words(record, mark)
                self.write_companions(record, mark)
                for name in record._get_parts():
                    for part in record[name]:
                        self.write_words(part, mark)
            records[model._name] = record
        return records

    def write_companions(self, record, mark):
        """Give it an activity that stands on the contact, and the answers to a survey."""
        names = {
            name: field.comodel_name
            for name, field in record._fields.items()
            if field.store and field.type == "many2one" and not field.related
        }
        for name, comodel in names.items():
            if comodel == "mail.activity":
                record[name] = self.customer.activity_schedule(
                    "mail.mail_activity_data_todo", summary=mark, user_id=self.env.uid
                )
            elif comodel == "survey.user_input" and comodel in record._erased_comodels:
                survey = self.env["survey.survey"].create({"title": "Survey"})
                record[name] = survey._create_answer(email=f"{mark}@customer.example")

    def write_words(self, record, mark):
        """Put the mark into every text, the chatter, the activities and the attachments."""
        texts = {
            name: mark
            for name, field in record._fields.items()
            if field.type in ("char", "text", "html")
            and field.store
            and not (field.readonly or field.related or field.compute)
            and name not in ("partner_domain", "name", "source", "external_id")
            and not field.translate
            and not (field.type == "char" and field.size)
        }
        record.write(texts)
        if hasattr(record, "message_post"):
            record.message_post(
                body=mark, subject=mark, attachments=[(f"{mark}.txt", mark.encode())]
            )
        if hasattr(record, "activity_schedule"):
            record.activity_schedule("mail.mail_activity_data_todo", summary=mark, note=mark)
        self.env["mail.mail"].create(
            {"model": record._name, "res_id": record.id, "body_html": mark, "subject": mark}
        )
        self.env["ir.attachment"].create(
            {"name": mark, "res_model": record._name, "res_id": record.id, "raw": mark.encode()}
        )

    def find_mark(self, mark):
        """Return the tables in which the mark is found, whatever the column."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT table_name FROM information_schema.tables
                WHERE table_schema = current_schema AND table_type = 'BASE TABLE'"""
        )
        tables = [name for (name,) in self.env.cr.fetchall()]
        found = set()
        for table in tables:
            self.env.cr.execute(
                SQL(
                    "SELECT EXISTS (SELECT FROM %(table)s AS t WHERE t::text ILIKE %(mark)s)",
                    table=SQL.identifier(table),
                    mark=f"%{mark}%",
                )
            )
            if self.env.cr.fetchone()[0]:
                found.add(table)
        return found


@tagged("post_install", "-at_install")
class TestPersonalData(PersonalDataCase):
    # ------------------------------------------------------------
    # Nothing is forgotten
    # ------------------------------------------------------------

    def test_every_model_with_a_customer_is_a_record_of_the_customer(self):
        """Else it would be neither exported nor erased nor follow the rules on contacts."""
        models = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == self.addon
            and model._auto  # else it is a query over those that are
            and not (model._abstract or model._transient)
            and any(
                field.store and field.comodel_name == "res.partner"
                for field in model._fields.values()
            )
        }
        self.assertEqual(models, {model._name for model in self.get_models()})

    def test_every_record_goes_with_the_customer(self):
        """Core's look-up leaves out what goes with the partner; so all of it must go."""
        for model in self.get_models():
            self.assertEqual(model._fields["partner_id"].ondelete, "cascade", model._name)

    def look_up(self, name, email):
        admin = self.env.ref("base.user_admin")
        look_up = self.env["privacy.lookup.wizard"].with_user(admin)
        wizard = look_up.create({"name": name, "email": email})
        wizard.action_lookup()
        return wizard

    def test_the_privacy_look_up_shows_every_record_once(self):
        wizard = self.look_up(self.customer.name, "nobody@customer.example")
        before = wizard.line_ids.filtered(lambda line: line.res_model.startswith("crm."))
        self.assertFalse(before)
        records = self.make(self.customer, MARK)
        self.make(self.twin)
        wizard.action_lookup()
        found = [(line.res_model, line.res_id) for line in wizard.line_ids]
        self.assertEqual(len(found), len(set(found)))
        ours = {key for key in found if key[0] in records}
        made = {
            (model._name, row.id)
            for model in self.get_models()
            for row in model.sudo().search([("partner_id", "=", self.customer.id)])
        }
        self.assertEqual(ours, made)
        self.assertLessEqual({(name, record.id) for name, record in records.items()}, ours)
        self.assertTrue(all(wizard.line_ids.mapped("res_name")))

    def test_the_privacy_look_up_deletes_whole_records(self):
        """Also those that went with the contact, which stands above them."""
        records = self.make(self.customer, MARK)
        wizard = self.look_up(self.customer.name, "nobody@customer.example")
        lines = wizard.line_ids
        case = lines.filtered(lambda line: line.res_model == "crm.case")
        case.action_unlink()
        self.assertFalse(
            self.env["mail.message"].search(
                [("model", "=", "crm.case"), ("res_id", "=", case.res_id)]
            )
        )
        with self.assertRaises(UserError):
            case.action_unlink()
        (lines.filtered(lambda line: line.res_model == "res.partner") | lines).filtered(
            lambda line: line.res_model == "res.partner" or line.res_model in records
        ).action_unlink_all()
        self.assertFalse(self.customer.exists())
        self.assertTrue(all(not record.exists() for record in records.values()))
        self.assertIn("Deleted", case.execution_details)

    def test_the_privacy_look_up_knows_who_only_wrote_an_address(self):
        place = self._get_place("user", "own")._replace(partner=self.customer)
        invitation = self.create_record("crm.feedback.invitation", place)
        invitation.write({"partner_id": False, "visitor": "New One <New@One.example>"})
        wizard = self.look_up("Nobody", "new@one.example")
        self.assertIn(
            ("crm.feedback.invitation", invitation.id),
            [(line.res_model, line.res_id) for line in wizard.line_ids],
        )

    # ------------------------------------------------------------
    # Export
    # ------------------------------------------------------------

    def test_everything_is_exported(self):
        records = self.make(self.customer, MARK)
        self.make(self.twin, "Somebody else's")
        admin = self.roles["admin"]
        [answer] = self.env["res.partner"].with_user(admin).export_experience(self.customer.ids)
        text = json.dumps(answer)
        self.assertNotIn("null", text)
        self.assertNotIn("Somebody else's", text)
        sections = {section["model"]: section for section in answer["records"]}
        self.assertEqual(sections.keys(), records.keys())
        for model, section in sections.items():
            with self.subTest(model=model):
                self.assertIn(records[model].id, [row["id"] for row in section["rows"]])
                self.assertNotIn("left_out", section)
                self.assertIn(MARK, [row["name"] for row in section["attachments"]])
                self.assertNotIn("datas", section["attachments"][0])
                for row in section["rows"]:
                    self.assertFalse({"access_token", "company_id"} & row.keys())
                if "message_ids" in records[model]._fields:
                    self.assertIn(MARK, [row.get("body") for row in section["messages"]])
                if "activity_ids" in records[model]._fields:
                    self.assertIn(MARK, [row.get("note") for row in section["activities"]])
        self.assertEqual(answer["partner"]["name"], self.customer.name)

    def test_attachments_with_content(self):
        self.make(self.customer, MARK)
        partners = self.env["res.partner"].with_user(self.roles["admin"])
        [answer] = partners.export_experience(self.customer.ids, True)
        json.dumps(answer)
        self.assertTrue(answer["records"][0]["attachments"][0]["datas"])

    def test_what_one_may_not_read_is_counted(self):
        self.make(self.customer, MARK)
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads answers",
                "model_id": self.env["ir.model"]._get_id("crm.feedback"),
                "domain_force": "[(0, '=', 1)]",
            }
        )
        partners = self.env["res.partner"].with_user(self.roles["lead"])
        [answer] = partners.export_experience(self.customer.ids)
        [section] = [section for section in answer["records"] if section["model"] == "crm.feedback"]
        self.assertEqual((section["rows"], section["left_out"]), ([], 1))

    def test_what_other_companies_know_is_theirs(self):
        self.customer.company_id = False
        self.make(self.customer)
        foreign = self.roles["foreign_admin"]
        partners = self.env["res.partner"].with_user(foreign)
        [answer] = partners.export_experience(self.customer.ids)
        models = {section["model"] for section in answer["records"]}
        self.assertFalse(
            {name for name in models if "company_id" in self.env[name]._fields}, answer["records"]
        )
        self.customer.with_user(foreign).action_erase_experience()
        self.assertEqual(
            self.env["crm.touchpoint"].search_count([("partner_id", "=", self.customer.id)]), 1
        )

    def test_who_may_export(self):
        for role in ("user", "salesperson", "internal", "portal", "public"):
            partners = self.env["res.partner"].with_user(self.roles[role])
            with self.subTest(role=role), self.assertRaises(AccessError):
                partners.export_experience(self.customer.ids)
        partners = self.env["res.partner"].with_user(self.roles["foreign_admin"])
        with self.assertRaises(AccessError):
            partners.export_experience(self.customer.ids)

    def test_bad_arguments(self):
        partners = self.env["res.partner"].with_user(self.roles["lead"])
        gone = self.env["res.partner"].create({"name": "Gone"})
        gone.unlink()
        for arguments in (
            (None,),
            ("1",),
            ([],),
            (["1"],),
            ([True],),
            ([0],),
            ([2**31],),
            ([gone.id],),
            ([self.customer.id] * 101,),
            (self.customer.ids, "yes"),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                partners.export_experience(*arguments)

    # ------------------------------------------------------------
    # Erasure
    # ------------------------------------------------------------

    def test_nothing_is_left_of_an_erased_customer(self):
        records = self.make(self.customer, MARK)
        kept = self.make(self.twin)
        self.assertTrue(self.find_mark(MARK))
        self.customer.unlink()
        self.assertEqual(self.find_mark(MARK), set())
        for model, record in records.items():
            self.assertFalse(record.exists(), model)
            self.assertTrue(kept[model].exists(), model)

    def test_what_we_know_is_erased_and_the_contact_stays(self):
        self.customer.write({"name": "Ann", "email": "ann@customer.example"})
        records = self.make(self.customer, MARK)
        kept = self.make(self.twin)
        partner = self.customer
        for name in partner._get_experience_fields():
            if partner._fields[name].type in ("char", "text", "html"):
                partner[name] = MARK
        types = self.env["ir.model.data"].search(
            [("module", "=", self.addon), ("model", "=", "mail.activity.type")]
        )
        for type_id in types.mapped("res_id"):
            partner.activity_schedule(activity_type_id=type_id, summary=MARK)
        wizard = (
            self.env["crm.customer.record.erase"]
            .with_user(self.roles["admin"])
            .with_context(active_model="res.partner", active_ids=partner.ids)
            .create({})
        )
        self.assertEqual(wizard.summary.count("\n") + 1, len(records))
        with self.assertRaises(UserError):
            wizard.action_erase()
        wizard.is_sure = True
        wizard.action_erase()
        self.assertEqual(self.find_mark(MARK), set())
        self.assertTrue(partner.exists())
        for model, record in records.items():
            self.assertFalse(record.exists(), model)
            self.assertTrue(kept[model].exists(), model)
        self.assertFalse(wizard.summary)

    def test_a_refusal_outlives_what_is_erased(self):
        self.customer.write(
            {
                "experience_opt_out": True,
                "is_phone_refused": True,
                "is_post_refused": True,
                "is_greeting_refused": True,
                "quiet_from": 20,
            }
        )
        self.customer.with_user(self.roles["admin"]).action_erase_experience()
        self.assertTrue(self.customer.experience_opt_out)
        self.assertTrue(self.customer.is_phone_refused and self.customer.is_post_refused)
        self.assertTrue(self.customer.is_greeting_refused)
        self.assertFalse(self.customer.quiet_from)

    def test_what_was_erased_is_not_sent_again(self):
        """A system outside knows nothing of it, and sends its history once more."""
        self.customer.write({"email": "erased@customer.example", "ref": "ERASED"})
        self.customer.with_user(self.roles["admin"]).action_erase_experience()
        self.customer.flush_recordset()
        now = fields.Datetime.now()
        before, after = (
            fields.Datetime.to_string(now + timedelta(minutes=minutes)) for minutes in (-5, 5)
        )
        who = (
            {"partner_id": self.customer.id},
            {"email": "Erased <ERASED@customer.example>"},
            {"ref": "ERASED"},
        )

        def send(model, method, **values):
            rows = [
                {"source": "shop", "external_id": f"{number}-{date}", "date": date, **key, **values}
                for date in (before, after)
                for number, key in enumerate(who)
            ]
            return getattr(self.env[model].with_user(self.roles["admin"]), method)(rows)

        answers = {
            "log": send("crm.touchpoint", "log", channel="phone"),
            "submit": send("crm.feedback", "submit", metric="nps", score=9),
            "cases": send("crm.case", "submit", title="Battery"),
        }
        for name, rows in answers.items():
            with self.subTest(name):
                self.assertEqual(
                    [row["status"] for row in rows], ["error"] * 3 + ["created"] * 3, rows
                )
                self.assertIn("erased", rows[0]["error"])
        losses = self.env["crm.customer.loss"].with_user(self.roles["admin"])
        (answer,) = losses.log_losses(
            [{"partner_id": self.customer.id, "reason": "price", "date": "2020-01-01"}]
        )
        self.assertEqual(answer["status"], "error")

    def test_who_may_erase(self):
        self.make(self.customer)
        for role in ("user", "lead", "salesperson", "internal", "portal", "public"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.customer.with_user(self.roles[role]).action_erase_experience()
        with self.assertRaises(AccessError):
            self.customer.with_user(self.roles["foreign_admin"]).action_erase_experience()

    def test_gifts_stay_gone(self):
        """What an erased customer got does not come back to the shelf."""
        item = self.env["crm.gift.item"].create(
            {
                "name": "Umbrella",
                "company_id": self.company_a.id,
                "move_ids": [Command.create({"quantity": 10})],
            }
        )
        place = self._get_place("user", "own")._replace(partner=self.customer)
        values = self.values_crm_touchpoint(place) | {"gift_item_id": item.id, "gift_quantity": 3}
        self.env["crm.touchpoint"].create([values, values])
        self.assertEqual(item.quantity_left, 4)
        self.customer.unlink()
        item.invalidate_recordset()
        self.assertEqual((item.quantity_left, item.quantity_given), (4, 0))
        self.assertEqual(item.move_ids.filtered("create_uid").mapped("kind").count("forgotten"), 1)

    # ------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------

    def test_merged_contacts_keep_what_is_known_of_both(self):
        left, right = self.make(self.customer), self.make(self.twin)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | self.twin).ids, self.customer
        )
        self.env.invalidate_all()
        for model in left:
            with self.subTest(model=model):
                rows = (left[model] | right[model]).exists()
                if model not in DERIVED:
                    self.assertIn(len(rows), (1, 2))
                self.assertLessEqual(rows.partner_id, self.customer)
        self.assertFalse(self.twin.exists())

    def test_merged_opportunities_keep_what_is_known_of_both(self):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {n}",
                    "type": "opportunity",
                    "partner_id": self.customer.id,
                    "company_id": self.company_a.id,
                }
                for n in range(2)
            ]
        )
        rows = {}
        models = [
            model
            for model in self.get_models()
            if "lead_id" in model._fields and model._fields["lead_id"].store
        ]
        for lead in leads:
            for model, record in self.make(self.customer, models=models).items():
                # a role is about an opportunity or about a customer
                others = {"customer_id": False} if "customer_id" in record._fields else {}
                record.sudo().write({"lead_id": lead.id, **others})
                rows[model] = rows.get(model, record.browse()) | record
        self.assertIn("crm.touchpoint", rows)
        survivor = leads.merge_opportunity()
        self.env.invalidate_all()
        for model, records in rows.items():
            with self.subTest(model=model):
                self.assertEqual(records.exists().lead_id, survivor)


@tagged("post_install", "-at_install")
class TestPersonalDataDownload(HttpCase, CrmExperienceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead_user = new_test_user(
            cls.env, "exp_export", "crm_experience.group_crm_experience_lead"
        )

    def test_download(self):
        self.log_good(self.event(1, summary=f"{MARK} 电话"))
        action = self.customer.with_user(self.lead_user).action_export_experience()
        attachments = self.env["ir.attachment"].search_count([])
        self.authenticate(self.lead_user.login, self.lead_user.login)
        response = self.url_open(action["url"])
        self.assertEqual(response.status_code, 200)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        [answer] = response.json()
        self.assertIn(f"{MARK} 电话", json.dumps(answer, ensure_ascii=False))
        self.assertEqual(self.env["ir.attachment"].search_count([]), attachments)

    def test_refused(self):
        url = f"/crm_experience/personal_data/{self.customer.id}"
        response = self.url_open(url, allow_redirects=False)
        self.assertIn(response.status_code, (303, 302))
        self.authenticate(self.service.login, self.service.login)
        for path in (
            url,
            "/crm_experience/personal_data/0",
            "/crm_experience/personal_data/x",
            "/crm_experience/personal_data/1,",
            "/crm_experience/personal_data/99999999999",
            f"/crm_experience/personal_data/{self.foreign_partner.id}",
        ):
            self.assertEqual(self.url_open(path).status_code, 404, path)
