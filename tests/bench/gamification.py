"""The same five indicators of the same people, by ours and by Odoo's own `gamification`.

Gamification does it in its best way: definitions in batch mode, one query for all people and
a period. It keeps one figure a goal, which the next run overwrites, and only of people; ours
keeps every period, and has the figures of teams, regions and the company from the same run.
"""

from calendar import monthrange
from datetime import date

from .harness import Task, format_size
from .rows import YEAR, make_leads

GOAL = 1.0
MONTH = 6
CREATED, CLOSED = "create_date", "date_closed"
# By code: aggregate, date, filter.
DEFINITIONS = {
    "bench_opportunities": ("count", CREATED, "[('type', '=', 'opportunity')]"),
    "bench_revenue": ("sum", CREATED, "[('type', '=', 'opportunity')]"),
    "bench_won": ("count", CLOSED, "[('won_status', '=', 'won')]"),
    "bench_won_revenue": ("sum", CLOSED, "[('won_status', '=', 'won')]"),
    "bench_lost": ("count", CLOSED, "[('won_status', '=', 'lost'), ('active', '=', False)]"),
}


def measure(bench):
    env = bench.env
    for size in bench.sizes:
        leads = size * 3 // 10
        make_leads(env, leads)
        make_indicators(env)
        make_definitions(env)
        for label, months in (("a month", [MONTH]), ("12 months", range(1, 13))):
            ours = Task(env, lambda months=months: refresh(env, months))
            theirs = Task(
                env,
                lambda goals: goals.update_goal(),
                lambda months=months: make_goals(env, months),
            )
            check_same(env, months, ours, theirs)
            what = f"5 indicators of 200 people, {label}, {format_size(leads)} leads"
            bench.compare(f"{what}, against gamification", GOAL, ours, theirs)


def make_indicators(env):
    indicators = env["crm.indicator"]
    for code, (aggregate, day, domain) in DEFINITIONS.items():
        if not indicators.search_count([("code", "=", code)]):
            indicators.create(
                {
                    "name": code,
                    "code": code,
                    "perspective_id": env.ref("crm_targets.crm_perspective_finance").id,
                    "model_name": "crm.lead",
                    "domain": domain,
                    "aggregate": aggregate,
                    "measure_field": "expected_revenue" if aggregate == "sum" else False,
                    "date_field": day,
                    "team_field": "team_id",
                    "user_field": "user_id",
                    "company_field": "company_id",
                    "measure_week": False,
                    "measure_quarter": False,
                    "measure_year": False,
                }
            )
    env.cr.commit()


def make_definitions(env):
    definitions = env["gamification.goal.definition"]
    field = env["ir.model.fields"]._get
    for code, (aggregate, day, domain) in DEFINITIONS.items():
        if not definitions.search_count([("name", "=", code)]):
            definitions.create(
                {
                    "name": code,
                    "computation_mode": aggregate,
                    "model_id": env["ir.model"]._get_id("crm.lead"),
                    "field_id": field("crm.lead", "expected_revenue").id,
                    "field_date_id": field("crm.lead", day).id,
                    "domain": domain,
                    "batch_mode": True,
                    "batch_distinctive_field": field("crm.lead", "user_id").id,
                    "batch_user_expression": "user.id",
                }
            )
    env.cr.commit()


def make_goals(env, months):
    """Return a goal for every person, definition and month, as a challenge would make them."""
    users = env["res.users"].search([("login", "=like", "bench%")])
    definitions = env["gamification.goal.definition"].search([("name", "in", list(DEFINITIONS))])
    return env["gamification.goal"].create(
        [
            {
                "definition_id": definition.id,
                "user_id": user.id,
                "start_date": date(YEAR, month, 1),
                "end_date": date(YEAR, month, monthrange(YEAR, month)[1]),
                "target_goal": 10**9,
                "state": "inprogress",
            }
            for definition in definitions
            for month in months
            for user in users
        ]
    )


def refresh(env, months):
    last = monthrange(YEAR, months[-1])[1]
    result = env["crm.indicator"].refresh(
        list(DEFINITIONS), str(date(YEAR, months[0], 1)), str(date(YEAR, months[-1], last))
    )
    assert not result["errors"], result["errors"]


def check_same(env, months, ours, theirs):
    ours.work()
    env.cr.execute(
        """
        SELECT code, user_id, date_from, round(value::numeric, 2) FROM crm_indicator_value
          JOIN crm_indicator ON crm_indicator.id = indicator_id
         WHERE scope = 'person' AND granularity = 'month' AND code = ANY(%s) AND value != 0
        """,
        [list(DEFINITIONS)],
    )
    mine = set(env.cr.fetchall())
    env.cr.rollback()
    goals = theirs.prepare()
    theirs.work(goals)
    env.flush_all()
    env.cr.execute(
        """
        SELECT definition.name->>'en_US', user_id, start_date, round(current::numeric, 2)
          FROM gamification_goal goal
          JOIN gamification_goal_definition definition ON definition.id = definition_id
         WHERE goal.id = ANY(%s) AND current != 0
        """,
        [goals.ids],
    )
    other = set(env.cr.fetchall())
    env.cr.rollback()
    env.invalidate_all()
    assert len(mine) >= 200 * len(months), len(mine)
    assert mine == other, sorted(mine ^ other)[:4]
