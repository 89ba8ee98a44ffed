# What people do with the first landing: code for `odoo shell`, after tests/support/history.py.
# The databases of later landings begin with it, too.
# ruff: noqa: F821
from datetime import date, timedelta

from odoo import Command

company = env.company
TODAY = date.today()


def make_user(login, *groups):
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": login.title(),
                "login": login,
                "tz": "UTC",
                "group_ids": [Command.set([env.ref(group).id for group in groups])],
            }
        )
    )


lead = make_user(
    "old_lead",
    "crm_targets.group_crm_targets_lead",
    "crm_experience.group_crm_experience_lead",
    "crm_loyalty.group_crm_loyalty_lead",
)
seller = make_user(
    "old_seller",
    "sales_team.group_sale_salesman",
    "crm_targets.group_crm_targets_user",
    "crm_experience.group_crm_experience_user",
    "crm_loyalty.group_crm_loyalty_user",
)
admin = env.ref("base.user_admin")
region = env["crm.team"].create({"name": "Old region", "user_id": lead.id})
store = env["crm.team"].search([("name", "=", "Old team")])
store.write({"parent_id": region.id, "member_ids": [Command.link(seller.id)]})
customers = env["res.partner"].search([("name", "=like", "Old customer%")], order="id")
program = env["loyalty.program"].search([("name", "=", "Old program")])

# Vocabulary, settings and rules as somebody wanted them.
perspective = env.ref("crm_targets.crm_perspective_people")
perspective.write({"name": "Our people", "description": "Everybody grows.", "sequence": 99})
own = env["crm.perspective"].create({"name": "Planet", "code": "planet"})
env.ref("crm_experience.crm_journey_stage_buy").name = "Purchase"
env.ref("crm_experience.crm_touchpoint_channel_social").active = False
telex = env["crm.touchpoint.channel"].create({"name": "Telex", "code": "telex"})
store.touchpoint_channel_id = telex
env["res.config.settings"].create(
    {
        "touchpoint_capture_meeting": False,
        "loyalty_tier_window_months": 0,
        "loyalty_evaluate_tiers": False,
    }
).execute()
company.crm_targets_granularity = "month"
env["ir.default"].set("crm.touchpoint", "direction", "out")
env["ir.filters"].create(
    {"name": "Old filter", "model_id": "crm.touchpoint", "domain": "[('direction', '=', 'in')]"}
)
env.cr.commit()  # so that the change is later than the rule
env.ref(
    "crm_targets.crm_scorecard_rule_own"
).domain_force = "[('user_id', '=', user.id), ('active', '=', True)]"

# Indicators and figures.
manual = env["crm.indicator"].create(
    {
        "name": "Training hours",
        "code": "old_training",
        "source": "manual",
        "perspective_id": own.id,
        "unit": "hours",
        "decimals": 1,
    }
)
measured = env["crm.indicator"].create(
    {
        "name": "Old leads",
        "code": "old_leads",
        "perspective_id": own.id,
        "model_name": "crm.lead",
        "domain": "[('type', '=', 'opportunity')]",
        "aggregate": "count",
        "date_field": "create_date",
        "team_field": "team_id",
        "user_field": "user_id",
        "company_field": "company_id",
    }
)
for number in range(8):
    answers = (
        env["crm.indicator"]
        .with_user(admin)
        .record(
            [
                {
                    "code": "old_training",
                    "granularity": granularity,
                    "date": str(TODAY - timedelta(days=30 * number)),
                    "value": 1.5 * number,
                    **unit,
                }
                for granularity in ("week", "month")
                for unit in ({}, {"team_id": store.id}, {"user_id": seller.id})
            ]
        )
    )
    assert not any(answer["error"] for answer in answers), answers
result = env["crm.indicator"].with_user(admin).refresh()
assert measured.code in result["measured"], result

# Targets, approved and not, also of an archived indicator.
units = (
    {"scope": "company"},
    {"scope": "team", "team_id": store.id},
    {"scope": "person", "user_id": seller.id},
)
targets = env["crm.target"].create(
    [
        {
            "indicator_id": indicator.id,
            "granularity": granularity,
            "date_from": TODAY,
            "value": 10.0 + number,
            "note": "As last year.",
            **unit,
        }
        for indicator in (manual, measured)
        for granularity in ("week", "month", "quarter", "year")
        for number, unit in enumerate(units)
    ]
)
targets[::2].action_approve()
targets[0].message_post(body="Agreed.")
targets[3].active = False

# Scorecards with dated lines and kept weeks.
scorecards = env["crm.scorecard"].create(
    [{"name": f"Old {unit['scope']}", "granularity": "week", **unit} for unit in units]
)
for scorecard in scorecards:
    env["crm.scorecard.line"].create(
        [
            {"scorecard_id": scorecard.id, "weight": 30.0, **values}
            for values in (
                {"indicator_id": manual.id, "date_from": "2025-01-01"},
                {"indicator_id": manual.id, "date_from": str(TODAY), "weight": 40.0},
                {
                    "indicator_id": measured.id,
                    "date_from": "2025-01-01",
                    "band_type": "fixed",
                    "goal": 5.0,
                    "red_flag": 1.0,
                },
            )
        ]
    )
scorecards._take_snapshots([TODAY - timedelta(weeks=number) for number in range(1, 6)])
scorecards[2].active = False

# Contacts and answers: logged, written by hand, captured.
events = [
    {
        "source": "old",
        "external_id": str(number),
        "date": f"2025-0{1 + number % 9}-01",
        "channel": ("phone", "store", "telex")[number % 3],
        "stage": "buy",
        "partner_id": customers[number % 6].id,
        "amount": number + 0.5,
        **({"expectation": 7, "experience": number % 10} if number % 2 else {}),
    }
    for number in range(40)
]
answers = env["crm.touchpoint"].with_user(admin).log(events)
assert all(answer["status"] == "created" for answer in answers), answers
answers = (
    env["crm.feedback"]
    .with_user(admin)
    .submit(
        [
            {
                "source": "old answers",
                "external_id": str(number),
                "date": "2025-06-01",
                "partner_id": customers[number % 6].id,
                "metric": "nps",
                "score": number,
                "comment": "As ever.",
            }
            for number in range(11)
        ]
    )
)
assert all(answer["status"] == "created" for answer in answers), answers
opportunity = env["crm.lead"].search([("name", "=", "Old lead 4")])
env["crm.touchpoint"].with_user(admin).log_contact(
    "crm.lead", opportunity.id, {"channel_id": telex.id, "summary": "Called back"}
)
opportunity.stage_id = env["crm.stage"].search([("is_won", "=", False)])[-1]
env.cr.commit()  # what is captured is written by the commit
opportunity.action_set_won()

# Tiers, points that were earned, spent and taken back.
env["loyalty.tier"].create(
    [
        {"program_id": program.id, "name": name, "min_points": points}
        for name, points in (("Silver", 0), ("Gold", 100), ("Old tier", 5000))
    ]
)
program.action_evaluate_tiers()
product = env["product.product"].search([("name", "=", "Old product")])
for customer, quantity in zip(customers, (1, 3, 5), strict=False):
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "team_id": store.id,
            "order_line": [Command.create({"product_id": product.id, "product_uom_qty": quantity})],
        }
    )
    order.action_confirm()
    if quantity == 5:
        order._action_cancel()
card = env["loyalty.card"].search([("partner_id", "=", customers[0].id)], limit=1)
card.points += 1000
env["loyalty.card"].search([("partner_id", "=", customers[2].id)], limit=1).unlink()
