from odoo.addons.crm_targets.tests.test_crm_scorecard_rhythm import RhythmCase
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged


class DigestCase(RhythmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.users"].search([]).crm_targets_digest = False
        (cls.admin | cls.lead | cls.seller).crm_targets_digest = True
        for day in ("2026-11-10", "2026-11-17", "2026-11-18"):
            cls.order(f"{day} 08:00:00")

    def mails(self):
        mails = self.env["mail.mail"].search(
            [("model", "=", "res.users"), ("res_id", "in", self.readers.ids)],
            order="id",
        )
        return {mail.res_id: mail for mail in mails}

    @property
    def readers(self):
        return self.admin | self.lead | self.seller | self.colleague


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 04:00:00")
class TestScorecardDigest(DigestCase):
    def test_everybody_gets_what_they_may_read(self):
        self.run_cron()
        mails = self.mails()
        self.assertEqual(set(mails), set((self.admin | self.lead | self.seller).ids))
        names = {"Company", "Coast", "Shop", "Seller"}
        for user, expected in (
            (self.admin, names),
            (self.lead, {"Coast", "Shop", "Seller"}),
            (self.seller, {"Seller"}),
        ):
            body = mails[user.id].body_html
            found = {name for name in names if f"<strong>{name}</strong>" in body}
            self.assertEqual(found, expected, user.login)
            self.assertEqual(mails[user.id].recipient_ids, user.partner_id)

    def test_it_says_figures_scores_and_changes_without_a_script(self):
        self.scorecard("Again", scope="person", user_id=self.seller.id)
        with freeze_time("2026-11-16 04:00:00"):
            self.run_cron()
        self.env["mail.mail"].search([("model", "=", "res.users")]).unlink()
        self.run_cron()
        body = self.mails()[self.seller.id].body_html
        for text in ("Week 47, 2026", "2 orders", "goal", "6.6", "▲ 3.3", "Finance"):
            self.assertIn(text, body)
        for text in ("<script", "<style", "class="):
            self.assertNotIn(text, body.split("how the week ended")[1])

    def test_a_score_looks_like_its_band(self):
        kept = self.env["crm.scorecard.snapshot"].new({"has_score": True, "score": 6.58})
        self.assertEqual(self.seller._format_digest_score(kept), "6.5")

    def test_it_is_sent_once(self):
        self.run_cron()
        first = self.mails()
        self.run_cron()
        self.assertEqual(self.mails(), first)
        with freeze_time("2026-11-30 04:00:00"):
            self.run_cron()
        self.assertGreater(self.mails()[self.seller.id].id, first[self.seller.id].id)

    def test_who_may_read_nothing_gets_nothing(self):
        stranger = self._user("measure_stranger", "crm_targets.group_crm_targets_user")
        outsider = new_test_user(self.env, "measure_outsider", "base.group_user")
        (stranger | outsider).crm_targets_digest = True
        self.run_cron()
        mails = self.env["mail.mail"].search([("res_id", "in", (stranger | outsider).ids)])
        self.assertFalse(mails.filtered(lambda mail: mail.model == "res.users"))

    def test_it_speaks_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.seller.lang = "fr_FR"
        self.run_cron()
        self.assertIn("6,6", self.mails()[self.seller.id].body_html.replace("6.6 is", ""))

    def test_someone_else_sees_it_with_their_own_rights(self):
        self.run_cron()
        body = self.admin.with_user(self.seller)._get_scorecard_digest()
        self.assertIn("Seller", body)
        self.assertNotIn("Company", body)

    def test_anybody_may_ask_for_it(self):
        self.colleague.with_user(self.colleague).crm_targets_digest = True
        self.assertTrue(self.colleague.crm_targets_digest)

    def test_many_scorecards_cost_as_many_queries_as_few(self):
        self.run_cron()
        week = self.admin._get_digest_week()

        def count():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.admin._get_digest_reader()._prepare_digest_values(week)
            return self.cr.sql_log_count - before

        count()
        few = count()
        many = self.env["crm.scorecard"].union(
            *(self.scorecard(f"Many {number}") for number in range(10))
        )
        many._take_snapshots([week])
        self.assertEqual(count(), few)


@tagged("post_install", "-at_install")
class TestScorecardDigestPage(DigestCase, HttpCase):
    def test_the_link_asks_first_and_needs_its_token(self):
        url = self.seller._get_digest_unsubscribe_url()
        path = url[url.index("/crm_targets") :]
        self.assertEqual(self.url_open(path[:-3]).status_code, 404)
        other = path.replace(f"/{self.seller.id}/", f"/{self.lead.id}/")
        self.assertEqual(self.url_open(other).status_code, 404)
        nobody = "/crm_targets/digest/99999999999/unsubscribe"
        self.assertEqual(self.url_open(nobody).status_code, 404)
        foreign = f"/crm_targets/digest/{self.seller.id}/unsubscribe?token=%C3%A9"
        self.assertEqual(self.url_open(foreign).status_code, 404)
        self.assertEqual(self.url_open(path).status_code, 200)
        self.assertTrue(self.seller.crm_targets_digest)
        answer = self.url_open(path, data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertFalse(self.seller.crm_targets_digest)
        self.assertTrue(self.lead.crm_targets_digest)
