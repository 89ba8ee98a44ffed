"""Run pytest over one kind of tests, and add up the kinds.

The pure tests import no Odoo, the addons' tests run inside one, the system tests talk to
servers: three processes, whose figures are read from the reports they write.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from .place import LOGS, ROOT
from .process import beside, follow

INTERRUPTED = 2
NOTHING_COLLECTED = 5
# pytest-odoo imports Odoo as soon as pytest starts.
WITHOUT_ODOO = ("-p", "no:odoo")
# Options of pytest and its plugins whose value stands apart and could look like a path.
WITH_VALUE = {
    "-k",
    "-m",
    "-p",
    "-c",
    "-o",
    "-r",
    "-n",
    "-W",
    "--lf",
    "--tb",
    "--maxfail",
    "--rootdir",
}


@dataclass(frozen=True)
class Result:
    """What a pytest process reported, or several of them together."""

    code: int = NOTHING_COLLECTED
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Result") -> "Result":
        codes = {self.code, other.code} - {NOTHING_COLLECTED}
        return Result(
            max(codes, default=NOTHING_COLLECTED),
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    @property
    def summary(self) -> str:
        """The closing line, in pytest's words."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def run_pytest(
    kind: str, arguments: Sequence[str | Path], environment: Mapping[str, str]
) -> Result:
    """Run pytest and return what it reported.

    :param kind: names its report, `.dev/log/test-<kind>.xml`
    """
    code = follow(_command(kind, arguments), cwd=ROOT, env=environment)
    return read_report(_report(kind), code)


@dataclass(frozen=True)
class Running:
    """A pytest process that runs beside another one."""

    kind: str
    process: subprocess.Popen[bytes]

    def interrupt(self) -> None:
        """Stop it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)

    def result(self) -> Result:
        """Return what it reported, once it has ended."""
        return read_report(_report(self.kind), self.process.wait())


@contextmanager
def pytest_beside(
    kind: str, arguments: Sequence[str | Path], environment: Mapping[str, str]
) -> Iterator[Running]:
    """Run pytest beside what the block does; what it says follows the block."""
    command = _command(kind, arguments)
    with beside(command, LOGS / f"test-{kind}.log", cwd=ROOT, env=environment) as process:
        yield Running(kind, process)


def _command(kind: str, arguments: Sequence[str | Path]) -> list[str]:
    """Return the command line, and make place for the report."""
    report = _report(kind)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    return [sys.executable, "-m", "pytest", f"--junitxml={report}", *map(str, arguments)]


def _report(kind: str) -> Path:
    return LOGS / f"test-{kind}.xml"


def read_report(report: Path, code: int) -> Result:
    """Return the figures of a JUnit report; without one only the exit code is known."""
    if not report.is_file():
        return Result(code)
    suite = ElementTree.parse(report).getroot().find("testsuite")
    if suite is None:
        return Result(code)
    total, skipped = int(suite.attrib["tests"]), int(suite.attrib["skipped"])
    failed = int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    return Result(code, max(0, total - failed - skipped), failed, skipped)


def split_arguments(arguments: Sequence[str], cwd: Path) -> tuple[list[str], list[str]]:
    """Tell the paths among pytest's arguments from everything else.

    Paths become absolute, as pytest runs in the repository's folder.

    :return: the paths (with their `::test`), the other arguments
    """
    paths, others = [], []
    previous = ""
    for argument in arguments:
        name, separator, test = argument.partition("::")
        if (
            not argument.startswith("-")
            and previous not in WITH_VALUE
            and (separator or (cwd / name).exists())
        ):
            paths.append(f"{(cwd / name).resolve()}{separator}{test}")
        else:
            others.append(argument)
        previous = argument
    return paths, others
