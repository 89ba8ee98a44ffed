from datetime import datetime, timedelta

from lxml import etree
from odoo.addons.crm_targets.tests.money import MoneyCase
from odoo.fields import Command
from odoo.tests import HttpCase, get_db_name, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

REPORTS = {
    "crm.collection.report": ("commercial_partner_id", "amount:sum"),
    "crm.collection.plan.report": ("age", "amount:sum"),
    "crm.sales.summary.report": ("month:month", "change_rate:avg"),
    "crm.sales.report": ("product_tmpl_id", "amount_untaxed:sum"),
    "crm.hot.lead.report": ("stage_id", "urgency:avg"),
    "crm.funnel.report": ("stage_id", "conversion:avg"),
    "crm.campaign.report": ("campaign_id", "return_rate:avg"),
}


@tagged("post_install", "-at_install")
class TestReportApi(MoneyCase, HttpCase):
    """The reports read from outside, over XML-RPC and JSON-2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director = new_test_user(
            cls.env,
            "report_director",
            "crm_targets.group_crm_targets_admin",
            password="report_director",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        campaign = cls.env["utm.campaign"].create({"title": "Spring", "user_id": cls.lead.id})
        cls.env["crm.lead"].create(
            {
                "name": "Asked",
                "type": "opportunity",
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
                "campaign_id": campaign.id,
            }
        )
        order = cls.order("2026-03-01 10:00:00", 100.0)
        cls.pay(cls.invoice([(100.0, order.order_line)], "2026-03-02"), "2026-03-10", 60.0)
        cls.env.flush_all()

    def test_filters_groups_and_export(self):
        """Every saved filter and group of the search views works, and rows can be exported by
        whoever may export and read the documents they name, as anywhere in Odoo."""
        exporter = self._user(
            "report_exporter",
            "crm_targets.group_crm_targets_admin,sales_team.group_sale_manager,"
            "account.group_account_readonly,base.group_allow_export",
        )
        for model in REPORTS:
            report = self.env[model].with_user(self.director)
            arch = report.get_views([(False, "search")])["views"]["search"]["arch"]
            for node in etree.fromstring(arch).iter("filter"):
                with self.subTest(model=model, filter=node.get("name")):
                    if node.get("domain"):
                        domain = safe_eval(node.get("domain"), {"uid": self.director.id})
                        report.search_count(domain)
                    if node.get("context"):
                        group = safe_eval(node.get("context"))["group_by"]
                        self.assertTrue(report.formatted_read_group([], [group], ["__count"]))
            with self.subTest(model=model, export=True):
                names = [name for name in report._fields if name not in ("id", "display_name")]
                rows = report.with_user(exporter).search([], limit=3)
                self.assertTrue(rows.export_data(names)["datas"])

    def assert_read(self, call):
        for model, (groupby, aggregate) in REPORTS.items():
            with self.subTest(model=model):
                groups = call(
                    model,
                    "formatted_read_group",
                    {"domain": [], "groupby": [groupby], "aggregates": [aggregate, "__count"]},
                )
                rows = call(model, "search_read", {"domain": [], "limit": 5})
                names = self.env[model].fields_get().items()
                fields_ = {
                    name: {"fields": {"display_name": {}}} if field["type"] == "many2one" else {}
                    for name, field in names
                }
                shown = call(model, "web_search_read", {"domain": [], "specification": fields_})
                self.assertTrue(groups and rows and shown["records"])
                self.assertLess(max(row["id"] for row in rows), 2**31)

    def test_xmlrpc(self):
        def call(model, method, arguments):
            return self.xmlrpc_object.execute_kw(
                get_db_name(), self.director.id, "report_director", model, method, [], arguments
            )

        self.assert_read(call)

    def test_json2(self):
        director = self.env["res.users.apikeys"].with_user(self.director)
        key = director._generate("rpc", "Report", datetime.now() + timedelta(days=1))

        def call(model, method, arguments):
            answer = self.url_open(
                f"/json/2/{model}/{method}",
                json=arguments,
                headers={"Authorization": f"Bearer {key}"},
            )
            self.assertEqual(answer.status_code, 200, answer.text)
            return answer.json()

        self.assert_read(call)
