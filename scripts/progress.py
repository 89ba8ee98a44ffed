"""How `./dev` speaks: plain lines, one moving line on a terminal, one sentence on failure."""

import os
import sys
import time

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
