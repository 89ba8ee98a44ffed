"""Two browsers: what a customer does on their page is on the open lead of the salesperson.

Nobody reloads anything: it comes over the bus, after the commit, from a real server.
"""

import pytest
from playwright.sync_api import expect, sync_playwright

from scripts.browser import executable
from tests.support.suite import run_json, serve

# A server of one process serves websockets itself; several workers need a proxy in front.
ONE_PROCESS = 0
WAIT_MS = 30_000

SETUP = """
import json
company = env.ref("base.main_company")
company.experience_portal = True
customer = env["res.partner"].create({{"name": "Amelia", "email": "amelia@example.com"}})
user = env["res.users"].with_context(no_reset_password=True).create({{
    "partner_id": customer.id, "login": "amelia", "password": {password!r},
    "company_id": company.id, "company_ids": [(6, 0, company.ids)],
    "group_ids": [(6, 0, [env.ref("base.group_portal").id])],
}})
lead = env["crm.lead"].create({{
    "name": "New phone", "type": "opportunity", "partner_id": customer.id,
    "user_id": env["res.users"].search([("login", "=", "seller")]).id,
}})
env["crm.answer"].create({{
    "name": "How do I move my photos?", "body": "<p>With a cable.</p>", "is_published": True,
}})
cause = env["crm.case.cause"].create({{"name": "Late"}})
env.cr.commit()
print("PORTAL " + json.dumps({{"lead": lead.id, "cause": cause.id}}))
"""
PASSWORD = "amelia's own words"


@pytest.fixture(scope="module")
def served(workshop):
    with serve(workshop, "crm_portal_pulse", workers=ONE_PROCESS) as suite:
        answer = run_json(workshop, suite.database, SETUP.format(password=PASSWORD), "PORTAL")
        yield suite, answer


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable() or None, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


def _sign_in(browser, suite, login, password, **options):
    page = browser.new_context(locale="en-US", **options).new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{suite.url}/web/login")
    page.fill("#login", login)
    page.fill("#password", password)
    page.locator("form.oe_login_form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/web/login" not in url)
    return page


def test_a_question_is_on_the_open_lead_without_a_reload(served, browser):
    suite, answer = served
    seller = suite.users["seller"]
    staff = _sign_in(browser, suite, seller.login, seller.password)
    staff.goto(f"{suite.url}/odoo/crm.lead/{answer['lead']}")
    expect(staff.locator(".o_form_view")).to_be_visible(timeout=WAIT_MS)
    # What a reload would lose shows that there was none.
    staff.evaluate("window.neverReloaded = true")
    # The banner asks once, then the bus tells: it must be listening before anything happens.
    staff.wait_for_function(
        "odoo.__WOWL_DEBUG__?.root?.env?.services?.bus_service?.isActive !== false"
    )
    staff.wait_for_timeout(2_000)

    customer = _sign_in(
        browser,
        suite,
        "amelia",
        PASSWORD,
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
    )
    customer.goto(f"{suite.url}/my/experience")
    customer.get_by_role("link", name="Ask a question").tap()
    customer.get_by_label("In a few words").press_sequentially("moving my photos")
    # what others asked is offered while it is typed
    expect(customer.get_by_text("How do I move my photos?")).to_be_visible(timeout=WAIT_MS)
    customer.get_by_label("What happened").fill("The cable does not fit.")
    customer.get_by_role("button", name="Send").tap()
    expect(customer.get_by_text("Your number is")).to_be_visible(timeout=WAIT_MS)

    banner = staff.locator(".o_form_view")
    expect(banner.get_by_text("moving my photos").first).to_be_visible(timeout=WAIT_MS)
    assert staff.evaluate("window.neverReloaded") is True

    # The solution is on the customer's page, and their word on the lead again.
    case_id = suite.query_one("SELECT id FROM crm_case WHERE title = 'moving my photos'")
    suite.json2("manager").call(
        "crm.case",
        "write",
        ids=[case_id],
        vals={
            "cause_id": answer["cause"],
            "outcome": "solved",
            "solution": "We sent the other cable.",
            "state": "solved",
        },
    )
    expect(banner.get_by_text("We sent the other cable.").first).to_be_visible(timeout=WAIT_MS)
    customer.reload()
    expect(customer.get_by_text("We sent the other cable.")).to_be_visible(timeout=WAIT_MS)
    customer.get_by_role("button", name="Yes, it is").tap()
    expect(customer.get_by_text("We are glad")).to_be_visible(timeout=WAIT_MS)
    expect(banner.get_by_text("We sent the other cable.")).to_have_count(0, timeout=WAIT_MS)
    assert staff.evaluate("window.neverReloaded") is True
    assert suite.query_one("SELECT confirmed_by FROM crm_case WHERE id = %s", case_id) == "customer"


def test_nothing_on_the_pages_of_a_phone_runs_over(served, browser):
    """No page is wider than a small phone, with the longest names that there can be."""
    suite, _answer = served
    customer = _sign_in(browser, suite, "amelia", PASSWORD, viewport={"width": 390, "height": 844})
    problems = []
    customer.on(
        "console",
        lambda message: message.type == "error" and problems.append(message.text),
    )
    customer.goto(f"{suite.url}/my/experience/products/new")
    customer.get_by_label("Name of the product").fill("W" * 240)
    customer.get_by_label("Serial number").fill("9" * 64)
    customer.get_by_role("button", name="Register").click()
    customer.wait_for_url("**/my/experience/products")
    customer.goto(f"{suite.url}/my/cases/new")
    customer.get_by_label("In a few words").fill("M" * 120)
    customer.get_by_label("What happened").fill("W" * 3000)
    customer.get_by_role("button", name="Send").click()
    customer.wait_for_url("**/my/cases/*")
    product = suite.query_one("SELECT max(id) FROM crm_registered_product")
    case = suite.query_one("SELECT max(id) FROM crm_case")
    for path in (
        "/my",
        "/my/experience",
        "/my/cases",
        "/my/cases/new",
        f"/my/cases/{case}",
        "/my/experience/products",
        f"/my/experience/products/{product}",
        "/my/experience/returns/new",
        "/my/experience/answers",
        "/my/experience/stores",
        "/my/experience/preferences",
    ):
        customer.goto(suite.url + path)
        customer.wait_for_load_state("networkidle")
        width = customer.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{path} is {width} wide"
    assert not problems
