"""The timeline of a customer with 10,000 touchpoints, among many against among few.

The few lie in a schema of their own, with a table of the same make: the same customer has
the same touchpoints in both, and the search path decides which of the two is read.
"""

from functools import partial

from .harness import Task, format_size, multiply
from .rows import make_touchpoints

GOAL = 1.2
PAIRS = 30
HISTORY = 10_000
DEEP_PAGES = 10
SMALL_SCHEMA = "bench_few"


def measure(bench):
    env = bench.env
    few, *more = sorted(bench.sizes)
    make_touchpoints(env, few)
    partner = make_history(env)
    keep_as_few(env)
    channel_id = env.ref("crm_experience.crm_touchpoint_channel_email").id
    for size in more or [few]:
        make_touchpoints(env, size)
        among = f"among {format_size(size)} against among {format_size(few)}"
        for what, pages, filters in (
            ("first page", 1, {}),
            (f"{DEEP_PAGES} pages", DEEP_PAGES, {}),
            ("one channel", 1, {"channel_ids": [channel_id]}),
        ):
            read = partial(read_pages, env, partner, pages, **filters)
            bench.compare(
                f"timeline of {format_size(HISTORY)}, {what}, {among}",
                GOAL,
                Task(env, read),
                Task(env, partial(read_among_few, env, read)),
                pairs=PAIRS,
            )


def make_history(env):
    """Return a customer with a long history of their own."""
    partner = env["res.partner"].search([("ref", "=", "BENCH")])
    if not env["crm.touchpoint"].search_count([("partner_id", "=", partner.id)], limit=2) > 1:
        touchpoint = env["crm.touchpoint"].search([("source", "=", "bench")], limit=1)
        multiply(
            touchpoint,
            HISTORY,
            external_id="'history:' || i",
            partner_id=str(partner.id),
            date="timestamp '2025-01-01' + interval '50 minutes' * i",
        )
        env.cr.commit()
    return partner


def keep_as_few(env):
    """Copy the touchpoints, as they are now, to the small schema."""
    env.cr.execute(f"DROP SCHEMA IF EXISTS {SMALL_SCHEMA} CASCADE")
    env.cr.execute(f"CREATE SCHEMA {SMALL_SCHEMA}")
    table = f"{SMALL_SCHEMA}.crm_touchpoint"
    env.cr.execute(f"CREATE TABLE {table} (LIKE crm_touchpoint INCLUDING ALL)")
    env.cr.execute(f"INSERT INTO {table} SELECT * FROM crm_touchpoint")
    env.cr.execute(f"ANALYZE {table}")
    env.cr.commit()


def read_among_few(env, read):
    env.cr.execute(f"SET LOCAL search_path = {SMALL_SCHEMA}, public")
    read()


def read_pages(env, partner, pages, **filters):
    before = ""
    for _page in range(pages):
        timeline = env["crm.touchpoint"].get_timeline(
            "res.partner", partner.id, before=before, **filters
        )
        before = timeline["next"]
    return timeline
