"""Customers are asked while the server that asks is killed: it resumes, and asks nobody twice."""

import time
from collections import Counter

import psycopg2
import pytest

CUSTOMERS = 1200
KILLS = 4

SETUP = f"""
env["ir.cron"].search([]).active = False
company = env.company
company.write({{"feedback_quiet_from": 0, "feedback_quiet_to": 0, "feedback_gap_days": 0}})
partners = env["res.partner"].create(
    [{{"name": f"Asked {{n}}", "email": f"asked{{n}}@example.com"}} for n in range({CUSTOMERS})])
survey = env.ref("crm_experience.survey_survey_purchase")
env["crm.feedback.rule"].create({{
    "name": "Killed", "survey_id": survey.id, "trigger_purpose": "care", "delay_number": 0,
    "date_start": "2020-01-01"}})
channel = env["crm.touchpoint.channel"].search([], limit=1)
env["crm.touchpoint"].create([
    {{"partner_id": partner.id, "channel_id": channel.id, "purpose": "care"}}
    for partner in partners])
"""

ASK = 'env["crm.feedback.invitation"]._cron_ask()\n'


@pytest.fixture(scope="module")
def database(workshop):
    name = "crm_asking"
    workshop.create_database(name)
    try:
        workshop.execute(name, SETUP)
        yield name
    finally:
        workshop.drop_database(name)


def test_killed_in_the_middle_of_a_run(workshop, database):
    def query(statement):
        with psycopg2.connect(workshop.dsn(database)) as connection, connection.cursor() as cr:
            cr.execute(statement)
            return cr.fetchall()

    def count_sent():
        return query("SELECT count(*) FROM crm_feedback_invitation WHERE state = 'sent'")[0][0]

    seen = [count_sent()]
    for _kill in range(KILLS):
        process = workshop.start(database, ASK)
        deadline = time.monotonic() + 120
        while count_sent() == seen[-1] and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.kill()
        process.wait()
        seen.append(count_sent())
    # it was killed while there was work to do, and what was done before was not lost
    assert seen == sorted(seen)
    assert 0 < seen[1] < CUSTOMERS, seen

    # two at once, to the end
    processes = [workshop.start(database, ASK) for _process in range(2)]
    for process in processes:
        _output, errors = process.communicate()
        assert process.returncode == 0, errors
    assert count_sent() == CUSTOMERS
    # one invitation a customer, and one mail an invitation
    assert query(
        "SELECT count(*), count(DISTINCT partner_id), count(DISTINCT touchpoint_id) "
        "FROM crm_feedback_invitation"
    ) == [(CUSTOMERS, CUSTOMERS, CUSTOMERS)]
    mails = Counter(
        res_id
        for (res_id,) in query(
            "SELECT message.res_id FROM mail_mail mail JOIN mail_message message "
            "ON message.id = mail.mail_message_id "
            "WHERE message.model = 'crm.feedback.invitation'"
        )
    )
    assert len(mails) == CUSTOMERS
    assert set(mails.values()) == {1}
