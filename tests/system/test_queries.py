"""Where our features are not in play, the addons add no query to Odoo's own documents."""

import pytest

from tests.support.place import ADDONS, ROOT
from tests.support.suite import run_json

# Runs in `odoo shell`, as a salesperson who has none of our groups.
COUNT = """
import json, sys
sys.path.insert(0, {root!r})
from tests.bench.documents import DOCUMENTS, Documents
from tests.bench.harness import count_queries
for kind in ("lead", "meeting", "order", "invoice"):
    env["ir.config_parameter"].set_param("crm_experience.capture_" + kind, "False")
groups = ("sales_team.group_sale_salesman_all_leads", "account.group_account_invoice")
seller = env["res.users"].with_context(no_reset_password=True).create({{
    "name": "Seller", "login": "seller",
    "group_ids": [(6, 0, [env.ref(group).id for group in groups])]}})
documents = Documents(env(user=seller.id, su=False), in_play=False)
print("COUNTS " + json.dumps({{
    name: count_queries(getattr(documents, name)()) for name in DOCUMENTS}}))
"""


@pytest.fixture(scope="module")
def counts(workshop):
    """The number of queries by document, with our addons and without."""
    counted = {}
    for kind, addons in (("with", ADDONS), ("without", ())):
        name = f"crm_queries_{kind}"
        workshop.create_database(name, addons)
        counted[kind] = run_json(workshop, name, COUNT.format(root=str(ROOT)), "COUNTS")
        workshop.drop_database(name)
    return counted


def test_no_added_query(counts):
    assert counts["with"] == counts["without"]
