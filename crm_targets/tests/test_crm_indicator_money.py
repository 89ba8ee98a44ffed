from random import Random

from odoo.addons.crm_targets.tests.money import MoneyCase
from odoo.tests import freeze_time, tagged

# Every statement is written by hand against the documents themselves, not against the reports.
# They answer (month, team, person, amount) of the company %(company)s.
_ORDER_OF_INVOICE = """
    LEFT JOIN LATERAL (
        SELECT s.user_id, s.team_id, s.id FROM account_move_line l
          JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
          JOIN sale_order_line o ON o.id = r.order_line_id
          JOIN sale_order s ON s.id = o.order_id
         WHERE l.move_id = m.id LIMIT 1) ord ON TRUE
"""
COLLECTED = f"""
    SELECT date_trunc('month', p.date)::date, ord.team_id, ord.user_id, sum(cash.balance)
      FROM account_payment p
      JOIN account_move_line cash ON cash.move_id = p.move_id
       AND cash.account_id = p.outstanding_account_id AND cash.parent_state = 'posted'
 LEFT JOIN account_move__account_payment link ON link.payment_id = p.id
 LEFT JOIN account_move m ON m.id = link.invoice_id
    {_ORDER_OF_INVOICE}
     WHERE p.company_id = %(company)s GROUP BY 1, 2, 3
"""
INVOICED = f"""
    SELECT date_trunc('month', m.invoice_date)::date, ord.team_id, ord.user_id, sum(owed.balance)
      FROM account_move m
      JOIN account_move_line owed ON owed.move_id = m.id
      JOIN account_account a ON a.id = owed.account_id AND a.account_type = 'asset_receivable'
    {_ORDER_OF_INVOICE}
     WHERE m.move_type IN ('out_invoice', 'out_refund') AND m.state = 'posted'
       AND m.company_id = %(company)s GROUP BY 1, 2, 3
"""
PLANNED = INVOICED.replace("m.invoice_date", "owed.date_maturity")
# At the end of each month: what was owed by then, less what had been settled by then.
OPEN = f"""
    SELECT months.day::date, ord.team_id, ord.user_id, sum(owed.balance - COALESCE((
               SELECT sum(CASE WHEN part.debit_move_id = owed.id THEN part.amount
                               ELSE -part.amount END)
                 FROM account_partial_reconcile part
                WHERE owed.id IN (part.debit_move_id, part.credit_move_id)
                  AND part.max_date < months.day + interval '1 month'), 0))
      FROM generate_series(date '2026-01-01', '2026-12-01', interval '1 month') months(day)
      JOIN account_move m ON m.state = 'posted' AND m.company_id = %(company)s
       AND m.move_type IN ('out_invoice', 'out_refund')
       AND m.invoice_date < months.day + interval '1 month'
      JOIN account_move_line owed ON owed.move_id = m.id
      JOIN account_account a ON a.id = owed.account_id AND a.account_type = 'asset_receivable'
    {_ORDER_OF_INVOICE}
     WHERE TRUE GROUP BY 1, 2, 3
"""
OVERDUE = OPEN.replace(
    "WHERE TRUE", "WHERE owed.date_maturity < months.day + interval '1 month' - interval '1 day'"
)
CAMPAIGN_COST = """
    SELECT date_trunc('month', c.date)::date, NULL, NULL, sum(c.amount / COALESCE((
               SELECT r.rate FROM res_currency_rate r
                WHERE r.currency_id = c.currency_id AND r.name <= c.date
             ORDER BY r.name DESC LIMIT 1), 1))
      FROM utm_campaign_cost c
     WHERE c.kind = 'actual' AND c.active AND c.company_id = %(company)s GROUP BY 1
"""
CAMPAIGN_NEW = """
    SELECT date_trunc('month', s.date_order)::date, NULL, NULL, count(*)
      FROM sale_order s JOIN res_partner p ON p.id = s.partner_id
     WHERE s.state = 'sale' AND s.campaign_id IS NOT NULL AND s.company_id = %(company)s
       AND s.id = (SELECT f.id FROM sale_order f JOIN res_partner q ON q.id = f.partner_id
                    WHERE f.state = 'sale' AND q.commercial_partner_id = p.commercial_partner_id
                 ORDER BY f.date_order, f.id LIMIT 1)
  GROUP BY 1
"""
CAMPAIGN_COLLECTED = COLLECTED.replace("ord.team_id, ord.user_id", "NULL, NULL").replace(
    "WHERE p.company_id",
    "JOIN sale_order named ON named.id = ord.id AND named.campaign_id IS NOT NULL "
    "WHERE p.company_id",
)


@tagged("post_install", "-at_install")
@freeze_time("2026-12-31 12:00:00")
class TestIndicatorMoney(MoneyCase):
    """The shipped indicators of money against SQL written by hand, on generated documents."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = Random(19)
        cls.other_store = cls.env["crm.team"].create(
            {"name": "Other Store", "company_id": cls.company.id, "parent_id": cls.region.id}
        )
        cls.buyers = cls.env["res.partner"].create([{"name": f"Buyer {n}"} for n in range(5)])
        cls.buyers |= cls.env["res.partner"].create(
            {"name": "Her assistant", "parent_id": cls.buyers[0].id}
        )
        cls.campaign = cls.env["utm.campaign"].create({"title": "Spring"})
        for number in range(24):
            cls._make_documents(number)
        for month in (2, 5, 9):
            cls.env["utm.campaign.cost"].create(
                {
                    "campaign_id": cls.campaign.id,
                    "date": f"2026-{month:02}-10",
                    "amount": 100.0 * month,
                    "currency_id": (cls.foreign if month > 4 else cls.company.currency_id).id,
                    "company_id": cls.company.id,
                    "active": month != 9,
                }
            )
        cls._make_other_company()
        # People and teams change afterwards; what they did stays where it was.
        cls.buyers[3].active = False
        cls.other_store.active = False
        cls.store.crm_team_member_ids.action_archive()
        cls.colleague.active = False
        cls.env.flush_all()

    @classmethod
    def _make_other_company(cls):
        """A few documents of another company, whose figures must stay apart."""
        own = (cls.company, cls.bank, cls.seller, cls.colleague, cls.store, cls.other_store)
        cls.other_company = cls.env["res.company"].create({"name": "Other"})
        cls.env.user.company_ids += cls.other_company
        companies = (cls.company | cls.other_company).ids
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": companies[::-1]})
        cls.company = cls.other_company
        cls.seller = cls.colleague = cls._user("money_other", "base.group_user")
        cls.store = cls.other_store = cls.env["crm.team"].create(
            {"name": "Other Company's", "company_id": cls.company.id}
        )
        cls._load_books()
        for number in range(1, 9):
            cls._make_documents(number)
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": companies})
        cls.company, cls.bank, cls.seller, cls.colleague, cls.store, cls.other_store = own

    @classmethod
    def _make_documents(cls, number):
        """An order, perhaps with an invoice, a credit note and payments of it."""
        random = cls.random
        month, day = random.randint(1, 9), random.randint(1, 28)
        amount = random.randint(100, 99999) / 100
        order = cls.order(
            f"2026-{month:02}-{day:02} 10:00:00",
            amount,
            partner_id=random.choice(cls.buyers).id,
            user_id=random.choice((cls.seller, cls.colleague)).id,
            team_id=random.choice((cls.store, cls.other_store)).id,
            campaign_id=random.choice((False, cls.campaign.id)),
        )
        if number % 8 == 7:
            order._action_cancel()
            return
        sold = order.order_line if number % 5 else None
        values = {
            "currency_id": random.choice((cls.company.currency_id, cls.foreign)).id,
            "partner_id": order.partner_id.id,
            "invoice_date_due": f"2026-{month + random.randint(0, 2):02}-{day:02}",
        }
        invoice = cls.invoice([(amount, sold)], f"2026-{month:02}-{day:02}", **values)
        if number % 4 == 1:
            note = cls.invoice(
                [(amount / 2, sold)],
                f"2026-{month + 1:02}-{day:02}",
                "out_refund",
                **{**values, "invoice_date_due": f"2026-{month + 1:02}-{day:02}"},
            )
            if number % 8 == 1:
                cls.match(invoice, note)
            else:
                cls.pay(note, f"2026-{month + 2:02}-{day:02}")
        if number % 3:
            currency = {"currency_id": values["currency_id"]}
            part = round(amount / 3, 2)
            cls.pay(invoice, f"2026-{month + 1:02}-{day:02}", part, **currency)
        if number % 6 == 1:
            payment = cls.pay(invoice, f"2026-{month + 3:02}-{day:02}", **currency)
            if number % 12 == 1:
                payment.action_draft()
                payment.action_cancel()

    def by_hand(self, statement, company=None):
        """`{(month, scope, unit): amount}`, rolled up over teams and to the company."""
        company = company or self.company
        self.env.cr.execute(statement, {"company": company.id})
        figures = {}
        for month, team, person, amount in self.env.cr.fetchall():
            units = [("company", company.id)]
            if team:
                units += [("team", team)]
                units += [("team", self.region.id)] if company == self.company else []
            if person:
                units += [("person", person)]
            for scope, unit in units:
                key = (str(month), scope, unit)
                figures[key] = figures.get(key, 0.0) + float(amount)
        return {key: round(amount, 2) for key, amount in figures.items() if round(amount, 2)}

    def measured(self, code, company=None):
        indicator = self.env.ref(f"crm_targets.crm_indicator_{code}")
        self.refresh(indicator)
        rows = self.values.search(
            [
                ("indicator_id", "=", indicator.id),
                ("granularity", "=", "month"),
                ("company_id", "=", (company or self.company).id),
            ]
        )
        return {
            (
                str(row.date_from),
                row.scope,
                {"team": row.team_id, "person": row.user_id}.get(row.scope, row.company_id).id,
            ): round(row.value, 2)
            for row in rows
            if round(row.value, 2)
        }

    def assert_agree(self, code, statement):
        for company in (self.company, self.other_company):
            expected = self.by_hand(statement, company)
            self.assertGreater(len(expected), 2)
            self.assertEqual(self.measured(code, company), expected)

    def test_collected(self):
        self.assert_agree("collected_amount", COLLECTED)

    def test_invoiced(self):
        self.assert_agree("invoiced_amount", INVOICED)

    def test_planned_collections(self):
        self.assert_agree("planned_collections", PLANNED)

    def test_overdue_share(self):
        self.assert_agree("receivables", OPEN)
        self.assert_agree("overdue_receivables", OVERDUE)
        opened, overdue = self.by_hand(OPEN), self.by_hand(OVERDUE)
        expected = {
            key: round(overdue.get(key, 0.0) / amount * 100, 2) for key, amount in opened.items()
        }
        measured = self.measured("overdue_share")
        for key, share in expected.items():
            self.assertAlmostEqual(measured.get(key, 0.0), share, delta=0.02, msg=key)

    def test_campaigns(self):
        for code, statement in (
            ("campaign_cost", CAMPAIGN_COST),
            ("campaign_collected", CAMPAIGN_COLLECTED),
            ("campaign_new_customers", CAMPAIGN_NEW),
        ):
            expected = self.by_hand(statement)
            self.assertTrue(expected, code)
            self.assertEqual(self.measured(code), expected, code)
        indicators = self.env["crm.indicator"]
        for code in ("acquisition_cost", "campaign_return"):
            indicators |= self.env.ref(f"crm_targets.crm_indicator_{code}")
        self.refresh(*indicators)
        year = {}
        for indicator in indicators:
            figures = self.figures(indicator, "year")
            year[indicator.code] = figures.get(("2026-01-01", self.company))
        cost, collected, new = (
            sum(self.by_hand(statement).values())
            for statement in (CAMPAIGN_COST, CAMPAIGN_COLLECTED, CAMPAIGN_NEW)
        )
        self.assertAlmostEqual(year["acquisition_cost"], cost / new, 2)
        self.assertAlmostEqual(year["campaign_return"], (collected / cost - 1) * 100, 2)
