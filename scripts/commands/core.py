"""`./dev test --core`: Odoo's own suites with our addons installed, against without them.

So do those of community addons that cover some of the same ground, when they are named. The
result without our addons depends on Odoo alone: it is kept and not measured again.
"""

import argparse
import json
from xml.etree import ElementTree

from scripts import addons as own
from scripts import browser, community, instance, odoo_process
from scripts.addons import ADDONS
from scripts.place import LOGS, STATE, lock, readable, write_text
from scripts.progress import Failure, say
from scripts.pytest_run import INTERRUPTED, NOTHING_COLLECTED, run_pytest
from scripts.stamp import fingerprint

SUITES = ("crm", "sales_team", "sale", "loyalty", "sale_loyalty", "survey", "rating")
DATABASE = "crm_core"
KNOWN = (*SUITES, *community.ADDONS)


def main(arguments: list[str]) -> int:
    """Run the suites with our addons and print what fails only there."""
    parser = argparse.ArgumentParser(prog="./dev test --core", description=__doc__)
    parser.add_argument("suites", nargs="*", default=SUITES, help=f"of {', '.join(KNOWN)}")
    suites = tuple(parser.parse_args(arguments).suites)
    unknown = set(suites) - set(KNOWN)
    if unknown:
        raise Failure(f"The suites are {', '.join(KNOWN)}; {', '.join(sorted(unknown))} is none.")
    browser.ensure()
    waiting = "Waiting for another ./dev test --core to end …"
    with lock("core", waiting), instance.workshop() as shop:
        workshop = shop
        if set(suites) & set(community.ADDONS):
            workshop = instance.Workshop(community.beside(shop.odoo), shop.connection)
        kept = STATE / f"core-{fingerprint(workshop.odoo.version, own.core_modules())}.json"
        before = json.loads(kept.read_text()) if kept.is_file() else {}
        after = {}
        for suite in suites:
            if suite not in before:
                say(f"\nOdoo's suite {suite} without our addons")
                before[suite] = _outcomes(workshop, suite, ())
                write_text(kept, json.dumps(before, indent=1))
            say(f"\nOdoo's suite {suite} with our addons")
            after[suite] = _outcomes(workshop, suite, ADDONS)
            for name in new_failures(before[suite], after[suite]):
                say(f"new: {name}")
    return _report(suites, before, after)


def _outcomes(workshop: instance.Workshop, suite: str, addons: tuple[str, ...]) -> dict[str, str]:
    """Run a suite on a fresh database and return what became of each test."""
    others = tuple({suite} & set(community.ADDONS))
    workshop.create_database(DATABASE, addons, core=(*own.core_modules(), *others))
    odoo, connection = workshop.odoo, workshop.connection
    folder = next(path / suite for path in odoo.addons if (path / suite).is_dir())
    kind = f"core-{suite}-{'with' if addons else 'without'}"
    result = run_pytest(
        kind,
        [
            *("--odoo-http", f"--odoo-database={DATABASE}", "--tb=short", "-q"),
            *("--capture=fd", "-p", "no:cacheprovider"),
            f"--odoo-config={odoo_process.configuration(odoo, connection)}",
            f"--odoo-extra=screenshots={LOGS / 'screenshots'}",
            folder / "tests",
        ],
        odoo_process.environment(odoo, connection),
    )
    if result.code >= INTERRUPTED and result.code != NOTHING_COLLECTED:
        raise Failure(f"Odoo's suite {suite} could not be run to its end.")
    return read_outcomes((LOGS / f"test-{kind}.xml").read_text())


def read_outcomes(report: str) -> dict[str, str]:
    """Return `passed`, `failed` or `skipped` by test id, from a JUnit report."""
    outcomes: dict[str, str] = {}
    for case in ElementTree.fromstring(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        tags = {child.tag for child in case}
        outcome = "failed" if tags & {"failure", "error"} else "passed"
        if "skipped" in tags:
            outcome = "skipped"
        # A test whose tear-down fails is reported twice; the worse counts.
        if outcomes.get(name) != "failed":
            outcomes[name] = outcome
    return outcomes


def _report(
    suites: tuple[str, ...], before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]
) -> int:
    """Print the comparison; a test that fails with our addons alone is ours to mend."""
    new = 0
    say("\nsuite          without our addons        with our addons")
    for suite in suites:
        counts = [
            f"{list(outcomes.values()).count('passed')} passed, "
            f"{list(outcomes.values()).count('failed')} failed"
            for outcomes in (before[suite], after[suite])
        ]
        say(f"{suite:<14} {counts[0]:<25} {counts[1]}")
        new += len(new_failures(before[suite], after[suite]))
    say(f"\n{new} new failures (reports: {readable(LOGS)}/test-core-*.xml)")
    return bool(new)


def new_failures(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the tests that passed without our addons and do not pass, or run, with them."""
    return [
        name
        for name, outcome in before.items()
        if outcome == "passed" and after.get(name) != "passed"
    ]
