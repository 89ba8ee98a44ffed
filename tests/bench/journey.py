"""The nightly pass over the journeys of all customers: what ten times as many of them cost.

Customers have 25 contacts each, over two years; one in twenty is a purchase. In the first night
every row is written, in a quiet one nothing has changed since the night before.
"""

import statistics

from .harness import Row, Task, format_size, multiply, pick, run_once
from .rows import SCATTER, make_people

CONTACTS = 25
RUNS = 2
REF = "JOURNEY"


def measure(bench):
    env = bench.env
    nights = {"first": [], "quiet": []}
    for size in bench.sizes:
        make_customers(env, size // CONTACTS, size)
        nights["first"].append(take(env, Task(env, lambda: follow_all(env))))
        follow_all(env)
        # as autovacuum does before the next night
        env.cr.execute("ANALYZE crm_customer_journey, crm_customer_journey_move")
        env.cr.commit()
        nights["quiet"].append(take(env, Task(env, lambda: follow_all(env))))
    for night, rows in nights.items():
        customers = [size // CONTACTS for size in bench.sizes]
        bench.growth(f"journeys with {CONTACTS} contacts each, {night} night", rows, customers)


def take(env, task):
    """Return a row with the median seconds of some runs; the first one fills caches."""
    seconds = [run_once(task) for _run in range(RUNS + 1)][1:]
    return Row("journeys", 0.0, [0.0], (statistics.median(seconds), 0.0))


def follow_all(env):
    """Follow all customers, portion by portion, as the job does."""
    journeys = env["crm.customer.journey"]
    last = 0
    while portion := journeys._get_portion(last):
        journeys._refresh_customers(portion)
        last = portion[-1]


def make_customers(env, count, size):
    """Let there be `count` customers with `size` contacts, and no other contacts."""
    make_people(env)
    env.cr.execute("TRUNCATE crm_touchpoint, crm_customer_journey CASCADE")
    known = env["res.partner"].search([("ref", "=like", f"{REF}%")])
    template = known[:1] or env["res.partner"].create({"name": "Journey", "ref": REF})
    if count - max(1, len(known)) > 0:
        multiply(
            template,
            count - max(1, len(known)),
            ref=f"'{REF}' || {len(known)} + i",
        )
    # people without a company are customers
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id WHERE ref LIKE %s", [f"{REF}%"]
    )
    # programs name their source, people may not
    touchpoint = (
        env["crm.touchpoint"]
        .sudo()
        .create(
            {
                "source": "bench",
                "external_id": "journey:0",
                "date": "2025-01-01 12:00:00",
                "partner_id": template.id,
                "channel_id": env.ref("crm_experience.crm_touchpoint_channel_store").id,
            }
        )
    )
    multiply(
        touchpoint,
        size - 1,
        external_id="'journey:' || i",
        date=f"now() AT TIME ZONE 'UTC' - interval '1 minute' * ({SCATTER} % 1051200)",
        partner_id=pick(
            env.cr,
            f"SELECT id FROM res_partner WHERE ref LIKE '{REF}%' ORDER BY id LIMIT {count}",
            "i",
        ),
        channel_id=pick(env.cr, "SELECT id FROM crm_touchpoint_channel", f"{SCATTER} / 11"),
        stage_id=pick(env.cr, "SELECT id FROM crm_journey_stage", f"{SCATTER} / 13"),
        amount=f"CASE WHEN {SCATTER} / 23 % 20 = 0 THEN {SCATTER} / 29 % 1000 END",
    )
    env.cr.commit()
    print(f"  {format_size(count)} customers, {format_size(size)} contacts", flush=True)
