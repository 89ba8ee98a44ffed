from datetime import date

import psycopg2
from odoo.addons.crm_targets.tests.test_crm_scorecard_rhythm import RhythmCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 12:00:00")  # a Friday
class TestCrmScorecard(RhythmCase):
    # ------------------------------------------------------------
    # Templates and objectives
    # ------------------------------------------------------------

    @classmethod
    def template(cls, **values):
        return cls.env["crm.scorecard.template"].create(
            {
                "name": "Kiosk",
                "line_ids": [
                    Command.create(
                        {
                            "indicator_id": cls.orders.id,
                            "weight": 30.0,
                            "band_type": "fixed",
                            "goal": 9.0,
                            "red_flag": 4.0,
                        }
                    )
                ],
                "objective_ids": [
                    Command.create(
                        {"perspective_id": cls.orders.perspective_id.id, "name": "Sell something"}
                    )
                ],
                **values,
            }
        )

    def test_a_scorecard_starts_from_a_template(self):
        template = self.template()
        with Form(self.env["crm.scorecard"].with_user(self.admin)) as form:
            form.name = "Pier"
            form.template_id = template
            self.assertEqual(len(form.line_ids), 1)
        by_form = form.record
        by_program = (
            self.env["crm.scorecard"]
            .with_user(self.admin)
            .create({"name": "Pier", "template_id": template.id})
        )
        for scorecard in (by_form, by_program):
            line = scorecard.line_ids
            self.assertEqual(
                (line.indicator_id, line.weight, line.band_type, line.goal, line.red_flag),
                (self.orders, 30.0, "fixed", 9.0, 4.0),
            )
            self.assertEqual(
                scorecard._get_objectives(), {self.orders.perspective_id.id: ["Sell something"]}
            )
        template.line_ids.goal = 20.0
        self.assertEqual(by_form.line_ids.goal, 9.0)

    def test_objectives_are_said_in_all_languages_of_the_template(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.template()
        template.objective_ids.with_context(lang="fr_FR").name = "Vendre"
        card = self.env["crm.scorecard"].create({"name": "Pier", "template_id": template.id})
        self.assertEqual(card.objective_ids.with_context(lang="fr_FR").name, "Vendre")

    def test_a_template_keeps_what_is_not_available(self):
        template = self.env.ref("crm_targets.crm_scorecard_template_store")
        indicator = template.line_ids[0].indicator_id
        indicator.state = "unavailable"
        card = self.env["crm.scorecard"].create({"name": "Pier", "template_id": template.id})
        line = card.line_ids.filtered(lambda line: line.indicator_id == indicator)
        self.assertEqual(line.indicator_state, "unavailable")
        self.assertEqual(len(card.line_ids), len(template.line_ids))

    def test_a_scorecard_becomes_a_template(self):
        self.top.objective_ids = [
            Command.create({"perspective_id": self.orders.perspective_id.id, "name": "Grow"})
        ]
        action = self.top.with_user(self.admin).action_save_as_template()
        template = self.env["crm.scorecard.template"].browse(action["res_id"])
        self.assertEqual(template.line_ids.goal, 2.0)
        self.assertEqual(template.objective_ids.name, "Grow")
        with self.assertRaises(AccessError):
            self.shop.with_user(self.lead).action_save_as_template()

    # ------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------

    def test_weights_are_numbers(self):
        for weight in (float("nan"), float("inf")):
            with self.assertRaises(ValidationError):
                self.top.write({"rollup_weight": weight})
            with self.assertRaises(ValidationError):
                self.template(
                    line_ids=[Command.create({"indicator_id": self.orders.id, "weight": weight})]
                )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.top.rollup_weight = -1.0
            self.env.flush_all()

    # ------------------------------------------------------------
    # Baseline
    # ------------------------------------------------------------

    def test_a_baseline_is_frozen_for_good(self):
        self.order("2026-05-06 08:00:00")
        self.refresh(self.orders)
        card = self.top.with_user(self.admin)
        with self.assertRaises(UserError):
            card.action_freeze_baseline()
        card.baseline_date = "2026-05-06"
        card.action_freeze_baseline()
        self.assertTrue(card.is_baseline_frozen)
        self.order("2026-05-06 09:00:00")
        self.refresh(self.orders)
        card.action_freeze_baseline()
        self.assertEqual(card._get_baseline_figures(self.orders), {self.orders.id: 1.0})
        self.assertEqual(
            set(card.baseline_ids.mapped("period_label")),
            {"Week 19, 2026", "May 2026", "Q2 2026", "2026"},
        )
        with self.assertRaises(UserError):
            card.baseline_date = "2026-06-06"
        card.granularity = "year"
        self.assertEqual(card._get_baseline_figures(self.orders), {self.orders.id: 1.0})
        with self.assertRaises(UserError):
            card.unlink()

    def test_an_indicator_that_is_added_later_is_frozen_later(self):
        late = self.indicator("late")
        self.refresh(self.orders, late)
        self.top.baseline_date = "2026-05-06"
        self.top.action_freeze_baseline()
        self.top.line_ids = [Command.create(self.line_values(indicator_id=late.id))]
        self.assertNotIn(late.id, self.top._get_baseline_figures(late))
        self.top.action_freeze_baseline()
        self.assertEqual(self.top._get_baseline_figures(late), {late.id: 0.0})

    def test_a_baseline_needs_figures_and_lies_in_the_past(self):
        for day in ("2026-11-20", "2027-05-06", "2019-05-06"):
            self.top.baseline_date = day
            with self.assertRaises(UserError):
                self.top.action_freeze_baseline()

    def test_the_baseline_of_an_indicator_counts_where_none_is_frozen(self):
        self.orders.write({"has_baseline": True, "baseline": 7.0})
        self.assertEqual(self.top._get_baseline_figures(self.orders), {self.orders.id: 7.0})
        self.assertEqual(self.shop._get_baseline_figures(self.orders), {})
        share = self.indicator("average", aggregate="avg", measure_field="amount_total")
        share.write({"has_baseline": True, "baseline": 50.0})
        self.assertEqual(self.shop._get_baseline_figures(share), {share.id: 50.0})

    def test_only_the_administrator_freezes(self):
        self.shop.baseline_date = "2026-05-06"
        with self.assertRaises(AccessError):
            self.shop.with_user(self.lead).action_freeze_baseline()


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 12:00:00")
class TestCrmScorecardComment(RhythmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.comments = cls.env["crm.scorecard.comment"]
        cls.line = cls.person.line_ids

    def say(self, user, text, day=None, line=None):
        return self.comments.with_user(user).comment((line or self.line).id, text, day)

    def test_who_may_read_the_scorecard_may_comment(self):
        answer = self.say(self.seller, " Road works ")
        self.assertEqual(
            {key: answer[key] for key in ("text", "author", "date", "week", "own")},
            {
                "text": "Road works",
                "author": self.seller.name,
                "date": "2026-11-20 12:00:00",
                "week": "Week 47, 2026",
                "own": True,
            },
        )
        self.say(self.lead, "We put up a sign")
        self.say(self.admin, "Thank you")
        with self.assertRaises(AccessError):
            self.say(self.colleague, "None of my business")
        with self.assertRaises(AccessError):
            self.say(self.seller, "Above me", line=self.shop.line_ids)
        said = self.comments.with_user(self.seller)._get_comments(self.person, date(2026, 11, 16))
        comment = said[self.orders.id]
        self.assertEqual((comment["text"], comment["own"]), ("Thank you", False))
        self.assertEqual(
            [earlier["text"] for earlier in comment["earlier"]],
            ["We put up a sign", "Road works"],
        )

    def test_saying_it_again_replaces_ones_own_words(self):
        first = self.say(self.seller, "Road works")
        self.comments.browse(first["id"]).active = False
        second = self.say(self.seller, "Road works until May")
        self.assertEqual(first["id"], second["id"])
        self.assertEqual(self.person.comment_count, 1)
        self.say(self.seller, "Still", "2026-11-13")
        self.person.invalidate_recordset()
        self.assertEqual(self.person.comment_count, 2)

    def test_a_month_shows_what_was_said_in_its_weeks(self):
        self.say(self.seller, "First week", "2026-11-01")
        self.say(self.seller, "Before", "2026-10-22")
        self.person.granularity = "month"
        said = self.comments._get_comments(self.person, date(2026, 11, 16))
        self.assertEqual(said[self.orders.id]["text"], "First week")
        self.assertFalse(said[self.orders.id]["earlier"])

    def test_nobody_speaks_for_somebody_else(self):
        comment = self.comments.browse(self.say(self.seller, "Road works")["id"])
        values = {
            "scorecard_id": self.person.id,
            "indicator_id": self.orders.id,
            "text": "I am lazy",
            "date_from": "2026-11-09",
        }
        for user in (self.lead, self.admin):
            with self.assertRaises(AccessError):
                comment.with_user(user).text = "I am lazy"
            with self.assertRaises(AccessError):
                comment.with_user(user).active = False
            with self.assertRaises(AccessError):
                self.comments.with_user(user).create({**values, "author_id": self.seller.id})
        with self.assertRaises(AccessError):
            comment.with_user(self.seller).author_id = self.lead
        with self.assertRaises(AccessError):
            comment.with_user(self.seller).unlink()

    def test_a_comment_does_not_move_to_where_one_may_not_read(self):
        comment = self.comments.browse(self.say(self.seller, "Road works")["id"])
        with self.assertRaises(AccessError):
            comment.with_user(self.seller).scorecard_id = self.top

    def test_when_something_was_said_is_nobodys_choice(self):
        comment = self.comments.with_user(self.seller).create(
            {
                "scorecard_id": self.person.id,
                "indicator_id": self.orders.id,
                "text": "Early",
                "date": "2020-01-01 00:00:00",
            }
        )
        self.assertEqual(str(comment.date), "2026-11-20 12:00:00")
        comment.with_user(self.seller).write({"date": "2020-01-01 00:00:00"})
        self.assertEqual(str(comment.date), "2026-11-20 12:00:00")

    def test_bad_input_gets_a_sentence(self):
        line = self.line.id
        for arguments in (
            ("x", "text"),
            (True, "text"),
            (0, "text"),
            (2**40, "text"),
            (2**31 - 1, "text"),
            (line, ""),
            (line, "  \x00 "),
            (line, None),
            (line, 5),
            (line, "x" * 4001),
            (line, "text", "tomorrow"),
            (line, "text", 7),
            (line, "text", "2026-11-23"),
            (line, "text", "9999-01-01"),
        ):
            with self.subTest(arguments=str(arguments)[:60]), self.assertRaises(UserError):
                self.comments.with_user(self.seller).comment(*arguments)

    def test_only_what_is_on_the_scorecard_is_commented_on(self):
        other = self.indicator("other")
        with self.assertRaises(ValidationError):
            self.comments.create(
                {"scorecard_id": self.person.id, "indicator_id": other.id, "text": "Lost"}
            )

    def test_no_way_leads_into_a_week_that_has_not_begun(self):
        comments = self.comments.with_user(self.seller)
        values = {
            "scorecard_id": self.person.id,
            "indicator_id": self.line.indicator_id.id,
            "text": "Soon",
        }
        with self.assertRaises(ValidationError):
            comments.create({**values, "date_from": "2026-11-23"})
        comment = comments.create({**values, "date_from": "2026-11-16"})
        with self.assertRaises(ValidationError):
            comment.date_from = "2026-11-23"

    def test_another_company_sees_and_says_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        foreign = self._user("measure_foreign", "crm_targets.group_crm_targets_admin", company)
        self.say(self.seller, "Road works")
        abroad = self.comments.with_user(foreign).with_context(allowed_company_ids=company.ids)
        self.assertFalse(abroad.search([]))
        with self.assertRaises(AccessError):
            abroad.comment(self.line.id, "Hello")
