"""Playbooks whose job is killed: it resumes, begins and chases nothing twice."""

import time
from contextlib import closing

import psycopg2
import pytest

NAME = "crm_playbooks"
CUSTOMERS = 400
PEOPLE = 40
STEPS = 2
KILLS = 2
PATIENCE = 180

SETUP = f"""
env["ir.cron"].search([]).active = False
people = env["res.users"].with_context(no_reset_password=True).create([
    {{"name": f"Person {{n}}", "login": f"person{{n}}", "notification_type": "inbox"}}
    for n in range({PEOPLE})])
partners = env["res.partner"].create([
    {{"name": f"Customer {{n}}", "user_id": people[n % {PEOPLE}].id}} for n in range({CUSTOMERS})])
call = env.ref("mail.mail_activity_data_call")
env["crm.playbook"].create({{
    "name": "Killed", "trigger_purpose": "care", "date_from": "2020-01-01",
    "user_id": people[0].id,
    "step_ids": [(0, 0, {{"name": f"Step {{days}}", "activity_type_id": call.id,
                         "delay_count": days}}) for days in range({STEPS})]}})
channel = env["crm.touchpoint.channel"].search([], limit=1)
env["crm.touchpoint"].create([
    {{"partner_id": partner.id, "channel_id": channel.id, "purpose": "care"}}
    for partner in partners])
"""
WORK = 'env["crm.playbook"]._cron_run()\n'
RUNS = "SELECT count(*), count(DISTINCT partner_id) FROM crm_playbook_run"
ALL_STEPS = "SELECT count(*), count(DISTINCT (run_id, step_id)) FROM crm_playbook_run_step"
ACTIVITIES = (
    "SELECT count(*), count(DISTINCT activity_id) FROM mail_activity"
    " JOIN crm_playbook_run_step step ON step.activity_id = mail_activity.id"
)
ALL_ACTIVITIES = "SELECT count(*) FROM mail_activity WHERE automated AND res_model = 'res.partner'"
# All of it should have been done five days ago.
LATE = """
UPDATE crm_playbook_run_step SET date_due = current_date - 5;
"""
CHASED = "SELECT count(*) FROM crm_playbook_run_step WHERE chase_level = {level}"
# Who was told, and how often.
TOLD = """
SELECT notification.res_partner_id, count(*)
  FROM mail_notification notification JOIN mail_message message
    ON message.id = notification.mail_message_id AND message.subject ILIKE '%missed%'
 GROUP BY 1
"""


@pytest.fixture
def database(workshop):
    workshop.create_database(NAME)
    try:
        workshop.execute(NAME, SETUP)
        yield NAME
    finally:
        workshop.drop_database(NAME)


def query(workshop, statement):
    with (
        closing(psycopg2.connect(workshop.dsn(NAME))) as connection,
        connection,
        connection.cursor() as cr,
    ):
        cr.execute(statement)
        return cr.fetchall() if cr.description else []


def count(workshop, statement):
    return query(workshop, statement)[0][0]


def work_until(workshop, condition, what):
    """Let a process do the job until something is so, and kill it there and then."""
    process = workshop.start(NAME, WORK)
    end = time.monotonic() + PATIENCE
    try:
        while not condition():
            assert process.poll() is None, f"It ended before {what}: {process.stderr.read()}"
            assert time.monotonic() < end, f"Waited in vain for {what}"
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()


def work(workshop):
    """Let a process do the job to the end."""
    _output, errors = (process := workshop.start(NAME, WORK)).communicate()
    assert process.returncode == 0, errors


def test_killed_in_the_middle(workshop, database):
    # begun
    begun = [0]
    for _kill in range(KILLS):
        work_until(workshop, lambda: count(workshop, RUNS) > begun[-1], "a portion of runs")
        begun.append(count(workshop, RUNS))
    assert begun[-1] < CUSTOMERS, "the server was killed too late to show anything"
    work(workshop)
    assert query(workshop, RUNS) == [(CUSTOMERS, CUSTOMERS)]
    steps = CUSTOMERS * STEPS
    assert query(workshop, ALL_STEPS) == [(steps, steps)]
    assert query(workshop, ACTIVITIES) == [(steps, steps)]
    assert count(workshop, ALL_ACTIVITIES) == steps

    # missed and chased
    query(workshop, LATE)
    chased = CHASED.format(level="1 OR chase_level = 2")
    work_until(workshop, lambda: count(workshop, chased), "a reminder")
    assert 0 < count(workshop, chased) < steps
    told = CHASED.format(level=2)
    work(workshop)
    assert count(workshop, told) == steps
    messages = query(workshop, TOLD)
    # each once about their own, and who answers for the playbook once about all
    assert sorted(number for _partner, number in messages) == [1] * (PEOPLE - 1) + [2]
