"""`./dev test`: pure tests, the addons' tests in Odoo, system tests in front of a server."""

import os
import time
from pathlib import Path

from scripts import browser, dataset, instance, odoo_process
from scripts.addons import ADDONS
from scripts.commands import core
from scripts.place import LOGS, ROOT, lock
from scripts.progress import Failure, say
from scripts.pytest_run import (
    INTERRUPTED,
    NOTHING_COLLECTED,
    WITHOUT_ODOO,
    Result,
    pytest_beside,
    run_pytest,
    split_arguments,
)

HELP = """usage: ./dev test [--core] [PYTEST ARGUMENTS]

Without a path all tests run; with paths only those, and only what they need is prepared.

  ./dev test crm_targets/tests/test_crm_indicator.py
  ./dev test tests/unit -k tier
  ./dev test --core    Odoo's own suites, with and without the addons (tens of minutes)
  ./dev test --core crm_claim helpdesk_mgmt    those of community addons beside ours
"""
DATABASE = "crm_test"


def main(arguments: list[str]) -> int:
    """Run the tests and return pytest's exit code."""
    if {"-h", "--help"} & set(arguments):
        say(HELP)
        return 0
    if "--core" in arguments:
        return core.main([argument for argument in arguments if argument != "--core"])
    started = time.monotonic()
    paths, options = split_arguments(arguments, Path.cwd())
    chosen = _by_kind(paths)
    with lock("test", "Waiting for another ./dev test to end …"):
        result = _run(chosen, options, narrowed=bool(paths))
    if result.code == NOTHING_COLLECTED:
        say("No test matches these arguments.")
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    say(f"\nAll kinds of tests together, in {minutes} min {seconds:02} s:\n{result.summary}")
    return result.code


def _by_kind(paths: list[str]) -> dict[str, list[str]]:
    """Sort the paths to run by the kind of tests they hold; without paths, all there are."""
    folders = {
        "unit": [ROOT / "tests/unit"],
        "addons": [ROOT / addon / "tests" for addon in ADDONS],
        "system": [ROOT / "tests/system"],
    }
    if not paths:
        return {
            kind: [str(folder) for folder in some if folder.is_dir()]
            for kind, some in folders.items()
        }
    chosen: dict[str, list[str]] = {kind: [] for kind in folders}
    for path in paths:
        file = Path(path.partition("::")[0])
        found = False
        for kind, some in folders.items():
            inside = [path for folder in some if file.is_relative_to(folder)]
            around = [str(folder) for folder in some if folder.is_relative_to(file)]
            chosen[kind] += inside or around
            found = found or bool(inside or around)
        if not found:
            raise Failure(f"{file} holds no tests: name a path in tests/ or in <addon>/tests.")
    return chosen


def _run(chosen: dict[str, list[str]], options: list[str], *, narrowed: bool) -> Result:
    """Run kind after kind; with -x the first failure ends it."""
    result = Result()
    if chosen["unit"]:
        result += run_pytest("unit", [*WITHOUT_ODOO, *chosen["unit"], *options], os.environ)
    if not (chosen["addons"] or chosen["system"]) or _ends_early(result, options):
        return result
    if chosen["system"]:
        dataset.ensure()
    try:
        browser.ensure()
    except Failure as failure:
        if not narrowed:
            raise
        say(f"{failure} (without them the browser tests are skipped)")
    with instance.workshop() as workshop:
        in_odoo = [*chosen["addons"], *options]
        in_front = [*WITHOUT_ODOO, *chosen["system"], *options]
        environment = {**os.environ, **workshop.connection.environment()}
        if chosen["addons"] and chosen["system"] and not _ends_at_first(options):
            say("The system tests run beside the addons' tests; what they say comes afterwards.")
            with pytest_beside("system", in_front, environment) as system:
                result += _run_in_odoo(workshop, in_odoo)
                if result.code == INTERRUPTED:
                    system.interrupt()
            return result + system.result()
        if chosen["addons"]:
            result += _run_in_odoo(workshop, in_odoo)
        if chosen["system"] and not _ends_early(result, options):
            result += run_pytest("system", in_front, environment)
    return result


def _run_in_odoo(workshop: instance.Workshop, arguments: list[str]) -> Result:
    workshop.create_database(DATABASE)
    odoo, connection = workshop.odoo, workshop.connection
    return run_pytest(
        "addons",
        [
            *("--odoo-http", f"--odoo-database={DATABASE}"),
            f"--odoo-config={odoo_process.configuration(odoo, connection)}",
            f"--odoo-extra=screenshots={LOGS / 'screenshots'}",
            *arguments,
        ],
        odoo_process.environment(odoo, connection),
    )


def _ends_early(result: Result, options: list[str]) -> bool:
    return result.code == INTERRUPTED or (
        _ends_at_first(options) and result.code not in (0, NOTHING_COLLECTED)
    )


def _ends_at_first(options: list[str]) -> bool:
    return bool({"-x", "--exitfirst"} & set(options))
