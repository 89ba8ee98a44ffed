"""`crm.touchpoint.log` of a full batch, against one INSERT of the same rows and `mail.message`."""

from psycopg2.extras import execute_values

from .harness import Task, format_size
from .rows import make_touchpoints

EVENTS = 1000
PAIRS = 15
INSERT_GOAL = 3.0
MESSAGE_GOAL = 0.1


def measure(bench):
    env = bench.env
    for size in bench.sizes:
        make_touchpoints(env, size)
        env.cr.execute(
            "SELECT ref FROM res_partner WHERE ref LIKE 'BENCH_%%' ORDER BY id LIMIT %s", [EVENTS]
        )
        events = [
            {
                "source": "fresh",
                "external_id": f"fresh:{number}",
                "date": "2026-11-20T10:00:00Z",
                "ref": ref,
                "channel": "web",
                "stage": "buy",
                "direction": "in",
                "summary": "A few words on what it was about.",
                "amount": 12.5,
            }
            for number, (ref,) in enumerate(env.cr.fetchall())
        ]
        log = Task(env, lambda events=events: env["crm.touchpoint"].log(events))
        insert = Task(env, make_insert(env, events))
        what = f"touchpoint.log of {EVENTS:,} among {format_size(size)}"
        bench.compare(f"{what}, against one INSERT", INSERT_GOAL, log, insert, pairs=PAIRS)
    message = Task(env, make_messages(env))
    bench.compare(f"{what}, against mail.message", MESSAGE_GOAL, log, message, pairs=PAIRS)


def make_insert(env, events):
    """Return a function that inserts by one statement the very rows that `log` would."""
    answers = env["crm.touchpoint"].log(events)
    assert all(answer["status"] == "created" for answer in answers), answers[:3]
    ids = [answer["id"] for answer in answers]
    env.cr.execute("SELECT * FROM crm_touchpoint WHERE id = ANY(%s)", [ids])
    columns = [column.name for column in env.cr.description]
    key = columns.index("id")
    names = [name for name in columns if name != "id"]
    rows = [row[:key] + row[key + 1 :] for row in env.cr.fetchall()]
    env.cr.rollback()
    statement = f"INSERT INTO crm_touchpoint ({', '.join(names)}) VALUES %s RETURNING id"
    return lambda: execute_values(env.cr._obj, statement, rows, page_size=len(rows), fetch=True)


def make_messages(env):
    partner_id = env["res.partner"].search([("ref", "=", "BENCH")]).id
    values = [
        {
            "model": "res.partner",
            "res_id": partner_id + number,
            "body": "A few words on what it was about.",
            "message_type": "comment",
            "subtype_id": env.ref("mail.mt_note").id,
        }
        for number in range(EVENTS)
    ]
    return lambda: env["mail.message"].create(values)
