"""Rows of the reports at a place, for the access matrix: documents that they are made of."""

from odoo.fields import Command


class MoneyPlaces:
    """Factories of `AccessMatrixCase`: one `_report_<model>` for each report."""

    def _find(self, model, domain):
        self.env.flush_all()
        return self.env[model].search(domain, limit=1)

    def _make_order(self, place):
        product = self.env["product.product"].create({"name": place.key, "list_price": 100.0})
        return self.env["sale.order"].create(
            {
                "partner_id": place.partner.id,
                "company_id": place.company.id,
                "user_id": place.user.id,
                "team_id": place.team.id,
                "state": "sale",
                "order_line": [
                    Command.create({"product_id": product.id, "tax_ids": [Command.clear()]})
                ],
            }
        )

    def _make_lead(self, place, **values):
        return self.env["crm.lead"].create(
            {
                "name": place.key,
                "type": "opportunity",
                "company_id": place.company.id,
                "user_id": place.user.id,
                "team_id": place.team.id,
                **values,
            }
        )

    def _make_campaign(self, place):
        return self.env["utm.campaign"].create({"title": place.key, "user_id": place.user.id})

    def _get_books(self, company):
        """A journal and accounts of a company that has no chart of accounts."""
        books = type(self).__dict__.get("_books") or {}
        if company not in books:
            env = self.env(context={**self.env.context, "allowed_company_ids": company.ids})
            accounts = {
                kind: env["account.account"].create(
                    {
                        "name": kind,
                        "code": f"9{number}{company.id}",
                        "account_type": kind,
                        "reconcile": kind == "asset_receivable",
                        "company_ids": [Command.set(company.ids)],
                    }
                )
                for number, kind in enumerate(("asset_receivable", "asset_cash", "income"))
            }
            journals = {
                kind: env["account.journal"].create(
                    {"name": kind, "type": kind, "code": kind[:3], "company_id": company.id}
                )
                for kind in ("sale", "general")
            }
            books[company] = (env, accounts, journals)
            type(self)._books = books
        return books[company]

    def _make_payment(self, order):
        """An invoice of the order that is paid."""
        env, accounts, journals = self._get_books(order.company_id)
        receivable = accounts["asset_receivable"]
        order.partner_id.with_env(env).property_account_receivable_id = receivable
        invoice = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": order.partner_id.id,
                "journal_id": journals["sale"].id,
                "invoice_date": "2026-05-01",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Sold",
                            "price_unit": 100.0,
                            "account_id": accounts["income"].id,
                            "tax_ids": [Command.clear()],
                            "sale_line_ids": [Command.set(order.order_line.ids)],
                        }
                    )
                ],
            }
        )
        payment = env["account.move"].create(
            {
                "journal_id": journals["general"].id,
                "date": "2026-05-02",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "balance": balance,
                            "partner_id": order.partner_id.id,
                        }
                    )
                    for account, balance in ((accounts["asset_cash"], 100), (receivable, -100))
                ],
            }
        )
        (invoice | payment).action_post()
        lines = (invoice | payment).line_ids
        lines.filtered(lambda line: line.account_id == receivable).reconcile()

    def _report_crm_sales_report(self, place):
        return self._find("crm.sales.report", [("order_id", "=", self._make_order(place).id)])

    def _report_crm_sales_summary_report(self, place):
        order = self._make_order(place)
        return self._find("crm.sales.summary.report", [("order_id", "=", order.id)])

    def _report_crm_collection_plan_report(self, place):
        order = self._make_order(place)
        return self._find("crm.collection.plan.report", [("order_id", "=", order.id)])

    def _report_crm_collection_report(self, place):
        order = self._make_order(place)
        self._make_payment(order)
        return self._find("crm.collection.report", [("order_id", "=", order.id)])

    def _report_crm_hot_lead_report(self, place):
        return self._find("crm.hot.lead.report", [("lead_id", "=", self._make_lead(place).id)])

    def _report_crm_funnel_report(self, place):
        return self._find("crm.funnel.report", [("lead_id", "=", self._make_lead(place).id)])

    def _report_crm_campaign_report(self, place):
        campaign = self._make_campaign(place)
        self._make_lead(place, campaign_id=campaign.id)
        return self._find("crm.campaign.report", [("campaign_id", "=", campaign.id)])

    def values_utm_campaign_cost(self, place):
        return {
            "campaign_id": self._make_campaign(place).id,
            "company_id": place.company.id,
            "currency_id": place.company.currency_id.id,
            "amount": 10.0,
        }
