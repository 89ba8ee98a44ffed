"""How programs are run: what they say is shown, a failure is told in one sentence."""

import sys
import time

import pytest

from scripts.process import beside, explain, run
from scripts.progress import Failure

LOG = """\
2026-01-01 10:00:00,000 12 INFO db odoo.modules.loading: Loading module crm (1/2)
2026-01-01 10:00:01,000 12 ERROR db odoo.registry: Field x is unknown
Traceback (most recent call last):
  File "x.py", line 1, in f
    raise ValueError("inner")
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (LOG, "Field x is unknown"),
        (
            LOG + "odoo.exceptions.ParseError: no such view\n",
            "odoo.exceptions.ParseError: no such view",
        ),
        ("Get:1\nE: Unable to locate package x\n", "Unable to locate package x"),
        ("ERROR: No matching distribution found\n", "No matching distribution found"),
        ("all is well\n", ""),
    ],
)
def test_the_reason_is_the_last_line_that_names_an_error(tmp_path, text, reason):
    log = tmp_path / "log"
    log.write_text(text)
    assert explain(log) == reason


def test_a_failed_command_becomes_one_sentence_with_its_log(tmp_path, capsys):
    log = tmp_path / "log"
    command = [sys.executable, "-c", "import sys; print('E: disk is full'); sys.exit(3)"]
    with pytest.raises(Failure) as failure:
        run("Fetching", command, log, hint="Make room.")
    assert str(failure.value) == f"Fetching failed: disk is full (log: {log}). Make room."
    assert capsys.readouterr().out == "Fetching …\n"


def test_a_command_shows_how_far_it_is(tmp_path, capsys):
    shown = []
    run(
        "Counting",
        [sys.executable, "-c", "print('1 of 2'); print('noise'); print('2 of 2')"],
        tmp_path / "log",
        detail=lambda line: shown.append(line.strip()) or "",
    )
    assert shown == ["1 of 2", "noise", "2 of 2"]
    assert capsys.readouterr().out == "Counting …\nCounting: done\n"


def test_what_runs_beside_speaks_after_the_block_and_to_its_end(tmp_path, capfdbinary):
    code = "import time; print('begun', flush=True); time.sleep(1); print('ended')"
    with beside([sys.executable, "-c", code], tmp_path / "log") as process:
        print("block", flush=True)
    assert process.returncode == 0
    assert capfdbinary.readouterr().out == b"block\nbegun\nended\n"


def test_what_runs_beside_is_interrupted_with_a_failing_block(tmp_path, capfdbinary):
    code = "import time\nprint('begun', flush=True)\ntry: time.sleep(60)\nfinally: print('tidy')"
    log = tmp_path / "log"
    with pytest.raises(Failure), beside([sys.executable, "-c", code], log) as process:
        while b"begun" not in log.read_bytes():
            time.sleep(0.05)
        raise Failure("no")
    assert process.returncode != 0
    assert b"tidy" in capfdbinary.readouterr().out
