"""Every method that the addons offer to the outside, with arguments that work."""

# Sources for what the good calls need; runs in `odoo shell` and prints one line of JSON.
EXAMPLES = """
import json
team = env["crm.team"].create({"name": "API store"})
partner = env["res.partner"].create({"name": "API customer", "email": "api@example.com"})
lead = env["crm.lead"].create({"name": "API lead", "partner_id": partner.id, "type": "opportunity"})
perspective = env.ref("crm_targets.crm_perspective_customers")
indicator = env["crm.indicator"].create({
    "name": "API indicator", "code": "api_indicator", "perspective_id": perspective.id,
    "source": "records", "model_name": "crm.lead", "domain": "[]", "aggregate": "count",
    "date_field": "create_date", "team_field": "team_id", "user_field": "user_id",
    "company_field": "company_id", "direction": "higher",
})
manual = env["crm.indicator"].create({
    "name": "API manual", "code": "api_manual", "perspective_id": perspective.id,
    "source": "manual", "direction": "higher",
})
scorecard = env["crm.scorecard"].create({"name": "API scorecard"})
line = env["crm.scorecard.line"].create(
    {"scorecard_id": scorecard.id, "indicator_id": indicator.id, "weight": 100})
promise = env["crm.partner.fact"].create(
    {"partner_id": partner.id, "kind": "promise", "text": "API promise"})
scenario = env["crm.scenario"].create(
    {"name": "API scenario", "step_ids": [(0, 0, {"name": "API step"})]})
program = env["loyalty.program"].create({"name": "API program", "program_type": "loyalty"})
card = env["loyalty.card"].create(
    {"program_id": program.id, "partner_id": partner.id, "points": 10})
rule = env["crm.feedback.rule"].create(
    {"name": "API rule", "survey_id": env.ref("crm_experience.survey_survey_relationship").id})
contact = env["crm.touchpoint"].with_user(
    env["res.users"].search([("login", "=", "manager")])
).create({"partner_id": partner.id,
          "channel_id": env["crm.touchpoint.channel"].search([], limit=1).id})
analysis = env["crm.key.experience"].create({"name": "API segment"})
# enough answers for a figure
env["crm.feedback"].create([
    {"partner_id": partner.id, "metric": "nps", "score": score, "date": "2026-11-10 10:00:00"}
    for score in range(11)
])
feedback_rule = env["crm.feedback.rule"].create({
    "name": "API rule", "occasion_type": "none", "way": "link",
    "survey_id": env.ref("crm_experience.survey_survey_purchase").id,
})
print("EXAMPLES " + json.dumps({
    "feedback_rule": feedback_rule.id,
    "team": team.id, "partner": partner.id, "lead": lead.id, "scorecard": scorecard.id,
    "line": line.id, "channel": env["crm.touchpoint.channel"].search([], limit=1).id,
    "promise": promise.id, "rule": rule.id, "contact": contact.id,
    "scenario": scenario.id,
    "analysis": analysis.id,
}))
"""


def good_calls(ids):
    """Return arguments that work, by model and method.

    :param dict ids: what `EXAMPLES` printed
    """
    event = {
        "source": "api",
        "external_id": "api:1",
        "date": "2026-11-20T10:00:00Z",
        "partner_id": ids["partner"],
        "channel": "phone",
    }
    return {
        ("crm.touchpoint", "log"): {"events": [event]},
        ("crm.touchpoint", "log_contact"): {
            "res_model": "crm.lead",
            "res_id": ids["lead"],
            "values": {
                "channel_id": ids["channel"],
                "direction": "in",
                "purpose": "sale",
                "summary": "Asked for a price.",
            },
        },
        ("crm.touchpoint", "get_log_options"): {"res_model": "crm.lead", "res_id": ids["lead"]},
        ("crm.touchpoint", "undo_contact"): {"touchpoint_id": ids["contact"]},
        ("crm.feedback.invitation", "invite"): {
            "invitations": [
                {
                    "source": "api",
                    "external_id": "api:receipt:1",
                    "rule_id": ids["rule"],
                    "partner_id": ids["partner"],
                    "date": "2026-11-20T10:00:00Z",
                    "channel": "store",
                    "stage": "buy",
                    "team_id": ids["team"],
                }
            ]
        },
        ("crm.feedback.invitation", "get_links"): {"invitation_ids": [1, 2_000_000]},
        ("res.partner", "export_experience"): {
            "partner_ids": [ids["partner"]],
            "with_content": False,
        },
        ("crm.touchpoint", "get_timeline"): {
            "res_model": "res.partner",
            "res_id": ids["partner"],
            "limit": 10,
            "before": "",
            "channel_ids": [],
            "stage_ids": [],
        },
        ("crm.customer.journey", "get_board"): {
            "user_id": False,
            "team_id": ids["team"],
            "limit": 10,
        },
        ("crm.playbook", "get_missed"): {"user_id": False, "team_id": ids["team"], "limit": 10},
        ("crm.scenario", "get_funnel"): {
            "scenario_id": ids["scenario"],
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
            "team_id": ids["team"],
        },
        ("crm.customer.loss", "get_reasons"): {
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
            "team_id": ids["team"],
        },
        ("crm.customer.loss", "log_losses"): {
            "losses": [
                {
                    "partner_id": ids["partner"],
                    "reason": "price",
                    "date": "2026-11-20",
                    "competitor": "Other Mobile",
                    "note": "Said so.",
                }
            ]
        },
        ("crm.feedback", "submit"): {
            "answers": [
                {
                    "source": "api",
                    "external_id": "api:answer:1",
                    "date": "2026-11-20",
                    "partner_id": ids["partner"],
                    "metric": "nps",
                    "score": 9,
                }
            ]
        },
        ("crm.case", "submit"): {
            "cases": [
                {
                    "source": "api",
                    "external_id": "api:case:1",
                    "partner_id": ids["partner"],
                    "title": "Battery is empty",
                    "description": "After two hours.",
                    "kind": "complaint",
                    "severity": "2",
                    "channel": "phone",
                    "date": "2026-11-20T10:00:00Z",
                    "team_id": ids["team"],
                }
            ]
        },
        ("crm.case", "get_open_cases"): {"res_model": "res.partner", "res_id": ids["partner"]},
        ("crm.case", "get_causes"): {
            "days": 90,
            "measure": "count",
            "kind": "complaint",
            "is_coarse": False,
        },
        ("crm.partner.fact", "get_notebook"): {
            "partner_id": ids["partner"],
            "lead_id": ids["lead"],
        },
        ("crm.partner.fact", "add_fact"): {
            "partner_id": ids["partner"],
            "values": {
                "kind": "request",
                "text": "Invoice on paper.",
                "date": "2026-11-20",
                "source": "customer",
                "source_note": "By phone",
                "date_due": "2026-12-01",
            },
        },
        ("crm.partner.fact", "set_done"): {
            "fact_id": ids["promise"],
            "is_done": True,
            "outcome": "Called back.",
        },
        ("crm.partner.date", "add_date"): {
            "partner_id": ids["partner"],
            "values": {
                "kind": "anniversary",
                "name": "Opening",
                "calendar": "lunar",
                "month": 8,
                "day": 15,
                "is_leap_month": False,
                "year": 2010,
                "source": "customer",
            },
        },
        ("crm.deal.role", "set_role"): {
            "values": {
                "partner_id": ids["partner"],
                "role": "decides",
                "lead_id": ids["lead"],
                "note": "Alone",
                "is_over": False,
            },
        },
        ("crm.feedback", "get_figures"): {
            "metric": "nps",
            "group_by": "partner:country_id",
            "domain": [["team_id", "!=", ids["team"]]],
            "date_from": "2026-01-01",
            "date_to": "2026-11-30",
        },
        ("crm.feedback", "get_figure_choices"): {},
        ("crm.feedback", "get_answers_action"): {
            "metric": "nps",
            "group_by": "team",
            "key": False,
            "domain": [],
            "date_from": "2026-01-01",
            "date_to": "2026-11-30",
        },
        ("crm.feedback", "get_comments"): {
            "domain": [],
            "date_from": "2026-01-01",
            "date_to": "2026-11-30",
            "limit": 10,
        },
        ("crm.key.experience", "get_picture"): {"analysis_id": ids["analysis"]},
        ("crm.indicator", "refresh"): {
            "codes": ["api_indicator"],
            "date_from": "2026-11-01",
            "date_to": "2026-11-30",
        },
        ("crm.indicator", "record"): {
            "values": [
                {
                    "code": "api_manual",
                    "granularity": "month",
                    "date": "2026-11-01",
                    "team_id": ids["team"],
                    "value": 5,
                }
            ]
        },
        ("crm.scorecard", "get_wheel"): {
            "scorecard_id": ids["scorecard"],
            "date": "2026-11-20",
            "compare": "previous",
        },
        ("crm.scorecard", "get_history"): {
            "line_id": ids["line"],
            "date": "2026-11-20",
            "periods": 8,
        },
        ("crm.scorecard", "get_below"): {"scorecard_id": ids["scorecard"], "date": "2026-11-20"},
        ("crm.scorecard", "get_heat_map"): {"date": "2026-11-20", "scope": "company"},
        ("crm.scorecard", "get_records_action"): {"line_id": ids["line"], "date": "2026-11-20"},
        ("crm.target", "get_workbench"): {"user_id": False, "date": "2026-11-20"},
        ("crm.scorecard.comment", "comment"): {
            "line_id": ids["line"],
            "text": "Road works before the door.",
            "date": "2026-11-20",
        },
        ("loyalty.card", "get_membership"): {"partner_ids": [ids["partner"]]},
    }
