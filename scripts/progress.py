"""How `./dev` speaks: plain lines, one moving line on a terminal, one sentence on failure."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

QUIET_SECONDS = 10
CLEAR_LINE = "\r\033[K"


class Failure(Exception):
    """Something the developer can act on; its text is the one sentence they read."""


def say(text: str) -> None:
    """Print one line."""
    print(text, flush=True)


class Progress:
    """A line that moves on a terminal, and a line now and then in a log.

    :param title: what is being done, said at once
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.moving = sys.stdout.isatty()
        self.started = self.spoken = time.monotonic()
        if not self.moving:
            say(f"{title} …")
        self.update("")

    def update(self, detail: str) -> None:
        """Show how far it is."""
        if self.moving:
            width = max(20, os.get_terminal_size(sys.stdout.fileno()).columns - 1)
            line = f"{self.title} … {detail}"[:width]
            print(f"{CLEAR_LINE}{line}", end="", flush=True)
        elif detail and time.monotonic() - self.spoken >= QUIET_SECONDS:
            self.spoken = time.monotonic()
            say(f"  {detail}")

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if self.moving:
            print(CLEAR_LINE, end="", flush=True)
        if kind is None:
            seconds = time.monotonic() - self.started
            say(f"{self.title}: done in {seconds:.0f} s" if seconds >= 1 else f"{self.title}: done")


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
            [str(part) for part in command],
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
