"""`crm.indicator.refresh` of 50 indicators × 200 people × 12 months, against hand-written SQL.

Ours writes the figures of the company, of stores and the regions above them, and of people.
The baseline writes the same figures, by one DELETE and one INSERT an indicator; that they are
the same is checked once.
"""

from datetime import date

from .harness import Task, format_size
from .rows import YEAR, make_touchpoints

GOAL = 1.5
INDICATORS = 50
# Aggregates: what is kept per team, person and month, and how that adds up.
AGGREGATES = {
    "count": ("count(*)", "sum(part)"),
    "sum": ("sum(amount)", "coalesce(sum(part), 0)"),
    "avg": ("sum(amount)", "sum(part) / sum(filled)"),
    "max": ("max(amount)", "max(part)"),
    "count_distinct": ("partner_id", "count(DISTINCT part)"),
}
MEASURES = {"sum": "amount", "avg": "amount", "max": "amount", "count_distinct": "partner_id"}
BASELINE = """
    WITH RECURSIVE above AS (
        SELECT id, id AS unit_id FROM crm_team
        UNION ALL
        SELECT above.id, team.parent_id FROM above JOIN crm_team team ON team.id = above.unit_id
         WHERE team.parent_id IS NOT NULL
    ), parts AS (
        SELECT company_id, team_id, user_id, date_trunc('month', date)::date AS month,
               {part} AS part, count(*) AS size, count({filled}) AS filled
          FROM crm_touchpoint
         WHERE date >= '{year}-01-01' AND date < '{next_year}-01-01' AND {condition}
         GROUP BY 1, 2, 3, 4 {also}
    ), figures AS (
        SELECT 'company' AS scope, company_id, NULL::integer AS team_id, NULL::integer AS user_id,
               month, {value} AS value, sum(size) AS size
          FROM parts GROUP BY company_id, month
        UNION ALL
        SELECT 'team', company_id, unit_id, NULL, month, {value}, sum(size)
          FROM parts JOIN above ON above.id = parts.team_id GROUP BY company_id, unit_id, month
        UNION ALL
        SELECT 'person', company_id, NULL, user_id, month, {value}, sum(size)
          FROM parts WHERE user_id IS NOT NULL GROUP BY company_id, user_id, month
    )
    INSERT INTO crm_indicator_value (
        indicator_id, granularity, scope, company_id, team_id, user_id, date_from, date_to,
        value, numerator, denominator
    )
    SELECT {indicator}, 'month', scope, company_id, team_id, user_id, month,
           (month + interval '1 month')::date - 1, value, value, size
      FROM figures
"""
FIGURES = """
    SELECT indicator_id, scope, company_id, team_id, user_id, date_from, date_to,
           round(value::numeric, 4)
      FROM crm_indicator_value WHERE granularity = 'month' AND indicator_id = ANY(%s)
     ORDER BY 1, 2, 3, 4, 5, 6
"""


def measure(bench):
    env = bench.env
    rows = []
    for size in bench.sizes:
        make_touchpoints(env, size)
        definitions = make_indicators(env)
        ours = Task(env, lambda codes=[d[0].code for d in definitions]: refresh(env, codes))
        theirs = Task(env, lambda definitions=definitions: refresh_by_hand(env, definitions))
        if not rows:
            check_same(env, definitions, ours, theirs)
        what = f"refresh of {INDICATORS} indicators over {format_size(size)}, against SQL by hand"
        rows.append(bench.compare(what, GOAL, ours, theirs))
    bench.growth("refresh", rows, bench.sizes)


def make_indicators(env):
    """Return indicators with their condition in SQL, made once for a database."""
    channels = env["crm.touchpoint.channel"].search([], limit=7).ids
    conditions = [
        ("[]", "TRUE"),
        ("[('direction', '=', 'in')]", "direction = 'in'"),
        ("[('direction', '=', 'out')]", "direction = 'out'"),
        *((f"[('channel_id', '=', {channel})]", f"channel_id = {channel}") for channel in channels),
    ]
    definitions = []
    for number, (domain, condition) in enumerate(conditions):
        for aggregate in AGGREGATES:
            code = f"bench_{aggregate}_{number}"
            indicator = env["crm.indicator"].search([("code", "=", code)]) or env[
                "crm.indicator"
            ].create(
                {
                    "name": code,
                    "code": code,
                    "perspective_id": env.ref("crm_targets.crm_perspective_customers").id,
                    "model_name": "crm.touchpoint",
                    "domain": domain,
                    "aggregate": aggregate,
                    "measure_field": MEASURES.get(aggregate, False),
                    "date_field": "date",
                    "team_field": "team_id",
                    "user_field": "user_id",
                    "company_field": "company_id",
                    "measure_week": False,
                    "measure_quarter": False,
                    "measure_year": False,
                }
            )
            definitions.append((indicator, condition))
    assert len(definitions) == INDICATORS
    env.cr.commit()
    return definitions


def refresh(env, codes):
    result = env["crm.indicator"].refresh(codes, f"{YEAR}-01-01", f"{YEAR}-12-31")
    assert not result["errors"], result["errors"]


def refresh_by_hand(env, definitions):
    for indicator, condition in definitions:
        aggregate = indicator.aggregate
        part, value = AGGREGATES[aggregate]
        env.cr.execute(
            "DELETE FROM crm_indicator_value WHERE indicator_id = %s AND granularity = 'month'"
            " AND date_from >= %s AND date_from < %s",
            [indicator.id, date(YEAR, 1, 1), date(YEAR + 1, 1, 1)],
        )
        env.cr.execute(
            BASELINE.format(
                part=part,
                value=value,
                filled=MEASURES.get(aggregate, "*"),
                also=", part" if aggregate == "count_distinct" else "",
                condition=condition,
                indicator=indicator.id,
                year=YEAR,
                next_year=YEAR + 1,
            )
        )


def check_same(env, definitions, *tasks):
    figures = []
    for task in tasks:
        task.work()
        env.cr.execute(FIGURES, [[indicator.id for indicator, _condition in definitions]])
        figures.append(env.cr.fetchall())
        env.cr.rollback()
        env.invalidate_all()
    ours, theirs = figures
    assert len(ours) > INDICATORS * 200, len(ours)
    assert ours == theirs, [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]][
        :3
    ]
