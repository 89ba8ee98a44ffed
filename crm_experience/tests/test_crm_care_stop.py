import importlib.util
from ast import literal_eval
from pathlib import Path

from odoo.addons.crm_experience.models.asking.crm_customer_link_mixin import MAIL_TOKEN
from odoo.tests import HttpCase, freeze_time, tagged

from .common import CrmExperienceCase

TEMPLATES = ("birthday", "anniversary", "lunar_new_year")


@tagged("post_install", "-at_install")
class TestCrmCareStop(HttpCase, CrmExperienceCase):
    """Whoever wants no more greetings says so by the link in one of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["crm.care.rule"]
        cls.rules.search([]).active = False
        with freeze_time("2026-01-10"):
            cls.new_birthday(cls.customer)
        cls.template = cls.env.ref("crm_experience.mail_template_birthday").copy(
            {"auto_delete": False}
        )
        cls.rule = cls.rules.create(
            {
                "name": "Greeting",
                "date_kind": "birthday",
                "action": "mail",
                "mail_template_id": cls.template.id,
            }
        )

    @classmethod
    def new_birthday(cls, partner):
        birthday = cls.env["crm.partner.date"].create(
            {"partner_id": partner.id, "kind": "birthday", "month": 5, "day": 4}
        )
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE crm_partner_date SET create_date = '2026-01-10'")
        birthday.invalidate_recordset()

    def greet(self, day="2026-05-04"):
        with freeze_time(f"{day} 12:00:00"), self.enter_registry_test_mode():
            self.env.ref("crm_experience.ir_cron_greet").method_direct_trigger()
        self.env.invalidate_all()
        return self.env["mail.mail"].search(
            [("model", "=", "res.partner"), ("res_id", "=", self.customer.id)], order="id"
        )

    def get_path(self, mail):
        """Where the link in a greeting leads, as the customer gets it."""
        action = self.env["crm.care.action"].search([("partner_id", "=", self.customer.id)])[:1]
        path = f"/feedback/c/{action.id}/{action.access_token}/stop"
        self.assertIn(path, mail._prepare_outgoing_list()[0]["body"])
        return path

    def post(self, path, follow=True, **values):
        return self.url_open(path, data=values or {"x": ""}, method="POST", allow_redirects=follow)

    def is_refused(self):
        self.env.invalidate_all()
        return self.customer.is_greeting_refused

    def test_the_link_is_for_the_customer_alone(self):
        mail = self.greet()
        path = self.get_path(mail)
        token = path.split("/")[-2]
        # colleagues read the chatter
        self.assertIn(MAIL_TOKEN, mail.body_html)
        self.assertNotIn(token, mail.body_html)
        mail.write({"email_to": "colleague@example.com", "recipient_ids": False})
        self.assertNotIn(token, mail._prepare_outgoing_list()[0]["body"])

    def test_reading_changes_nothing_and_posting_does(self):
        path = self.get_path(self.greet())
        page = self.url_open(path)
        self.assertIn("No more greetings?", page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertFalse(self.is_refused())
        self.assertIn("You get no more greetings", self.post(path).text)
        self.assertTrue(self.is_refused())
        self.assertFalse(self.customer.experience_opt_out, "surveys are another matter")
        self.post(path, again="1")
        self.assertFalse(self.is_refused())

    def test_mail_programs_unsubscribe_by_themselves(self):
        mail = self.greet()
        headers = literal_eval(mail.headers)
        self.assertEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        url = headers["List-Unsubscribe"].strip("<>")
        self.assertTrue(url.endswith(self.get_path(mail)))
        path = url.removeprefix(self.rule.get_base_url())
        response = self.post(path, follow=False, **{"List-Unsubscribe": "One-Click"})
        self.assertEqual((response.status_code, response.text), (200, ""))
        self.assertTrue(self.is_refused())

    def test_it_is_heard(self):
        self.post(self.get_path(self.greet()))
        self.assertEqual(len(self.greet("2027-05-04")), 1)
        self.assertIn("No greetings", self.customer._get_refusals())

    def test_it_holds_for_the_mailbox(self):
        self.customer.is_greeting_refused = True
        twin = self.customer.copy({"name": "Ann again", "email": self.customer.email})
        twin.is_greeting_refused = False
        with freeze_time("2026-01-10"):
            self.new_birthday(twin)
        self.greet()
        self.assertFalse(self.rule.action_ids)

    def test_what_opens_nothing_looks_alike(self):
        path = self.get_path(self.greet())
        *_start, key, token, _stop = path.split("/")
        wrong = token[:-1] + ("x" if token[-1] != "x" else "y")
        foreign = self.env["crm.care.action"].search([]).ids[-1] + 1000
        answers = {
            self.post(f"/feedback/{kind}/{other}/{what}/stop").text
            for kind, other, what in (
                ("c", key, wrong),
                ("c", foreign, token),
                ("c", key, MAIL_TOKEN),
                ("i", key, token),
                ("c", "0", token),
                ("c", str(2**40), token),
            )
        }
        self.assertEqual(len(answers), 1)
        self.assertIn("This link is not valid", answers.pop())
        self.assertFalse(self.is_refused())

    def test_the_link_outlives_a_merge(self):
        path = self.get_path(self.greet())
        other = self.customer.copy({"email": self.customer.email})
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | other).ids, dst_partner=other
        )
        self.post(path)
        self.env.invalidate_all()
        self.assertTrue(other.is_greeting_refused)

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        link = '<a t-att-href="object._get_greeting_stop_url()">Assez</a>'
        self.template.with_context(lang="fr_FR").body_html = f"<p>Bon anniversaire</p><p>{link}</p>"
        self.customer.lang = "fr_FR"
        mail = self.greet()
        self.assertIn("Assez", mail.body_html)
        self.assertIn('lang="fr-FR"', self.url_open(self.get_path(mail)).text)

    def test_a_letter_to_whoever_was_never_greeted_has_no_link(self):
        body = self.template._render_field("body_html", self.customer.ids)[self.customer.id]
        self.assertNotIn("/feedback/", body)

    def test_templates_of_before_get_the_link(self):
        """A template that nobody changed becomes what a new one is; another one stays."""
        path = Path(__file__).parents[1] / "migrations/19.0.1.4.0/post-greetings.py"
        spec = importlib.util.spec_from_file_location("post_greetings", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        for lang in ("fr_FR", "zh_CN"):
            self.env["res.lang"]._activate_lang(lang)
        new = script.get_new(script.WORDS["en_US"])
        templates = [self.env.ref(f"crm_experience.mail_template_{name}") for name in TEMPLATES]
        fresh = [template.body_html for template in templates]
        for template in templates:
            self.assertIn(new, template.body_html)
            template.body_html = str(template.body_html).replace(new, script.OLD)
            for lang, words in (("fr_FR", "Répondez"), ("zh_CN", "直接回复")):
                body = f'<p>Oui</p><p style="{script.STYLE}">{words}</p>'
                template.with_context(lang=lang).body_html = body
        templates[2].body_html = "<p>Our own words</p>"
        script.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()
        bodies = [template.body_html for template in templates]
        self.assertEqual(bodies, [*fresh[:2], "<p>Our own words</p>"])
        for lang, words in (("fr_FR", "Répondez"), ("zh_CN", script.WORDS["zh_CN"])):
            body = templates[0].with_context(lang=lang).body_html
            self.assertEqual(body, f"<p>Oui</p>{script.get_new(words)}")
