"""Odoo's own documents with the addons against without: leads, orders, invoices, partner list.

The database without our addons has the same loyalty program as the one with them; there
it has tiers on top, so that our features are in play where an order is confirmed.
"""

from lxml import etree
from odoo import Command

from .harness import Task, count_queries, multiply

GOAL = 1.15
PAIRS = 30
LIST_LIMIT = 80
PARTNERS = 5000


DOCUMENTS = {
    "lead_create": "lead create",
    "lead_write": "lead write (stage moved)",
    "order_confirm": "order confirm",
    "invoice_post": "invoice post",
    "partner_list": f"partner list of {LIST_LIMIT}",
}


class Documents:
    """The same documents in one of the two environments.

    :param in_play: with a loyalty program, which earns points; tiers too, where there are any
    """

    def __init__(self, env, *, in_play=True):
        self.env = env
        admin = env(su=True)
        if not admin.company.chart_template:
            admin["account.chart.template"].try_loading(
                "generic_coa", admin.company, install_demo=False
            )
        partner = admin["res.partner"].create({"name": "Listed", "email": "bench@example.com"})
        multiply(
            partner,
            PARTNERS,
            name="'Listed ' || i",
            complete_name="'Listed ' || i",
            email="'bench' || i || '@example.com'",
        )
        product = admin["product.product"].create(
            {"name": "Bench product", "list_price": 50.0, "invoice_policy": "order"}
        )
        if in_play:
            make_program(admin, partner)
        self.partner = partner.with_env(env)
        self.product = product.with_env(env)
        self.stage = env["crm.stage"].search([], limit=1, offset=1)
        env.cr.commit()

    def lead_create(self):
        return Task(self.env, self._create_lead)

    def _create_lead(self):
        return self.env["crm.lead"].create(
            {"name": "Bench lead", "partner_id": self.partner.id, "type": "opportunity"}
        )

    def lead_write(self):
        return Task(
            self.env,
            lambda lead: lead.write({"stage_id": self.stage.id, "expected_revenue": 100.0}),
            self._create_lead,
        )

    def order_confirm(self):
        return Task(self.env, lambda order: order.action_confirm(), self._create_order)

    def _create_order(self):
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "product_uom_qty": quantity})
                    for quantity in (1, 2, 3)
                ],
            }
        )

    def invoice_post(self):
        return Task(self.env, lambda invoice: invoice.action_post(), self._create_invoice)

    def _create_invoice(self):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.product.id, "quantity": quantity})
                    for quantity in (1, 2, 3)
                ],
            }
        )

    def partner_list(self):
        partners = self.env["res.partner"]
        views = partners.get_views([(self.env.ref("base.view_partner_tree").id, "list")])
        names = etree.fromstring(views["views"]["list"]["arch"]).xpath("/list/field/@name")
        specification = {
            name: {"fields": {"display_name": {}}} if partners._fields[name].relational else {}
            for name in names
        }
        return Task(
            self.env,
            lambda: partners.web_search_read(
                [("name", "like", "Listed")], specification, limit=LIST_LIMIT
            ),
        )


def make_program(env, partner):
    """A program of Odoo's own, with tiers where our addons are."""
    program = env["loyalty.program"].create(
        {
            "name": "Bench program",
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "rule_ids": [Command.create({"reward_point_mode": "money", "reward_point_amount": 1})],
        }
    )
    if "loyalty.tier" in env:
        env["loyalty.tier"].create(
            [
                {"program_id": program.id, "name": name, "min_points": points}
                for name, points in (("Silver", 0), ("Gold", 500), ("Platinum", 5000))
            ]
        )
    env["loyalty.card"].create({"program_id": program.id, "partner_id": partner.id})


def measure(bench):
    ours = Documents(bench.env)
    theirs = Documents(bench.bare)
    for name, what in DOCUMENTS.items():
        mine, other = getattr(ours, name)(), getattr(theirs, name)()
        note = f"{count_queries(mine)} / {count_queries(other)} queries"
        bench.compare(f"{what}, with against without", GOAL, mine, other, pairs=PAIRS, note=note)
