"""The screenshots of the README, taken from a running server with the demonstration data.

    python scripts/screenshots.py --url http://localhost:8069 --db demo

Needs Playwright (`pip install playwright`) and the Chromium of the browser tests.
"""

import argparse
import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

try:
    from PIL import Image
    from playwright.sync_api import Error, Page, sync_playwright
except ImportError as error:
    sys.exit(f"This needs Playwright and Pillow (pip install playwright pillow): {error}")

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
MAX_BYTES = 300_000
LOAD_MS = 60_000
# Long enough for what moves to come to rest: fonts, avatars, the opening of a menu.
REST_MS = 1_000
# The greeting of OdooBot at somebody's first login would lie over the picture.
HIDE_CHAT = ".o-mail-ChatHub { display: none !important; }"


def main() -> None:
    """Log in and take every screenshot."""
    arguments = _parse_arguments()
    executable = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if executable is None:
        sys.exit("There is no Chromium on this machine; install the package chromium.")
    arguments.output.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
        page.set_default_timeout(LOAD_MS)
        try:
            _log_in(page, arguments)
            for name, take in SCREENSHOTS.items():
                take(page, arguments.url)
                page.add_style_tag(content=HIDE_CHAT)
                page.wait_for_timeout(REST_MS)
                _save(page.screenshot(), arguments.output / f"{name}.png")
        except Error as error:
            sys.exit(f"The page did not become what was to be shown: {error.message}")
        finally:
            browser.close()


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://localhost:8069", help="address of the server")
    parser.add_argument("--db", required=True, help="database with the demonstration data")
    parser.add_argument("--login", default="manager", help="a user who sees all three addons")
    parser.add_argument("--password", default="manager")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "images")
    arguments = parser.parse_args()
    arguments.url = arguments.url.rstrip("/")
    return arguments


def _log_in(page: Page, arguments: argparse.Namespace) -> None:
    page.goto(f"{arguments.url}/web/login?db={arguments.db}")
    page.fill("input[name=login]", arguments.login)
    page.fill("input[name=password]", arguments.password)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")


def _call(page: Page, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
    """Call a method as the user who is logged in."""
    parameters = {"model": model, "method": method, "args": args, "kwargs": kwargs}
    response = page.request.post(
        page.url.split("/odoo")[0] + f"/web/dataset/call_kw/{model}/{method}",
        data={"jsonrpc": "2.0", "method": "call", "params": parameters},
    )
    answer = response.json()
    if "error" in answer:
        sys.exit(f"{model}.{method}: {answer['error']['data']['message']}")
    return answer["result"]


def _show_wheel(page: Page, url: str) -> None:
    page.goto(f"{url}/odoo/action-crm_targets.crm_scorecard_wheel_action")
    # The last full week: the current one has only begun.
    page.click(".o_crm_targets_wheel_previous")
    page.wait_for_selector(".o_crm_targets_wheel_next:enabled")
    page.wait_for_selector(".o_crm_targets_wheel_segment")
    _compare_wheel(page)


def _compare_wheel(page: Page) -> None:
    page.click(".o_crm_targets_wheel_compare")
    page.click("[data-compare=previous]")
    page.wait_for_selector(".o_crm_targets_wheel_ghost")


def _show_workbench(page: Page, url: str) -> None:
    """That of a salesperson, as their manager sees it."""
    page.goto(f"{url}/odoo/action-crm_targets.crm_target_workbench_action")
    page.select_option(".o_crm_targets_workbench_people", label="Sara Quinn")
    page.wait_for_selector(".o_crm_targets_workbench_page [data-kind=activity]")


def _show_heat_map(page: Page, url: str) -> None:
    page.goto(f"{url}/odoo/action-crm_targets.crm_scorecard_heat_map_action")
    page.wait_for_selector(".o_crm_targets_heat_map_cell")


def _show_poster(page: Page, url: str) -> None:
    """The poster of a store, as it hangs in the shop."""
    stores = _call(page, "crm.scorecard", "search", [["scope", "=", "team"]])
    _call(page, "crm.scorecard", "action_renew_poster", stores[1:2])
    poster = _call(page, "crm.scorecard", "read", stores[1:2], ["poster_url"])[0]["poster_url"]
    # The address that the server knows of itself need not be the one it is reached at.
    page.goto(f"{url}/targets/poster/{poster.rsplit('/', 1)[1]}?compare=previous")
    page.wait_for_selector(".o_crm_targets_wheel_segment")


def _show_timeline(page: Page, url: str) -> None:
    """The customer who lived through most."""
    busiest = _call(
        page,
        "crm.touchpoint",
        "formatted_read_group",
        [],
        ["partner_id"],
        ["__count"],
        order="__count desc",
        limit=1,
    )
    if not busiest:
        sys.exit("There are no touchpoints; is this a database with the demonstration data?")
    page.goto(f"{url}/odoo/action-contacts.action_contacts/{busiest[0]['partner_id'][0]}")
    page.click(".o_notebook a[name=timeline]")
    page.wait_for_selector(".o_crm_experience_day")
    page.locator(".o_notebook").scroll_into_view_if_needed()


def _show_notebook(page: Page, url: str) -> None:
    """Of the customer about whom most is written down."""
    known = _call(
        page,
        "crm.partner.fact",
        "formatted_read_group",
        [],
        ["partner_id"],
        ["__count"],
        order="__count desc",
        limit=1,
    )
    page.goto(f"{url}/odoo/action-contacts.action_contacts/{known[0]['partner_id'][0]}")
    page.click("button[name=action_open_notebook]:visible")
    page.wait_for_selector(".o_crm_experience_notebook_box")


def _show_cases(page: Page, url: str) -> None:
    page.goto(f"{url}/odoo/action-crm_experience.crm_case_action?view_type=kanban")
    page.wait_for_selector(".o_kanban_record")


def _show_satisfaction(page: Page, url: str) -> None:
    page.goto(f"{url}/odoo/action-crm_experience.crm_feedback_action_figures")
    page.wait_for_selector(".o_crm_experience_figures_table")


def _show_key_experiences(page: Page, url: str) -> None:
    page.goto(f"{url}/odoo/action-crm_experience.crm_key_experience_action_picture")
    page.wait_for_selector(".o_crm_experience_key svg")


def _show_partners(page: Page, url: str) -> None:
    page.goto(f"{url}/odoo/action-contacts.action_contacts?view_type=list")
    page.click(".o_searchview_dropdown_toggler")
    page.click(".o_filter_menu .dropdown-item:has-text('With a Loyalty Tier')")
    page.click(".o_searchview_dropdown_toggler")
    page.wait_for_selector(".o_list_view .o_field_badge[name=loyalty_tier_id]")


SCREENSHOTS: dict[str, Callable[[Page, str], None]] = {
    "wheel": _show_wheel,
    "workbench": _show_workbench,
    "heat_map": _show_heat_map,
    "timeline": _show_timeline,
    "notebook": _show_notebook,
    "cases": _show_cases,
    "satisfaction": _show_satisfaction,
    "key_experiences": _show_key_experiences,
    "partners_tiers": _show_partners,
    "poster": _show_poster,
}


def _save(png: bytes, path: Path) -> None:
    """Write the picture with as many colours as fit into the size that a README owes."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        buffer = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MAX_BYTES:
            break
    path.write_bytes(buffer.getvalue())
    print(f"{path}: {buffer.tell() // 1000} kB")


if __name__ == "__main__":
    main()
