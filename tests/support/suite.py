"""A served database with our addons and a user of every kind, for tests from outside."""

import json
import secrets
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg2
import pytest

from .rpc import Json2, RefusedError, XmlRpc

# The kinds of users by login: groups by XML id. `manager` may do everything of ours.
USERS = {
    "manager": (
        "crm_targets.group_crm_targets_admin",
        "crm_experience.group_crm_experience_admin",
        "crm_loyalty.group_crm_loyalty_admin",
        "sales_team.group_sale_manager",
        "base.group_partner_manager",
    ),
    "seller": (
        # Core lets nobody less cancel an order that earned points.
        "sales_team.group_sale_manager",
        "crm_targets.group_crm_targets_user",
        "crm_experience.group_crm_experience_user",
        "crm_loyalty.group_crm_loyalty_user",
    ),
    "loader": ("crm_experience.group_crm_experience_user", "base.group_partner_manager"),
    "service": (
        "crm_targets.group_crm_targets_user",
        "crm_experience.group_crm_experience_user",
        "crm_loyalty.group_crm_loyalty_user",
    ),
    "salesperson": ("sales_team.group_sale_salesman",),
    "employee": ("base.group_user",),
    "portal": ("base.group_portal",),
}

# Runs in `odoo shell`; prints one line of JSON.
SETUP = """
import json
users, groups = {users!r}, {groups!r}
company = env.ref("base.main_company")
# Tests sign in wrongly on purpose; the next one must not have to wait for that.
env["ir.config_parameter"].set_param("base.login_cooldown_after", "0")
result = {{"users": {{}}}}
for login, secret in users.items():
    user = env["res.users"].with_context(no_reset_password=True).create({{
        "name": login.title(), "login": login, "password": secret, "email": login + "@example.com",
        "company_id": company.id, "company_ids": [(6, 0, company.ids)], "tz": "UTC",
        "group_ids": [(6, 0, [env.ref(group).id for group in groups[login]])],
    }})
    key = env["res.users.apikeys"].with_user(user).sudo()._generate(None, "tests", False)
    result["users"][login] = [user.id, key]
foreign = env["res.company"].create({{"name": "Another company"}})
result["foreign"] = {{
    "company_id": foreign.id,
    "partner_id": env["res.partner"].create(
        {{"name": "Foreign customer", "company_id": foreign.id, "ref": "FOREIGN"}}).id,
    "team_id": env["crm.team"].create({{"name": "Foreign team", "company_id": foreign.id}}).id,
    "user_id": env["res.users"].with_context(no_reset_password=True).create({{
        "name": "Foreigner", "login": "foreigner", "company_id": foreign.id,
        "company_ids": [(6, 0, foreign.ids)],
    }}).id,
}}
print("SETUP " + json.dumps(result))
"""


@dataclass
class User:
    """A user of the database, and what they sign in with."""

    id: int
    login: str
    password: str
    key: str


class Suite:
    """The database: calls from outside as any user, and SQL to see what came of it."""

    def __init__(self, workshop, server):
        self.workshop = workshop
        self.server = server
        self.url = server.base_url
        self.database = server.database
        passwords = {login: secrets.token_urlsafe(24) for login in USERS}
        answer = run_json(
            workshop, self.database, SETUP.format(users=passwords, groups=USERS), "SETUP"
        )
        self.users = {
            login: User(user_id, login, passwords[login], key)
            for login, (user_id, key) in answer["users"].items()
        }
        self.foreign = answer["foreign"]

    def xmlrpc(self, login):
        user = self.users[login]
        return XmlRpc(self.url, self.database, user.id, user.password)

    def json2(self, login):
        return Json2(self.url, self.database, self.users[login].key)

    def client(self, protocol, login):
        return getattr(self, protocol)(login)

    def query(self, statement, *parameters):
        """Return the rows of a SELECT."""
        with closing(psycopg2.connect(self.server.dsn)) as connection, connection.cursor() as cr:
            cr.execute(statement, parameters)
            return cr.fetchall()

    def query_one(self, statement, *parameters):
        ((value,),) = self.query(statement, *parameters)
        return value

    @staticmethod
    def assert_refused(client, model, method, /, *, is_access=None, **arguments):
        """The call ends in a sentence that a person can act on; return it."""
        with pytest.raises(RefusedError) as refused:
            client.call(model, method, **arguments)
        check_sentence(refused.value.sentence)
        if is_access is not None:
            assert refused.value.is_access == is_access, refused.value.sentence
        return refused.value.sentence


def check_sentence(sentence):
    """A refusal is short and shows nothing of the inside."""
    assert 10 <= len(sentence) <= 1000, sentence[:1000]
    for trace in ("Traceback", "psycopg2", "TypeError", "ValueError", "%(", "object at 0x"):
        assert trace not in sentence, sentence


def run_json(workshop, database, code, mark):
    """Run code in `odoo shell` and return the JSON on the line that begins with `mark`."""
    output = workshop.execute(database, code)
    (line,) = [line for line in output.splitlines() if line.startswith(f"{mark} ")]
    return json.loads(line.removeprefix(f"{mark} "))


@contextmanager
def serve(workshop, name, *, workers=2):
    """Yield a `Suite` on a fresh database with all our addons, served by several workers."""
    workshop.create_database(name)
    server = workshop.server(name, workers=workers, arguments=["--max-cron-threads=0"])
    server.start()
    try:
        server.wait_until_ready()
        yield Suite(workshop, server)
    finally:
        server.kill()  # nothing that a stop in good order would save
        workshop.drop_database(name)
