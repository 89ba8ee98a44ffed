# What people do besides since the second landing: code for `odoo shell`, after landing-1.py.
# ruff: noqa: F821

# A ratio, customer plans, splits, words, posters, templates, costs.
ratio = env["crm.indicator"].create(
    {
        "name": "Old share",
        "code": "old_share",
        "source": "ratio",
        "perspective_id": own.id,
        "numerator_id": env.ref("crm_targets.crm_indicator_won_opportunities").id,
        "denominator_id": measured.id,
        "is_percentage": True,
    }
)
result = env["crm.indicator"].with_user(admin).refresh()
assert ratio.code in result["measured"], result
env["crm.target.customer"].create(
    [
        {"target_id": targets[1].id, "partner_id": customer.id, "amount": 1.0 + number}
        for number, customer in enumerate(customers[:3])
    ]
)
whole = env["crm.target"].create(
    {
        "indicator_id": measured.id,
        "granularity": "quarter",
        "date_from": f"{TODAY.year + 1}-01-01",
        "value": 100.0,
        "scope": "company",
    }
)
part = env["crm.target"].create(
    {
        "indicator_id": measured.id,
        "granularity": "quarter",
        "date_from": f"{TODAY.year + 1}-01-01",
        "value": 60.0,
        "scope": "team",
        "team_id": store.id,
        "parent_id": whole.id,
    }
)
whole.action_submit()
env["crm.scorecard.objective"].create(
    {"scorecard_id": scorecards[0].id, "perspective_id": own.id, "name": "Grow old in peace"}
)
line = scorecards[0].line_ids[0]
env["crm.scorecard.comment"].with_user(admin).comment(line.id, "Better than it looks")
scorecards[1].action_renew_poster()
template = env["crm.scorecard.template"].create({"name": "Old template"})
env["crm.scorecard.template.line"].create({"template_id": template.id, "indicator_id": measured.id})
campaign = env["utm.campaign"].create({"name": "Old campaign"})
env["utm.campaign.cost"].create(
    {"campaign_id": campaign.id, "name": "Leaflets", "amount": 99.5, "date": str(TODAY)}
)
