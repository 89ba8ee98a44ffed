"""`crm.touchpoint.log` of a full batch, against one INSERT of the same rows and `mail.message`.

Every run logs events that nobody has seen, as in life: their identity is new. The messages
carry what the events carry (whose, when, what about, channel, stage, amount, an identity),
and their customers are known, while `log` has to look them up.
"""

from itertools import count

from psycopg2.extras import execute_values

from .harness import Task, format_size
from .rows import make_touchpoints

EVENTS = 1000
PAIRS = 15
INSERT_GOAL = 3.0
MESSAGE_GOAL = 0.1
# Core looks for an alias and an address for each message; told both, it has little left to do.
BARE_MESSAGE_GOAL = 0.25
SUMMARY = "A few words on what it was about."


def measure(bench):
    env = bench.env
    runs = count()
    for size in bench.sizes:
        make_touchpoints(env, size)
        env.cr.execute(
            "SELECT id, ref FROM res_partner WHERE ref LIKE 'BENCH_%%' ORDER BY id LIMIT %s",
            [EVENTS],
        )
        customers = env.cr.fetchall()
        log = Task(env, env["crm.touchpoint"].log, lambda c=customers: make_events(c, next(runs)))
        insert = make_insert(env, make_events(customers, next(runs)), runs)
        what = f"touchpoint.log of {EVENTS:,} among {format_size(size)}"
        bench.compare(f"{what}, against one INSERT", INSERT_GOAL, log, insert, pairs=PAIRS)
    for label, goal, known in (
        ("mail.message", MESSAGE_GOAL, {}),
        (
            "mail.message with addresses",
            BARE_MESSAGE_GOAL,
            {"email_from": "customer@bench.example.com", "reply_to": "desk@bench.example.com"},
        ),
    ):
        message = Task(
            env,
            env["mail.message"].create,
            lambda known=known: make_messages(env, customers, next(runs), known),
        )
        bench.compare(f"{what}, against {label}", goal, log, message)


def make_events(customers, run):
    return [
        {
            "source": f"run {run}",
            "external_id": f"event:{number}",
            "date": "2026-11-20T10:00:00Z",
            "ref": ref,
            "channel": "web",
            "stage": "buy",
            "direction": "in",
            "summary": SUMMARY,
            "amount": 12.5,
        }
        for number, (_partner_id, ref) in enumerate(customers)
    ]


def make_insert(env, events, runs):
    """Return a task that inserts by one statement the very rows that `log` would."""
    answers = env["crm.touchpoint"].log(events)
    assert all(answer["status"] == "created" for answer in answers), answers[:3]
    ids = [answer["id"] for answer in answers]
    env.cr.execute("SELECT * FROM crm_touchpoint WHERE id = ANY(%s)", [ids])
    names = [column.name for column in env.cr.description]
    rows = [dict(zip(names, row, strict=True)) for row in env.cr.fetchall()]
    env.cr.rollback()
    names.remove("id")
    statement = f"INSERT INTO crm_touchpoint ({', '.join(names)}) VALUES %s RETURNING id"

    def prepare():
        source = f"run {next(runs)}"
        return [tuple((row | {"source": source})[name] for name in names) for row in rows]

    return Task(
        env,
        lambda rows: execute_values(env.cr._obj, statement, rows, page_size=len(rows), fetch=True),
        prepare,
    )


def make_messages(env, customers, run, known):
    """Return values of messages, new ones each time: `create` fills in what it finds out."""
    subtype_id = env.ref("mail.mt_note").id
    return [
        {
            "message_id": f"<{run}.{number}@bench.example.com>",
            "model": "res.partner",
            "res_id": partner_id,
            "author_id": partner_id,
            "date": "2026-11-20 10:00:00",
            "body": f"<p>{SUMMARY}</p><ul><li>Web</li><li>Buy</li><li>12.50</li></ul>",
            "message_type": "comment",
            "subtype_id": subtype_id,
            **known,
        }
        for number, (partner_id, _ref) in enumerate(customers)
    ]
