"""Helpers of the tests: orders without the cost of confirming them, users of every role."""

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class TargetsCase(TransactionCase):
    """Nested teams with a seller each; `order()` makes a confirmed order of a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env["res.company"].create({"name": "Measured"})
        cls.company.partner_id.tz = False
        cls.company.resource_calendar_id.tz = "UTC"
        cls.env.user.write(
            {"company_ids": [Command.link(cls.company.id)], "company_id": cls.company.id}
        )
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        prefix = "crm_targets.group_crm_targets"
        cls.admin = cls._user("measure_admin", f"{prefix}_admin,sales_team.group_sale_manager")
        cls.lead = cls._user("measure_lead", f"{prefix}_lead")
        cls.seller = cls._user("measure_seller", f"{prefix}_user,sales_team.group_sale_salesman")
        cls.colleague = cls._user("measure_colleague", f"{prefix}_user")
        cls.region = cls.env["crm.team"].create(
            {"name": "Region", "company_id": cls.company.id, "user_id": cls.lead.id}
        )
        cls.store = cls.env["crm.team"].create(
            {
                "name": "Store",
                "company_id": cls.company.id,
                "parent_id": cls.region.id,
                "member_ids": [Command.set((cls.seller | cls.colleague).ids)],
            }
        )
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.product = cls.env["product.product"].create(
            {"name": "Phone", "list_price": 100.0, "taxes_id": [Command.clear()]}
        )
        cls.indicators = cls.env["crm.indicator"]
        cls.values = cls.env["crm.indicator.value"]

    @classmethod
    def _user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def order(cls, date_order, amount=100.0, **values):
        """A confirmed order over `amount`, by default of the seller in the store."""
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "team_id": cls.store.id,
                "user_id": cls.seller.id,
                "state": "sale",
                "date_order": date_order,
                "order_line": [
                    Command.create({"product_id": cls.product.id, "price_unit": amount})
                ],
                **values,
            }
        )

    @classmethod
    def indicator(cls, code, **values):
        """An indicator that counts confirmed orders, unless `values` say otherwise."""
        return cls.indicators.create(
            {
                "name": code.replace("_", " ").capitalize(),
                "code": f"test_{code}",
                "perspective_id": cls.env.ref("crm_targets.crm_perspective_finance").id,
                "model_name": "sale.order",
                "domain": "[('state', '=', 'sale')]",
                "date_field": "date_order",
                "team_field": "team_id",
                "user_field": "user_id",
                "company_field": "company_id",
                **values,
            }
        )

    def refresh(self, *indicators, date_from="2026-01-01", date_to="2026-12-31"):
        """Measure as the administrator and expect no problem."""
        codes = [indicator.code for indicator in indicators]
        result = self.indicators.with_user(self.admin).refresh(codes, date_from, date_to)
        self.assertEqual(result, {"measured": codes, "errors": []})

    def figures(self, indicator, granularity="month", scope="company"):
        """`{(first day, unit): value}`; the unit is a team, a person or a company."""
        unit = {"company": "company_id", "team": "team_id", "person": "user_id"}[scope]
        rows = self.values.search(
            [
                ("indicator_id", "=", indicator.id),
                ("granularity", "=", granularity),
                ("scope", "=", scope),
            ]
        )
        return {(str(row.date_from), row[unit]): row.value for row in rows}
