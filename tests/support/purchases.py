"""The CDNOW history as sales orders, measured by the indicators that we ship.

Runs in `odoo shell`, prints one line of JSON and leaves nothing behind.
"""

# `{path!r}` is the file: customer, number in the sample, day, quantity, value.
ORDERS = """
import json
from pathlib import Path
company = env["res.company"].create({{"name": "CDNOW"}})
company.resource_calendar_id.tz = "UTC"
company.partner_id.tz = "UTC"
lines = [line.split() for line in Path({path!r}).read_text().splitlines()]
numbers = sorted({{line[0] for line in lines}})
partners = env["res.partner"].create([{{"name": number}} for number in numbers])
partner_ids = dict(zip(numbers, partners.ids))
pattern = env["sale.order"].create({{"partner_id": partners[0].id, "company_id": company.id}})
env.flush_all()
env.cr.execute("SELECT * FROM sale_order WHERE id = %s", [pattern.id])
[row] = env.cr.dictfetchall()
row = {{name: value for name, value in row.items() if value is not None and name != "id"}}
for number, (customer, _sample, day, _quantity, value) in enumerate(lines):
    partner_id = partner_ids[customer]
    row |= {{
        "name": f"CDNOW{{number}}", "state": "sale", "user_id": None, "team_id": None,
        "date_order": f"{{day[:4]}}-{{day[4:6]}}-{{day[6:]}} 12:00:00", "amount_total": value,
        "partner_id": partner_id, "partner_invoice_id": partner_id,
        "partner_shipping_id": partner_id, "access_token": None,
    }}
    names = sorted(row)
    env.cr.execute(
        "INSERT INTO sale_order (" + ", ".join(names) + ") VALUES ("
        + ", ".join(["%s"] * len(names)) + ")", [row[name] for name in names])
pattern.unlink()
codes = ["active_customers_12m", "active_customers_growth", "customer_retention", "new_customers",
         "orders", "signed_amount", "active_customers"]
answer = env["crm.indicator"].refresh(codes, "1997-01-01", "1998-12-31")
assert not answer["errors"], answer
env.cr.execute(
    "SELECT i.code, to_char(v.date_from, 'YYYY-MM'), v.value"
    "  FROM crm_indicator_value v JOIN crm_indicator i ON i.id = v.indicator_id"
    " WHERE v.company_id = %s AND v.scope = 'company' AND v.granularity = 'month'", [company.id])
figures = {{}}
for code, month, value in env.cr.fetchall():
    figures.setdefault(code, {{}})[month] = value
env.cr.rollback()
print("FIGURES " + json.dumps(figures))
"""
