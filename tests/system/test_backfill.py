"""Back-fill of history on real servers that are killed, and capture of an app that comes later."""

import time
from contextlib import closing

import psycopg2
import pytest

NAME = "crm_backfill"
MAILS = 50_000
KILLS = 2
PATIENCE = 180

# History by the ten thousand, as it was before the addon captured anything.
HISTORY = f"""
env["ir.config_parameter"].set_param("crm_experience.capture_mail", "False")
partner = env["res.partner"].create({{"name": "Writer", "email": "writer@example.com"}})
message = partner.message_post(
    body="Secret", message_type="email", author_id=partner.id, subtype_xmlid="mail.mt_comment")
env.cr.commit()
env.cr.execute(
    "INSERT INTO mail_message (model, res_id, message_type, author_id, subtype_id, date,"
    " is_internal, create_date, create_uid)"
    " SELECT model, res_id, message_type, author_id, subtype_id,"
    " timestamp '2026-01-01' + i * interval '1 minute', FALSE, now(), 1"
    " FROM mail_message, generate_series(2, {MAILS}) AS i WHERE id = %s", [message.id])
env["ir.config_parameter"].set_param("crm_experience.capture_mail", "True")
env["crm.touchpoint.backfill"].action_start_all()
env.cr.commit()
"""
COUNT = "SELECT count(*) FROM crm_touchpoint WHERE event = 'mail_in'"
DISTINCT = "SELECT count(DISTINCT external_id) FROM crm_touchpoint WHERE event = 'mail_in'"
PLACE = "SELECT state, last_id, created_count FROM crm_touchpoint_backfill WHERE kind = 'mail'"


@pytest.fixture
def database(workshop):
    workshop.create_database(NAME)
    yield NAME
    workshop.drop_database(NAME)


def query(workshop, statement):
    with closing(psycopg2.connect(workshop.dsn(NAME))) as connection, connection.cursor() as cr:
        cr.execute(statement)
        return cr.fetchall()


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.02)
    raise AssertionError(f"Waited in vain for {what}")


def serve(workshop):
    server = workshop.server(NAME, arguments=["--max-cron-threads=1"])
    server.start()
    return server


def test_a_server_that_is_killed_in_the_middle(workshop, database):
    """It carries on where it was; nothing is missing and nothing is there twice."""
    workshop.execute(database, HISTORY)
    assert query(workshop, COUNT) == [(0,)]
    places = [0]
    for _kill in range(KILLS):
        server = serve(workshop)
        try:
            _state, last_id, created = wait_for(
                lambda: next((row for row in query(workshop, PLACE) if row[1] > places[-1]), None),
                "a portion",
            )
        finally:
            server.kill()
        places.append(last_id)
        # what was committed is what is counted
        ((written,),) = query(workshop, COUNT)
        assert created <= written < MAILS
    server = serve(workshop)
    try:
        wait_for(lambda: query(workshop, PLACE)[0][0] == "done", "the end")
    finally:
        server.kill()
    assert query(workshop, COUNT) == [(MAILS,)]
    assert query(workshop, DISTINCT) == [(MAILS,)]
    assert query(workshop, PLACE)[0][2] == MAILS
    states = query(workshop, "SELECT DISTINCT state FROM crm_touchpoint_backfill")
    assert states in ([("done",)], [("done",), ("waiting",)], [("waiting",), ("done",)])


# An app that the addon does not depend on: registrations for events.
DEFINE = """
source = env["crm.touchpoint.source"].create({
    "name": "Came to an event", "model_name": "event.registration",
    "partner_field": "partner_id", "date_field": "create_date", "company_field": "company_id",
    "change_field": "state", "change_values": "done",
    "channel_id": env.ref("crm_experience.crm_touchpoint_channel_event").id})
assert source.state == "unavailable", source.problem
env.cr.commit()
"""
USE = """
source = env["crm.touchpoint.source"].search([])
assert source.state == "ready", source.problem
event = env["event.event"].create({
    "name": "Opening", "date_begin": "2026-12-01 10:00:00", "date_end": "2026-12-01 12:00:00"})
guest = env["event.registration"].create(
    {"event_id": event.id, "partner_id": env.ref("base.main_partner").id, "state": "open"})
env.cr.commit()
for state in ("done", "open", "done"):
    guest.state = state
    env.cr.commit()
rows = env["crm.touchpoint"].search([("capture_source_id", "=", source.id)])
print("CAPTURED", len(rows), set(rows.mapped("res_model")))
"""
GONE = """
source = env["crm.touchpoint.source"].search([])
assert source.state == "unavailable", source.problem
env["res.partner"].create({"name": "Life goes on"})
env.cr.commit()
print("LEFT", env["crm.touchpoint"].search_count([("capture_source_id", "=", source.id)]))
"""


def test_an_app_that_is_installed_later(workshop, database):
    """Named before it is there, captured once it is, and what was captured outlives it."""
    workshop.execute(database, DEFINE)
    workshop.install(database, ["event"])
    assert "CAPTURED 2 {'event.registration'}" in workshop.execute(database, USE)
    workshop.uninstall(database, ["event"])
    assert "LEFT 2" in workshop.execute(database, GONE)
