"""`./dev pins`: freeze the newest allowed Python packages for the Python that runs this.

Run it once with each supported Python: `python3.12 dev pins`.
"""

import os
import subprocess
import venv
from pathlib import Path

from scripts.place import DEV, LOGS, readable, scratch, write_text
from scripts.process import run
from scripts.progress import say
from scripts.python_env import REQUIREMENTS, own_pins


def main(arguments: list[str]) -> int:
    """Install `requirements.in` into a fresh environment and write down what came."""
    with scratch(DEV / "pins") as temporary:
        venv.create(temporary / "python", with_pip=True)
        pip: list[str | Path] = [temporary / "python/bin/python", "-m", "pip"]
        source = REQUIREMENTS / "requirements.in"
        # A package that needs a compiler is a package that fails on a fresh machine.
        environment = {**os.environ, "CC": "false", "CXX": "false"}
        run(
            "Resolving Python packages",
            [*pip, "install", "--prefer-binary", "-r", source, *arguments],
            LOGS / "pins.log",
            env=environment,
        )
        frozen = subprocess.run([*pip, "freeze"], capture_output=True, text=True, check=True)
    target = own_pins()
    write_text(target, frozen.stdout)
    say(f"Wrote {readable(target)}.")
    return 0
