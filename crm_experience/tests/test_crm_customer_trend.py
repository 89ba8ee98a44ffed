from odoo.tests import tagged

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestCrmCustomerTrend(CrmExperienceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trends = cls.env["crm.customer.trend"].with_user(cls.service)

    def answer(self, partner, *scores, metric="nps"):
        """Answers in the months of 2026."""
        self.env["crm.feedback"].create(
            [
                {
                    "partner_id": partner.id,
                    "metric": metric,
                    "score": score,
                    "date": f"2026-{month:02}-10 10:00:00",
                    "user_id": self.service.id,
                }
                for month, score in enumerate(scores, 1)
            ]
        )
        self.env.flush_all()

    def trend(self, partner):
        return self.trends.search([("partner_id", "=", partner.id)])

    def test_a_promoter_turned_detractor(self):
        cases = [
            ((9, 6), True, "2026-02-10"),
            ((10, 7, 3), True, "2026-03-10"),
            ((10, 2, 1), True, "2026-02-10"),
            ((10, 2, 9, 0), True, "2026-04-10"),
            ((10, 2, 9), False, ""),
            ((10, 7), False, ""),
            ((6, 0), False, ""),
            ((0, 10), False, ""),
            ((5,), False, ""),
        ]
        partners = self.env["res.partner"].create([{"name": str(case[0])} for case in cases])
        for partner, (scores, _is_turned, _date) in zip(partners, cases, strict=True):
            self.answer(partner, *scores)
        for partner, (scores, is_turned, date) in zip(partners, cases, strict=True):
            trend = self.trend(partner)
            self.assertEqual(trend.is_turned, is_turned, scores)
            self.assertEqual(str(trend.turned_date or "")[:10], date, scores)
            self.assertEqual((trend.nps_last, trend.nps_best), (scores[-1], max(scores)))
        listed = self.trends.search([("partner_id", "in", partners.ids)])
        self.assertEqual(listed.mapped("is_turned"), [True] * 4 + [False] * 5, "these stand out")
        turned = partners.filtered(lambda partner: self.trend(partner).is_turned)
        found = self.env["res.partner"].with_user(self.service)
        self.assertEqual(
            found.search([("id", "in", partners.ids), ("is_turned_detractor", "=", True)]), turned
        )
        self.assertEqual(
            found.search([("id", "in", partners.ids), ("is_turned_detractor", "!=", True)]),
            partners - turned,
        )
        self.assertEqual(partners.with_user(self.service).filtered("is_turned_detractor"), turned)

    def test_the_course_over_all_metrics(self):
        self.answer(self.customer, 5, 3, 1, metric="csat")
        trend = self.trend(self.customer)
        self.assertEqual(trend.course, "10.0 5.0 0.0")
        self.assertEqual((trend.score_last, trend.score_before, trend.score_change), (0, 7.5, -7.5))
        self.assertFalse(trend.has_recommendation or trend.is_turned)
        self.assertEqual(trend.answer_count, 3)
        answers = self.env["crm.feedback"].with_user(self.service)
        self.assertEqual(answers.search_count(trend.action_view_answers()["domain"]), 3)

    def test_only_the_last_are_drawn(self):
        self.answer(self.customer, *[7] * 12)
        self.answer(self.customer, *[1] * 3, metric="csat")
        self.assertEqual(len(self.trend(self.customer).course.split()), 12)

    def test_turned_customers_stand_out(self):
        self.answer(self.customer, 10, 3)
        alerts = self.customer.with_user(self.service)._get_customer_alerts()
        [alert] = [alert for alert in alerts if alert["kind"] == "turned"]
        self.assertEqual((alert["level"], alert["action"]["model"]), ("danger", "crm.feedback"))
        self.assertFalse(self.contact.with_user(self.service)._get_customer_alerts())

    def test_queries_do_not_grow_with_customers(self):
        partners = self.env["res.partner"].create([{"name": str(number)} for number in range(20)])
        for partner in partners:
            self.answer(partner, 10, 2)
        partners = partners.with_user(self.service)

        def count(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(some.filtered("is_turned_detractor")), len(some))
            return self.env.cr.sql_log_count - before

        # what is asked once per process: groups of the user and rules
        count(partners[:1])
        self.assertEqual(count(partners), count(partners[:2]))
