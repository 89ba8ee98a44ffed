"""`./dev lint`: ruff, pylint-odoo, OCA's checks, mypy on what is typed, and our naming guide."""

import subprocess
import sys
from pathlib import Path

from scripts import naming, translations
from scripts.addons import ADDONS, in_order
from scripts.place import ROOT
from scripts.progress import say

# What pylint-odoo asks for and the addons do otherwise, with the reason.
NOT_OURS = {
    "missing-readme": "one README for all",
    "odoo-addons-relative-import": "an addon imports its own modules by their full names",
    "consider-merging-classes-inherited": "a long model is split into files",
    "method-required-super": "a table that only grows refuses to write",
    "no-raise-unlink": "and to delete",
    "missing-return": "what extends a method of Odoo that returns nothing, returns nothing",
    "prefer-env-translation": "a long function names it once: `_ = self.env._`",
    "no-search-all": "definitions are few, and all of them are wanted",
}
PROGRAMS = Path(sys.executable).parent


def main(arguments: list[str]) -> int:
    """Run every check, also after one has failed. `--fix` lets ruff mend what it can."""
    fix = ["--fix"] if "--fix" in arguments else []
    tools = [f"{addon}/tools" for addon in ADDONS]
    translated = [str(path) for addon in ADDONS for path in (ROOT / addon).glob("i18n/*.po*")]
    failed = [
        title
        for title, command in (
            ("ruff check", ["ruff", "check", "--quiet", *fix, "."]),
            ("ruff format", ["ruff", "format", "--quiet", *([] if fix else ["--diff"]), "."]),
            (
                "pylint-odoo",
                ["pylint", "--rcfile=setup.cfg", f"--disable={','.join(NOT_OURS)}", *ADDONS],
            ),
            ("OCA's module checks", ["oca-checks-odoo-module", "--config=.oca_hooks.cfg", *ADDONS]),
            ("OCA's translation checks", ["oca-checks-po", "--config=.oca_hooks.cfg", *translated]),
            ("mypy", ["mypy", "--no-error-summary", "scripts", *tools]),
        )
        if not _passes(title, command)
    ]
    complaints = [*_naming(), *translations.complaints()]
    for complaint in complaints:
        say(str(complaint))
    if complaints:
        failed.append("naming guide")
    say(f"Lint failed: {', '.join(failed)}." if failed else "Lint found nothing.")
    return bool(failed)


def _passes(title: str, command: list[str]) -> bool:
    result = subprocess.run(
        [PROGRAMS / command[0], *command[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        say(f"— {title}\n{(result.stdout + result.stderr).strip()}")
    return not result.returncode


def _naming() -> list[naming.Complaint]:
    """Check the addons; each must not name those that come after it."""
    ordered = in_order(ADDONS)
    return [
        complaint
        for position, addon in enumerate(ordered)
        for complaint in naming.check_addon(ROOT / addon, ordered[position + 1 :])
    ]
