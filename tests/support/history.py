"""A database that has been in use before our addons come: code for `odoo shell`."""

# Leads in every state, orders in every state, cards with and without points, archived ones,
# a second company, a company with contacts, an invoice that is paid.
HISTORY = """
from odoo import Command

company = env.company
env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
team = env["crm.team"].create({"name": "Old team"})
shop = env["res.partner"].create({"name": "Old shop", "is_company": True})
people = env["res.partner"].create(
    [{"name": f"Old customer {n}", "parent_id": shop.id if n % 2 else False} for n in range(6)])
leads = env["crm.lead"].create(
    [{"name": f"Old lead {n}", "type": "opportunity", "partner_id": partner.id,
      "team_id": team.id} for n, partner in enumerate(people)])
leads[0].action_set_won()
leads[1].action_set_lost()
leads[2].active = False

product = env["product.product"].create(
    {"name": "Old product", "list_price": 50, "invoice_policy": "order"})

def make_program(name, **values):
    return env["loyalty.program"].create({
        "name": name, "program_type": "loyalty", "applies_on": "both", "trigger": "auto",
        "rule_ids": [Command.create({"reward_point_mode": "money", "reward_point_amount": 1})],
        **values,
    })

program = make_program("Old program")
cards = env["loyalty.card"].create(
    [{"program_id": program.id, "partner_id": partner.id, "points": points}
     for partner, points in zip(people, (0, 10, 0.1, 12345.678, -5))])
cards[1].active = False
archived = make_program("Old archived program", active=False)
env["loyalty.card"].create({"program_id": archived.id, "points": 7})
other = env["res.company"].create({"name": "Old second company"})
foreign = make_program("Old program elsewhere", company_id=other.id)
env["loyalty.card"].create({"program_id": foreign.id, "points": 3})

orders = env["sale.order"].create([
    {"partner_id": partner.id, "team_id": team.id, "order_line": [
        Command.create({"product_id": product.id, "product_uom_qty": 2})]}
    for partner in people])
for order in orders[:4]:
    order.action_confirm()
orders[3]._action_cancel()
invoice = orders[0]._create_invoices()
invoice.action_post()
env["account.payment.register"].with_context(
    active_model="account.move", active_ids=invoice.ids).create({})._create_payments()
"""

# What people do with our addons, so that an uninstall has something to clear away: rows in
# every table, an approved target with messages and followers, a default value.
USE = """
partner = env["res.partner"].search([("name", "=", "Old customer 0")], limit=1)
user = env.ref("base.user_admin")
events = [{"source": "use", "external_id": str(n), "date": "2026-11-20", "channel": "phone",
           "partner_id": partner.id, "expectation": 7, "experience": 5} for n in range(20)]
assert all(a["status"] == "created" for a in env["crm.touchpoint"].with_user(user).log(events))
env["crm.indicator"].with_user(user).refresh(date_from="2026-11-01", date_to="2026-11-30")
program = env["loyalty.program"].search([("name", "=", "Old program")], limit=1)
env["loyalty.tier"].create([
    {"program_id": program.id, "name": name, "min_points": points}
    for name, points in (("Silver", 0), ("Gold", 100))])
card = env["loyalty.card"].search([("partner_id", "=", partner.id)], limit=1)
card.points += 1000
env["crm.scorecard"].create({"name": "Use"})
target = env["crm.target"].create({
    "indicator_id": env["crm.indicator"].search([], limit=1).id, "granularity": "month",
    "date_from": "2026-11-01", "scope": "company", "company_id": env.company.id, "value": 5})
target.message_post(body="Agreed.")
target.message_subscribe(partner.ids)
target.action_approve()
env["ir.default"].set("crm.touchpoint", "direction", "out")
source = env["crm.touchpoint.source"].create({
    "name": "Use", "model_name": "account.analytic.account", "partner_field": "partner_id",
    "channel_id": env["crm.touchpoint.channel"].search([], limit=1).id})
env["account.analytic.account"].create({
    "name": "Use", "partner_id": partner.id,
    "plan_id": env["account.analytic.plan"].search([], limit=1).id
    or env["account.analytic.plan"].create({"name": "Use"}).id})
env["crm.touchpoint.backfill"].action_start_all()
env["crm.touchpoint.backfill"]._write_all()
"""
