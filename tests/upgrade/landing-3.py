# What people do besides since the third landing: code for `odoo shell`, after landing-2.py.
# ruff: noqa: F821
as_admin = env(user=admin)
phone = env.ref("crm_experience.crm_touchpoint_channel_phone")
shop = env.ref("crm_experience.crm_touchpoint_channel_store")


def checked(answers):
    assert all(answer["status"] == "created" for answer in answers), answers
    return [answer["id"] for answer in answers]


# Settings as somebody wanted them.
company.case_team_id = store
env["ir.default"].set("crm.case", "severity", "2")

# Contacts: logged, of a model of their own, with gifts; history that was written afterwards.
checked(
    as_admin["crm.touchpoint"].log(
        [
            {
                "source": "old shop",
                "external_id": str(number),
                "date": str(TODAY - timedelta(days=3 * number)),
                "channel": ("phone", "store")[number % 2],
                "stage": "buy",
                "partner_id": customers[number % 6].id,
            }
            for number in range(40)
        ]
    )
)
env["crm.touchpoint.source"].create(
    {
        "name": "Old accounts",
        "model_name": "account.analytic.account",
        "partner_field": "partner_id",
        "channel_id": shop.id,
        "purpose": "service",
    }
)
plan = env["account.analytic.plan"].search([], limit=1)  # a new one would be a new column
env["account.analytic.account"].create(
    {"name": "Old account", "partner_id": customers[0].id, "plan_id": plan.id}
)
mug = env["crm.gift.item"].create({"name": "Old mug", "quantity_minimum": 5})
env["crm.gift.move"].create({"item_id": mug.id, "quantity": 50})
as_admin["crm.touchpoint"].log_contact(
    "res.partner",
    customers[1].id,
    {"channel_id": shop.id, "gift_item_id": mug.id, "gift_quantity": 2},
)
env.cr.commit()  # what is captured is written by the commit

# The notebook: facts and what replaced them, days, roles, products, care.
facts = as_admin["crm.partner.fact"]
facts.add_fact(customers[0].id, {"kind": "met", "text": "At the fair"})
facts.add_fact(customers[0].id, {"kind": "met", "text": "No, by a friend"})
facts.add_fact(
    customers[0].id,
    {"kind": "promise", "text": "A call", "date_due": str(TODAY + timedelta(days=5))},
)
for customer, calendar, month, day in (
    (customers[0], "gregorian", 2, 29),
    (customers[1], "gregorian", TODAY.month, TODAY.day),
    (customers[2], "lunar", 1, 1),
):
    env["crm.partner.date"].create(
        {
            "partner_id": customer.id,
            "kind": "birthday",
            "calendar": calendar,
            "month": month,
            "day": day,
        }
    )
env["crm.deal.role"].create(
    {"partner_id": customers[2].id, "lead_id": opportunity.id, "role": "decides"}
)
env["crm.registered.product"].create(
    {
        "partner_id": customers[3].id,
        "product_id": product.id,
        "name": "Old telephone",
        "serial_number": "SN-1",
        "date_purchase": TODAY - timedelta(days=100),
    }
)
env["crm.care.rule"].create(
    {"name": "Old greeting", "date_kind": "birthday", "action": "activity", "assign": "salesperson"}
)

# Asking: a rule, invitations in several states, a link, a device, answers.
questionnaire = env.ref("crm_experience.survey_survey_relationship")
rule = env["crm.feedback.rule"].create(
    {
        "name": "Old question",
        "survey_id": questionnaire.id,
        "occasion_type": "none",
        "way": "link",
    }
)
checked(
    as_admin["crm.feedback.invitation"].invite(
        [
            {
                "source": "old",
                "external_id": str(customer.id),
                "rule_id": rule.id,
                "partner_id": customer.id,
            }
            for customer in customers[:3]
        ]
    )
)
env["crm.feedback.link"].create({"rule_id": rule.id, "name": "Old door", "team_id": store.id})
device = env["crm.rating.device"].create(
    {"name": "Old counter", "team_id": store.id, "question": "How was it?"}
)
device.action_pair()
checked(
    as_admin["crm.feedback"].submit(
        [
            {
                "source": "old shop answers",
                "external_id": str(number),
                "date": str(TODAY - timedelta(days=number)),
                "partner_id": customers[number % 6].id,
                "metric": "nps",
                "score": number,
                "comment": "As ever.",
            }
            for number in range(11)
        ]
    )
)
env["crm.key.experience"].create({"name": "Old analysis"})

# Cases on their way, with what was learned.
cause = env["crm.case.cause"].create({"name": "Old cause"})
cases = as_admin["crm.case"].browse(
    checked(
        as_admin["crm.case"].submit(
            [
                {
                    "source": "old",
                    "external_id": str(number),
                    "partner_id": customers[number].id,
                    "title": f"Old trouble {number}",
                    "cause_id": cause.id,
                }
                for number in range(5)
            ]
        )
    )
)
cases[:4].action_take()
cases[0].write({"outcome": "solved", "solution": "Repaired", "remedy_cost": 12.5})
cases[0].action_solve()
cases[1].action_wait()
cases[2].write({"outcome": "declined", "solution": "Explained why not"})
cases[2].action_solve()
cases[2].action_confirm()
cases[3].message_post(body="We are on it.", message_type="comment", subtype_xmlid="mail.mt_comment")
cases[4].active = False
env["crm.case.rule"].create({"name": "Old rule", "metric": "nps"})
env["crm.case.improvement"].create({"name": "Old improvement", "cause_id": cause.id})
env["crm.answer"].create({"name": "Old question?", "body": "<p>Old answer.</p>"})

# Playbooks, journeys, losses, ways to a goal.
checked(
    as_admin["crm.customer.loss"].log_losses(
        [
            {
                "partner_id": customers[5].id,
                "reason": "moved",
            }
        ]
    )
)
env["crm.scenario"].create(
    {
        "name": "Old way",
        "step_ids": [
            Command.create({"name": "Calls", "trigger_channel_ids": [Command.set(phone.ids)]}),
            Command.create({"name": "Comes", "trigger_channel_ids": [Command.set(shop.ids)]}),
        ],
    }
)
for cron in env["ir.cron"].search([]):
    if cron.ir_actions_server_id.model_id.model.startswith("crm."):
        cron.method_direct_trigger()

# Rewards for an approved figure.
env["crm.reward.rule"].create(
    {
        "name": "Old bonus",
        "indicator_id": env.ref("crm_targets.crm_indicator_won_opportunities").id,
        "scope": "team",
        "amount": 10.0,
    }
)
# What somebody saved about a report that was there in this landing alone.
if "crm.loss.report" in env:
    env["ir.filters"].create({"name": "My reasons", "model_id": "crm.loss.report"})
    reasons = env["ir.actions.act_window"].create(
        {"name": "My reasons", "res_model": "crm.loss.report", "view_mode": "list"}
    )
    action = f"ir.actions.act_window,{reasons.id}"
    own_menu = env["ir.ui.menu"].create({"name": "My reports", "action": action})
    env["ir.ui.menu"].create({"name": "Reasons", "action": action, "parent_id": own_menu.id})
