"""How `./dev` runs other programs: none outlives it, however it ends."""

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .progress import Failure, Progress


def bound(command: Sequence[str | Path], death: str) -> list[str]:
    """Return a command that gets the signal `death` when the process that starts it dies.

    A killed `./dev` would else leave, say, a pip that writes into the folder which the
    next run has begun to rebuild.
    """
    return ["setpriv", f"--pdeathsig={death}", *map(str, command)]


def follow(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> int:
    """Run a program that speaks for itself at the terminal, and return its exit code.

    Ctrl-C is the program's own affair, and SIGTERM reaches it as Ctrl-C, so that it can
    stop its servers and browsers in good order.
    """
    process = subprocess.Popen(bound(command, "INT"), env=env, cwd=cwd)
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(
            signal.SIGTERM, lambda *_: process.send_signal(signal.SIGINT)
        ),
    }
    try:
        return process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def beside(
    command: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program beside what the block does, then show what it said until it ends.

    When the block fails, the program is interrupted, as by Ctrl-C.

    :param log: where its output goes meanwhile
    """
    with log.open("wb") as sink:
        process = subprocess.Popen(
            bound(command, "INT"),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
        )
    try:
        yield process
    except BaseException:
        process.send_signal(signal.SIGINT)
        raise
    finally:
        _show(log, process)


def _show(log: Path, process: "subprocess.Popen[bytes]") -> None:
    """Print a log while the process that writes it runs."""
    with log.open("rb") as said:
        ended = False
        while not ended:
            ended = process.poll() is not None  # asked first, so that the rest is read after it
            shutil.copyfileobj(said, sys.stdout.buffer)
            sys.stdout.flush()
            time.sleep(0 if ended else 0.5)


def run(
    title: str,
    command: Sequence[str | Path],
    log: Path,
    *,
    detail: Callable[[str], str] = lambda line: "",
    hint: str = "",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> None:
    """Run a command to its end, its output in `log`, its progress on one line.

    :param detail: what to show for a line of output; empty shows nothing new
    :param hint: what the developer can do when it fails
    :raise Failure: when it exits with another code than 0
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    last = ""
    with Progress(title) as progress, log.open("w", errors="replace") as sink:
        process = subprocess.Popen(
            bound(command, "KILL"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=env,
            cwd=cwd,
        )
        try:
            for line in process.stdout or ():
                sink.write(line)
                last = line.strip() or last
                shown = detail(line)
                if shown:
                    progress.update(shown)
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        if code:
            sink.flush()
            reason = explain(log) or last or f"exit code {code}"
            advice = f" {hint}" if hint else ""
            raise Failure(f"{title} failed: {reason.rstrip('.')} (log: {log}).{advice}")


def explain(log: Path) -> str:
    """Return the last line of a log that names an error, without its prefix, or nothing."""
    with log.open(errors="replace") as lines:
        named = [
            line.strip()
            for line in lines
            if re.search(r"^(E:|ERROR|[\w.]*(Error|Exception|Failure):)| (ERROR|CRITICAL) ", line)
        ]
    if not named:
        return ""
    reason = re.sub(r"^[\d-]+ [\d:,]+ \d+ (ERROR|CRITICAL) \S+ [\w.]+: ", "", named[-1])
    return re.sub(r"^(E:|ERROR:)\s*", "", reason)
