"""Customers, people, teams and touchpoints by the hundred thousand, made by SQL."""

from .harness import multiply, pick

PARTNERS = 20_000
PEOPLE = 200
REGIONS = 4
STORES = 20
MONTHS = 12
YEAR = 2025

# Everything random comes from the number of the row: each run makes the same rows.
SCATTER = "(i::bigint * 2654435761 % 4294967296)"


def make_people(env):
    """Customers, and people in stores in regions; once for a database."""
    if env["res.partner"].search_count([("ref", "=", "BENCH")]):
        return
    partner = env["res.partner"].create({"name": "Bench customer", "ref": "BENCH"})
    multiply(
        partner,
        PARTNERS,
        name="'Bench customer ' || i",
        complete_name="'Bench customer ' || i",
        email="'customer' || i || '@bench.example.com'",
        email_normalized="'customer' || i || '@bench.example.com'",
        commercial_partner_id=f"{partner.id} + i",
        ref="'BENCH' || i",
    )
    env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE ref LIKE 'BENCH%'")
    regions = env["crm.team"].create(
        [{"name": f"Bench region {number}"} for number in range(REGIONS)]
    )
    env["crm.team"].create(
        [
            {"name": f"Bench store {number}", "parent_id": regions[number % REGIONS].id}
            for number in range(STORES)
        ]
    )
    person = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create({"name": "Bench person", "login": "bench"})
    )
    multiply(person, PEOPLE - 1, login="'bench' || i", signature="NULL")
    env.cr.commit()


def make_touchpoints(env, size):
    """Let the table of touchpoints hold `size` rows, spread evenly over everything."""
    make_people(env)
    env.cr.execute("SELECT count(*) FROM crm_touchpoint")
    ((present,),) = env.cr.fetchall()
    if present == size:
        return
    if present > size:
        env.cr.execute("TRUNCATE crm_touchpoint CASCADE")
        present = 0
    template = (
        env["crm.touchpoint"]
        .sudo()
        .create(
            {
                "source": "bench",
                "external_id": f"bench:{present}",
                "date": f"{YEAR}-01-01 12:00:00",
                "partner_id": env["res.partner"].search([("ref", "=", "BENCH")]).id,
                "channel_id": env["crm.touchpoint.channel"].search([], limit=1).id,
                "summary": "A few words on what it was about.",
                "amount": 10.0,
            }
        )
    )
    multiply(
        template,
        size - present - 1,
        external_id=f"'bench:' || ({present} + i)",
        date=f"timestamp '{YEAR}-01-01' + interval '1 minute' * ({SCATTER} % 525600)",
        partner_id=pick(
            env.cr, "SELECT id FROM res_partner WHERE ref LIKE 'BENCH_%'", f"{SCATTER} / 7"
        ),
        channel_id=pick(env.cr, "SELECT id FROM crm_touchpoint_channel", f"{SCATTER} / 11"),
        stage_id=pick(env.cr, "SELECT id FROM crm_journey_stage", f"{SCATTER} / 13"),
        user_id=pick(
            env.cr, "SELECT id FROM res_users WHERE login LIKE 'bench%'", f"{SCATTER} / 17"
        ),
        team_id=pick(
            env.cr,
            "SELECT id FROM crm_team WHERE name->>'en_US' LIKE 'Bench store%'",
            f"{SCATTER} / 19",
        ),
        amount=f"({SCATTER} / 23 % 100000) / 100.0",
        direction=f"CASE WHEN {SCATTER} / 29 % 3 = 0 THEN 'out' ELSE 'in' END",
    )
    env.cr.commit()


def make_leads(env, size):
    """Let there be `size` opportunities of the year: a third each open, won and lost.

    Nothing happens on the first and the last days of a month, so that it does not matter in
    which time zone a day is counted.
    """
    make_people(env)
    leads = env["crm.lead"].with_context(active_test=False)
    present = leads.search_count([("name", "=like", "Bench lead%")])
    if present == size:
        return
    if present > size:
        env.cr.execute("DELETE FROM crm_lead WHERE name LIKE 'Bench lead%%'")
        present = 0
    template = leads.create(
        {
            "name": "Bench lead",
            "type": "opportunity",
            "partner_id": env["res.partner"].search([("ref", "=", "BENCH")]).id,
            "expected_revenue": 10.0,
            "user_id": env.ref("base.user_admin").id,
        }
    )
    day = f"timestamp '{YEAR}-01-02 12:00' + interval '1 month' * ({{}} % 12)"
    day += f" + interval '1 day' * ({SCATTER} / 7 % 25)"
    outcome = f"({present} + i) % 3"
    multiply(
        template,
        size - present - 1,
        name=f"'Bench lead ' || ({present} + i)",
        create_date=day.format(SCATTER),
        date_closed=f"CASE WHEN {outcome} > 0 THEN {day.format(SCATTER + ' / 5')} END",
        won_status=f"('{{pending,won,lost}}'::text[])[1 + {outcome}]",
        active=f"{outcome} < 2",
        expected_revenue=f"{SCATTER} / 23 % 10000",
        user_id=pick(
            env.cr, "SELECT id FROM res_users WHERE login LIKE 'bench%'", f"{SCATTER} / 17"
        ),
        team_id=pick(
            env.cr,
            "SELECT id FROM crm_team WHERE name->>'en_US' LIKE 'Bench store%'",
            f"{SCATTER} / 19",
        ),
    )
    env.cr.commit()
