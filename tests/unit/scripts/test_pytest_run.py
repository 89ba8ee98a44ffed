"""What pytest is told, and how the figures of its processes add up."""

from scripts.commands.core import new_failures, read_outcomes
from scripts.pytest_run import NOTHING_COLLECTED, Result, read_report, split_arguments

REPORT = """<testsuites><testsuite tests="6" failures="1" errors="1" skipped="1">
<testcase classname="a.A" name="test_one"/>
<testcase classname="a.A" name="test_two"><failure/></testcase>
<testcase classname="a.A" name="test_three"><skipped/></testcase>
<testcase classname="a.A" name="test_four"/>
<testcase classname="a.A" name="test_four"><error/></testcase>
</testsuite></testsuites>"""


def test_paths_are_told_from_values_of_options(tmp_path):
    (tmp_path / "tests").mkdir()
    arguments = ["tests", "-k", "tests", "-x", "missing.py::test_a", "--maxfail=2", "unknown"]
    paths, options = split_arguments(arguments, tmp_path)
    assert paths == [f"{tmp_path}/tests", f"{tmp_path}/missing.py::test_a"]
    assert options == ["-k", "tests", "-x", "--maxfail=2", "unknown"]


def test_a_report_is_read_and_results_add_up(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    result = read_report(report, 1) + Result(0, passed=10)
    assert result == Result(1, passed=13, failed=2, skipped=1)
    assert result.summary == "13 passed, 2 failed, 1 skipped"


def test_a_process_without_a_report_keeps_its_code(tmp_path):
    assert read_report(tmp_path / "missing.xml", 4) == Result(4)


def test_nothing_collected_is_a_failure_only_when_nothing_ran_at_all():
    nothing = Result(NOTHING_COLLECTED)
    assert (nothing + nothing).code == NOTHING_COLLECTED
    assert (nothing + Result(0, passed=1)).code == 0
    assert (Result(1, failed=1) + nothing).code == 1


def test_outcomes_by_test():
    assert read_outcomes(REPORT) == {
        "a.A::test_one": "passed",
        "a.A::test_two": "failed",
        "a.A::test_three": "skipped",
        "a.A::test_four": "failed",
    }


def test_a_failure_is_new_when_the_test_passed_without_the_addons():
    before = {"a": "passed", "b": "passed", "c": "failed", "d": "passed", "e": "skipped"}
    after = {"a": "passed", "b": "failed", "c": "failed", "e": "failed", "f": "passed"}
    assert new_failures(before, after) == ["b", "d"]
