import runpy
from ast import literal_eval
from pathlib import Path
from statistics import fmean, stdev

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CrmExperienceCase

NOW = "2026-11-18 12:00:00"


@tagged("post_install", "-at_install")
class TestCrmFeedbackFigures(CrmExperienceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.env["crm.feedback"].search([]).unlink()
        cls.answers = cls.env["crm.feedback"].with_user(cls.service)
        cls.stores = cls.env["crm.team"].create([{"name": name} for name in "ABCD"])
        cls.dimensions = {
            code: cls.env.ref(f"crm_experience.crm_experience_dimension_{code}")
            for code in ("product", "service", "price")
        }
        cls.people = cls.env["res.partner"].create([{"name": f"P{n}"} for n in range(10)])

    @classmethod
    def answer(cls, *scores, metric="nps", **values):
        return cls.env["crm.feedback"].create(
            [
                {
                    "partner_id": cls.customer.id,
                    "date": "2026-11-02 10:00:00",
                    "metric": metric,
                    "score": score,
                    **values,
                }
                for score in scores
            ]
        )

    @classmethod
    def gaps(cls, dimension, *gaps, **values):
        """Each of another customer, the same ones for all dimensions."""
        return cls.env["crm.feedback"].create(
            [
                {
                    "partner_id": partner.id,
                    "date": "2026-11-02 10:00:00",
                    "metric": "gap",
                    "dimension_id": cls.dimensions[dimension].id,
                    "expectation": 5,
                    "experience": 5 + gap,
                    **values,
                }
                for partner, gap in zip(cls.people, gaps, strict=False)
            ]
        )

    def get(self, metric, group_by=None, **kwargs):
        return self.answers.get_figures(metric, group_by, **kwargs)

    def shown(self, figures):
        return {
            group["label"]: round(group["value"], 2)
            for group in figures["groups"]
            if group["has_figure"]
        }

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    def test_shares_and_means(self):
        self.answer(10, 9, 9, 7, 0, 6)
        self.answer(5, 4, 4, 3, 1, metric="csat")
        self.answer(7, 5, 4, 4, 1, metric="ces", partner_id=False)
        total = {metric: self.get(metric)["total"] for metric in ("nps", "csat", "ces", "ces_mean")}
        self.assertAlmostEqual(total["nps"]["value"], 100 * (3 - 2) / 6)
        self.assertEqual(total["csat"]["value"], 60)
        self.assertEqual(total["ces"]["value"], 40)
        self.assertEqual(total["ces_mean"]["value"], 4.2)
        for figure in total.values():
            self.assertTrue(figure["low"] < figure["value"] < figure["high"])
        self.assertEqual(total["nps"]["count"], 6)

    def test_gap_by_dimension_and_weighted(self):
        self.gaps("product", -2, -1, -2, -1, -2)
        self.gaps("service", 1, 2, 3, 2, 2)
        figures = self.get("gap", "dimension")
        self.assertEqual(self.shown(figures), {"Product": -1.6, "Service": 2.0})
        self.assertFalse(self.get("servqual")["has_weights"])
        self.dimensions["product"].weight = 75
        self.dimensions["service"].weight = 25
        self.assertAlmostEqual(self.get("servqual")["total"]["value"], -0.7)
        self.dimensions["price"].weight = 10
        self.assertFalse(
            self.get("servqual")["total"]["has_figure"], "nobody said how the price is"
        )

    def test_intervals_are_over_customers(self):
        """Who answers about everything, or again and again, is one customer."""
        self.dimensions["product"].weight = 75
        self.dimensions["service"].weight = 25
        product, service = (-2, -1, 3, 0, 2, -4), (-1, 0, 3, 1, 2, -3)
        self.gaps("product", *product, team_id=self.stores[0].id)
        self.gaps("service", *service, team_id=self.stores[0].id)
        own = [0.75 * one + 0.25 * other for one, other in zip(product, service, strict=True)]
        margin = 2.570582 * stdev(own) / 6**0.5
        servqual = self.get("servqual", "team")
        for figure in (servqual["total"], servqual["groups"][0]):
            self.assertAlmostEqual(figure["value"], fmean(own))
            self.assertAlmostEqual(figure["high"] - figure["value"], margin, places=4)
            self.assertEqual(figure["count"], 12)
        once = self.get("gap", domain=[["dimension_id", "=", self.dimensions["product"].id]])
        self.gaps("product", *product)
        twice = self.get("gap", domain=[["dimension_id", "=", self.dimensions["product"].id]])
        self.assertEqual(twice["total"].pop("count"), 2 * once["total"].pop("count"))
        for name in ("value", "low", "high"):
            self.assertAlmostEqual(twice["total"][name], once["total"][name])

    def test_shares_are_over_customers_too(self):
        """Who answers again and again is one customer; who has no name is one each."""
        scores = {
            "nps": (10, 9, 7, 3, 10, 8),
            "csat": (5, 4, 3, 1, 5, 2),
            "ces": (7, 6, 4, 1, 5, 2),
        }
        for metric, answers in scores.items():
            for person, score in zip(self.people, answers, strict=False):
                self.answer(score, metric=metric, partner_id=person.id)
            once = self.get(metric)["total"]
            for person, score in zip(self.people, answers, strict=False):
                self.answer(score, metric=metric, partner_id=person.id)
            twice = self.get(metric)["total"]
            self.assertEqual(twice.pop("count"), 2 * once.pop("count"))
            for name in ("value", "low", "high"):
                self.assertAlmostEqual(twice[name], once[name], msg=metric)
            self.answer(*answers, metric=metric, partner_id=False)
            surer = self.get(metric)["total"]
            self.assertLess(surer["high"] - surer["low"], twice["high"] - twice["low"])

    def test_one_customer_alone_makes_no_mean(self):
        """A questionnaire over many dimensions is one opinion, however many answers it has."""
        for code in ("product", "service", "price"):
            self.gaps(code, 2)
            self.gaps(code, 2)
        self.assertFalse(self.get("gap")["total"]["has_figure"])
        self.gaps("price", 2, 3)
        self.assertEqual(self.get("gap")["total"]["count"], 8)

    def test_the_weighted_gap_counts_weighted_dimensions_alone(self):
        for code in ("product", "service"):
            self.gaps(code, 1, 2, 1, 2, 1)
        self.dimensions["service"].weight = 100
        self.assertEqual(self.get("servqual")["total"]["count"], 5)
        action = self.answers.get_answers_action("servqual")
        self.assertEqual(self.answers.search_count(action["domain"]), 5)

    def test_experience_and_delivered_value(self):
        self.gaps("product", 1, 1, 2, 2, 4)
        self.assertEqual(self.get("experience")["total"]["value"], 7)
        self.assertEqual(self.get("expectation")["total"]["value"], 5)
        self.env["crm.feedback"].create(
            [
                {
                    "partner_id": person.id,
                    "date": "2026-11-02 10:00:00",
                    "metric": "value",
                    "total_value": 8,
                    "total_cost": cost,
                }
                for person, cost in zip(self.people, (2, 4, 6, 8, 10), strict=False)
            ]
        )
        self.assertEqual(self.get("value")["total"]["value"], 2)

    def test_groups(self):
        self.answer(*[10] * 5, team_id=self.stores[0].id, channel_id=self.channel_phone.id)
        self.answer(*[0] * 5, team_id=self.stores[1].id, channel_id=self.channel_store.id)
        self.answer(*[7] * 5)
        self.assertEqual(self.shown(self.get("nps", "team")), {"A": 100, "B": -100, "None": 0})
        phone, store = self.channel_phone.name, self.channel_store.name
        self.assertEqual(
            self.shown(self.get("nps", "channel")), {phone: 100, store: -100, "None": 0}
        )
        labels = [group["label"] for group in self.get("nps", "team")["groups"]]
        self.assertEqual(labels, ["A", "B", "None"])

    def test_any_field_of_the_customer(self):
        self.company_partner.country_id = self.env.ref("base.fr")
        self.answer(*[10] * 5, partner_id=self.company_partner.id)
        self.answer(*[0] * 5)
        self.answer(*[7] * 5, partner_id=False)
        self.assertEqual(
            self.shown(self.get("nps", "partner:country_id")), {"France": 100, "None": -50}
        )
        self.assertEqual(self.shown(self.get("nps", "partner:is_company")), {"Yes": 100, "No": -50})
        self.assertEqual(self.shown(self.get("nps", "partner:ref")), {"ANN": -100, "None": 50})
        keys = {group["key"] for group in self.answers.get_figure_choices()["groups"]}
        self.assertIn("partner:industry_id", keys)
        self.assertNotIn("partner:signup_type", keys, "protected")
        self.assertNotIn("partner:message_main_attachment_id", keys)

    def test_tags_of_the_customer(self):
        vip, old = self.env["res.partner.category"].create([{"name": "VIP"}, {"name": "Old"}])
        self.company_partner.category_id = vip | old
        self.customer.category_id = old
        self.answer(*[10] * 5, partner_id=self.company_partner.id)
        self.answer(*[0] * 5)
        self.answer(*[7] * 5, partner_id=False)
        figures = self.get("nps", "partner:category_id")
        self.assertEqual(self.shown(figures), {"VIP": 100, "Old": 0, "None": 0})
        self.assertEqual((figures["total"]["count"], figures["total"]["value"]), (15, 0))
        action = self.answers.get_answers_action("nps", "partner:category_id", old.id)
        self.assertEqual(self.answers.search_count(action["domain"]), 10)

    def test_product_category(self):
        category = self.env["product.category"].create({"name": "Phones"})
        product = self.env["product.product"].create({"name": "P", "categ_id": category.id})
        self.answer(*[10] * 5, product_id=product.id)
        self.answer(*[0] * 5)
        self.assertEqual(
            self.shown(self.get("nps", "product_category")), {"Phones": 100, "None": -100}
        )

    def test_times_are_those_of_the_caller(self):
        self.env.company.fiscalyear_last_month = "3"
        # half past eleven in the evening in London, the next day, week and month in Tokyo
        self.answer(*[10] * 5, date="2026-05-31 23:30:00")
        self.answer(*[0] * 5, date="2026-04-01 12:00:00")
        tokyo = self.answers.with_context(tz="Asia/Tokyo")
        expected = {
            "day": ["2026-04-01", "2026-06-01"],
            "week": ["2026-03-30", "2026-06-01"],
            "month": ["2026-04-01", "2026-06-01"],
            "quarter": ["2026-04-01"],
            "year": ["2026-04-01"],
        }
        for granularity, keys in expected.items():
            figures = tokyo.get_figures("nps", granularity)
            self.assertEqual([group["key"] for group in figures["groups"]], keys, granularity)
            self.assertTrue(figures["is_time"])
        self.assertEqual(tokyo.get_figures("nps", "quarter")["groups"][0]["value"], 0)
        london = self.answers.with_context(tz="Europe/London")
        self.assertEqual(
            [group["key"] for group in london.get_figures("nps", "month")["groups"]],
            ["2026-04-01", "2026-06-01"],
        )
        utc = self.answers.with_context(tz="UTC")
        self.assertEqual(
            [group["key"] for group in utc.get_figures("nps", "month")["groups"]],
            ["2026-04-01", "2026-05-01"],
        )
        self.assertEqual(tokyo.get_figures("nps", date_from="2026-06-01")["total"]["count"], 5)
        self.assertFalse(utc.get_figures("nps", date_from="2026-06-01")["total"]["has_figure"])
        self.assertEqual(utc.get_figures("nps", date_to="2026-05-31")["total"]["count"], 10)

    def test_filters(self):
        self.answer(*[10] * 5, team_id=self.stores[0].id)
        self.answer(*[0] * 5, team_id=self.stores[1].id)
        domain = [["team_id", "=", self.stores[0].id]]
        self.assertEqual(self.get("nps", domain=domain)["total"]["value"], 100)

    def test_one_query(self):
        for store in self.stores:
            self.answer(*range(11), team_id=store.id)
        self.env.flush_all()
        # what is asked once per process: groups of the user, rules, parameters
        self.get("nps", "team")
        self.get("nps", "month")
        self.env["crm.team"].invalidate_model()
        # the figures, the names of the teams and their rules
        with self.assertQueryCount(3):
            self.get("nps", "team")
        with self.assertQueryCount(1):
            self.get("nps", "month")

    # ------------------------------------------------------------
    # Minimum
    # ------------------------------------------------------------

    def test_no_figure_below_the_minimum(self):
        self.answer(10, 10, 10, 10)
        figures = self.get("nps")
        self.assertEqual(figures["total"], {"has_figure": False, "count": 4})
        self.assertEqual(figures["minimum"], 5)
        self.env["ir.config_parameter"].set_param("crm_experience.minimum_answers", "4")
        self.assertEqual(self.get("nps")["total"]["value"], 100)
        for value in ("1", "0", "-7", "nonsense", ""):
            self.env["ir.config_parameter"].set_param("crm_experience.minimum_answers", value)
            self.assertGreaterEqual(self.get("nps")["minimum"], 3)

    def test_a_small_group_hides_no_other(self):
        a, b, c, d = self.stores
        self.answer(*[10] * 20, team_id=a.id)
        self.answer(*[10] * 9, team_id=b.id)
        self.answer(0, 0, 0, team_id=c.id)
        figures = self.get("nps", "team")
        self.assertEqual(self.shown(figures), {"A": 100, "B": 100})
        self.assertEqual(
            figures["rest"],
            {"label": "Too few answers", "group_count": 1, "has_figure": False, "count": 3},
        )
        with self.assertRaises(UserError):
            self.answers.get_answers_action("nps", "team", c.id)
        # none of one group, whatever it is together with
        self.answer(10, team_id=d.id)
        figures = self.get("nps", "team")
        self.assertEqual(figures["rest"]["group_count"], 2)
        self.assertEqual(figures["rest"]["count"], 4)
        self.assertFalse(figures["rest"]["has_figure"])
        self.answer(10)
        figures = self.get("nps", "team")
        self.assertEqual(self.shown(figures), {"A": 100, "B": 100})
        self.assertEqual(figures["rest"]["group_count"], 3)
        self.assertEqual(figures["rest"]["count"], 5)
        self.assertAlmostEqual(figures["rest"]["value"], 100 * (2 - 3) / 5)
        counts = [group["count"] for group in (*figures["groups"], figures["rest"])]
        self.assertEqual(sum(counts), figures["total"]["count"])

    def test_who_is_in_several_small_groups_is_one_customer(self):
        for store in self.stores:
            self.gaps("product", 2, 3, team_id=store.id)
        self.assertFalse(self.shown(self.get("gap", "team")))
        rest, total = (self.get("gap", "team")[name] for name in ("rest", "total"))
        for name in ("value", "low", "high", "count"):
            self.assertEqual(rest[name], total[name])

    def test_small_groups_of_any_kind_are_together(self):
        self.company_partner.country_id = self.env.ref("base.fr")
        for days, person in enumerate((self.company_partner, self.customer, self.people[0])):
            for score in (9, 9, 0):
                self.answer(score, partner_id=person.id, date=f"2026-0{days + 1}-02 10:00:00")
        for group_by in (
            *("month", "day", "partner:country_id", "partner:ref", "partner:lang"),
            *("partner:is_company", "product_category"),
        ):
            figures = self.get("nps", group_by)
            rows = [*figures["groups"], figures["rest"]]
            self.assertEqual(sum(row["count"] for row in rows), 9, group_by)
            self.assertTrue(all(row["has_figure"] for row in figures["groups"]))
        self.assertEqual(self.get("nps", "month")["rest"]["group_count"], 3)

    def test_the_total_of_too_few_has_no_figure_either(self):
        self.answer(1, 2, team_id=self.stores[0].id)
        self.answer(3, team_id=self.stores[1].id)
        figures = self.get("nps", "team")
        self.assertFalse(self.shown(figures))
        self.assertEqual(figures["total"], {"has_figure": False, "count": 3})
        self.assertFalse(figures["rest"]["has_figure"])
        with self.assertRaises(UserError):
            self.answers.get_answers_action("nps")

    def test_weighted_figures_count_their_weakest_dimension(self):
        self.dimensions["product"].weight = self.dimensions["service"].weight = 50
        for store, few in zip(self.stores[:3], (2, 9, 9), strict=True):
            self.gaps("product", *[1] * 9, team_id=store.id)
            self.gaps("service", *[1] * few, team_id=store.id)
        figures = self.get("servqual", "team")
        self.assertEqual(list(self.shown(figures)), ["B", "C"])
        self.assertEqual(figures["rest"]["count"], 11)

    def test_figures_are_here_alone(self):
        """Pivots, graphs and lists count answers; trends of customers are not averaged either."""
        for model in ("crm.feedback", "crm.customer.trend"):
            numbers = {
                name: description.get("aggregator")
                for name, description in self.env[model].fields_get().items()
                if description["type"] == "float"
            }
            self.assertGreater(len(numbers), 4)
            self.assertEqual(set(numbers.values()), {None}, model)
        for kind in ("list", "pivot", "graph"):
            arch = self.answers.get_view(view_type=kind)["arch"]
            self.assertNotIn("measure", arch)
            self.assertNotIn("avg=", arch)

    def test_saved_averages_become_counts(self):
        saved = self.env["ir.filters"].create(
            [
                {"name": name, "model_id": "crm.feedback", "user_ids": False, "context": context}
                for name, context in (
                    ("Pivot", "{'pivot_measures': ['score'], 'group_by': ['team_id']}"),
                    ("Graph", "{'graph_measure': 'score_normalised', 'graph_mode': 'bar'}"),
                    ("Count", "{'pivot_measures': ['__count']}"),
                )
            ]
        )
        path = Path(__file__).parents[1] / "migrations" / "19.0.1.4.0" / "post-answers.py"
        runpy.run_path(str(path))["migrate"](self.env.cr, "19.0.1.3.0")
        self.assertEqual(
            [literal_eval(one.context) for one in saved],
            [
                {"pivot_measures": ["__count"], "group_by": ["team_id"]},
                {"graph_measure": "__count", "graph_mode": "bar"},
                {"pivot_measures": ["__count"]},
            ],
        )

    def test_comments_need_more(self):
        self.answer(*[5] * 9, comment="Too slow")
        self.assertEqual(self.answers.get_comments()["comments"], [])
        self.answer(6, comment="Fine", partner_id=False)
        answer = self.answers.get_comments()
        self.assertTrue(answer["has_comments"])
        self.assertEqual(len(answer["comments"]), 10)
        self.assertEqual(
            {row["customer"] for row in answer["comments"]}, {"", self.customer.display_name}
        )

    # ------------------------------------------------------------
    # Answers behind
    # ------------------------------------------------------------

    def test_the_answers_behind_a_figure(self):
        self.answer(*[10] * 5, team_id=self.stores[0].id)
        self.answer(*[0] * 6)
        self.answer(*[5] * 5, metric="csat")
        for group_by in ("team", "month", "quarter", "partner:country_id", "partner:is_company"):
            for group in self.get("nps", group_by)["groups"]:
                action = self.answers.get_answers_action("nps", group_by, group["key"])
                found = self.answers.search_count(action["domain"])
                self.assertEqual(found, group["count"], (group_by, group))
        action = self.answers.get_answers_action("nps", date_from="2026-11-01")
        self.assertEqual(self.answers.search_count(action["domain"]), 11)
        with self.assertRaises(UserError):
            self.answers.get_answers_action("nps", "team", 12345678)

    # ------------------------------------------------------------
    # Who, and what else may be asked
    # ------------------------------------------------------------

    def test_only_what_the_caller_may_read(self):
        self.answer(*[10] * 5)
        self.answer(*[0] * 5, partner_id=self.foreign_partner.id, company_id=self.other_company.id)
        self.assertEqual(self.get("nps")["total"]["value"], 100)
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads this customer",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.customer.id})]",
            }
        )
        self.assertFalse(self.get("nps")["total"]["has_figure"])
        for user in (self.salesperson, new_test_user(self.env, "figures_plain", "base.group_user")):
            answers = self.env["crm.feedback"].with_user(user)
            for call in (
                lambda answers=answers: answers.get_figures("nps"),
                lambda answers=answers: answers.get_figure_choices(),
                lambda answers=answers: answers.get_comments(),
                lambda answers=answers: answers.get_answers_action("nps"),
            ):
                with self.assertRaises(AccessError):
                    call()

    def test_bad_questions(self):
        self.answer(*[10] * 5)
        for metric in ("stars", None, 5, [], {}, True, "nps "):
            with self.assertRaises(UserError, msg=str(metric)):
                self.get(metric)
        for group_by in (
            *("stars", 5, [], {"a": 1}, "partner:signup_type", "partner:password", "partner:"),
            *(
                "partner:name.id",
                "partner:message_ids",
                "partner_id",
                "x" * 10**5,
            ),
        ):
            with self.assertRaises(UserError, msg=str(group_by)[:50]):
                self.get("nps", group_by)
        for domain in (
            *("[]", 5, {"a": 1}, [["nothing", "=", 1]], [["partner_id.signup_type", "=", "x"]]),
            *([["user_id.password", "=", "x"]], [["id", "=", {}]], ["&"], [[]], [["id", "?", 1]]),
            [["create_uid.totp_secret", "!=", False]],
        ):
            with self.assertRaises(UserError, msg=str(domain)):
                self.get("nps", domain=domain)
        for days in (
            {"date_from": "yesterday"},
            {"date_from": 5},
            {"date_to": []},
            {"date_from": "2026-02-30"},
            {"date_from": "2026-02-02", "date_to": "2026-02-01"},
            {"date_from": "99999-01-01"},
        ):
            with self.assertRaises(UserError, msg=str(days)):
                self.get("nps", **days)
        for limit in (0, 201, "5", True, None, 1.5):
            with self.assertRaises(UserError, msg=str(limit)):
                self.answers.get_comments(limit=limit)

    def test_no_answers_at_all(self):
        for metric in [choice["key"] for choice in self.answers.get_figure_choices()["metrics"]]:
            for group_by in (None, "team", "month", "partner:country_id"):
                figures = self.get(metric, group_by)
                self.assertEqual((figures["groups"], figures["rest"]["group_count"]), ([], 0))
                self.assertEqual(figures["total"], {"has_figure": False, "count": 0})
