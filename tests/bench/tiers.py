"""The nightly evaluation of tiers with ten entries a card, against SQL by hand."""

from .harness import Task, format_size, multiply, pick
from .rows import SCATTER, make_people

GOAL = 1.5
ENTRIES = 10
WINDOW_MONTHS = 12
TIERS = (("Silver", 500), ("Gold", 1500), ("Platinum", 2500))
# One card in so many changes its tier in a night.
MOVING = 50
BASELINE = """
    WITH counted AS (
        SELECT card_id, sum(qualifying_points) AS points FROM loyalty_entry
         WHERE program_id = %(program)s
           AND date >= current_date - make_interval(months => %(months)s)
         GROUP BY card_id
    ), moving AS (
        SELECT card.id, card.partner_id, card.company_id, card.tier_id AS from_tier_id,
               reached.id AS to_tier_id, coalesce(counted.points, 0) AS points
          FROM loyalty_card card
          LEFT JOIN counted ON counted.card_id = card.id
          LEFT JOIN LATERAL (
            SELECT tier.id FROM loyalty_tier tier
             WHERE tier.program_id = %(program)s AND tier.min_points <= coalesce(counted.points, 0)
             ORDER BY tier.min_points DESC LIMIT 1
          ) reached ON TRUE
         WHERE card.program_id = %(program)s AND card.active
           AND card.tier_id IS DISTINCT FROM reached.id
    ), written AS (
        UPDATE loyalty_card card SET tier_id = moving.to_tier_id, tier_date = current_date
          FROM moving WHERE moving.id = card.id
    )
    INSERT INTO loyalty_tier_move (
        card_id, partner_id, company_id, program_id, from_tier_id, to_tier_id, direction, date,
        reason, qualifying_points
    )
    SELECT moving.id, moving.partner_id, moving.company_id, %(program)s, from_tier_id, to_tier_id,
           CASE WHEN coalesce(new.min_points, -1) > coalesce(old.min_points, -1)
                THEN 'up' ELSE 'down' END,
           now() AT TIME ZONE 'UTC', 'evaluation', points
      FROM moving
      LEFT JOIN loyalty_tier old ON old.id = from_tier_id
      LEFT JOIN loyalty_tier new ON new.id = to_tier_id
"""
MOVES = """
    SELECT card_id, from_tier_id, to_tier_id, direction, qualifying_points
      FROM loyalty_tier_move ORDER BY card_id
"""


def measure(bench):
    env = bench.env
    rows = []
    for size in bench.sizes:
        program = make_cards(env, size)
        ours = Task(env, program._evaluate_tiers)
        theirs = Task(
            env,
            lambda program=program: env.cr.execute(
                BASELINE, {"program": program.id, "months": WINDOW_MONTHS}
            ),
        )
        check_same(env, size, ours, theirs)
        what = f"tiers of {format_size(size)} cards, {format_size(size * ENTRIES)} entries"
        rows.append(bench.compare(f"{what}, against SQL by hand", GOAL, ours, theirs))
    bench.growth("tiers", rows, bench.sizes)


def make_cards(env, size):
    """Return a program with `size` cards that have their tier, except one in `MOVING`."""
    make_people(env)
    program = env["loyalty.program"].create(
        {
            "name": f"Bench {size}",
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "tier_window_months": WINDOW_MONTHS,
        }
    )
    card = env["loyalty.card"].create({"program_id": program.id, "points": 10})
    env["loyalty.tier"].create(
        [{"program_id": program.id, "name": name, "min_points": points} for name, points in TIERS]
    )
    multiply(
        card,
        size - 1,
        code=f"'{size}-' || i",
        partner_id=pick(
            env.cr, "SELECT id FROM res_partner WHERE ref LIKE 'BENCH_%'", f"{SCATTER} / 7"
        ),
    )
    env.cr.execute("SELECT min(id) FROM loyalty_card WHERE program_id = %s", [program.id])
    ((first,),) = env.cr.fetchall()
    multiply(
        env["loyalty.entry"].search([("card_id", "=", card.id)]),
        size * ENTRIES,
        card_id=f"{first} + i % {size}",
        kind="'earned'",
        points=f"{SCATTER} / 11 % 500",
        qualifying_points=f"{SCATTER} / 11 % 500",
        date=f"now() AT TIME ZONE 'UTC' - interval '1 day' * ({SCATTER} / 13 % 700)",
    )
    program._evaluate_tiers()
    env.cr.execute(
        "UPDATE loyalty_card SET tier_id = NULL WHERE program_id = %s AND id %% %s = 0",
        [program.id, MOVING],
    )
    env.cr.execute("DELETE FROM loyalty_tier_move")
    env.cr.commit()
    env.invalidate_all()
    return program


def check_same(env, size, *tasks):
    moves = []
    for task in tasks:
        task.work()
        env.cr.execute(MOVES)
        moves.append(env.cr.fetchall())
        env.cr.rollback()
        env.invalidate_all()
    ours, theirs = moves
    assert len(ours) > size / MOVING / 2, len(ours)
    assert ours == theirs
