"""`./dev pins`: freeze the newest allowed Python packages for the Python that runs this.

Run it once with each supported Python: `python3.12 dev pins`.
"""

import os
import subprocess
import venv
from pathlib import Path

from scripts.place import DEV, LOGS, readable, scratch, write_text
from scripts.process import run
from scripts.progress import Failure, say
from scripts.python_env import REQUIREMENTS, VERSION, own_pins

# Distributions keep the early patch release that they began with: Debian 12 has 3.11.2.
CHECK = """
import sys
from importlib.metadata import distributions
from packaging.specifiers import SpecifierSet
earliest = f"{sys.version_info[0]}.{sys.version_info[1]}.0"
for found in distributions():
    wanted = found.metadata.get("Requires-Python")
    if wanted and earliest not in SpecifierSet(wanted):
        print(found.name, wanted)
"""


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
        check = subprocess.run([pip[0], "-c", CHECK], capture_output=True, text=True, check=True)
    if check.stdout:
        raise Failure(f"Hold back what refuses an early Python {VERSION}: {check.stdout.strip()}")
    target = own_pins()
    write_text(target, frozen.stdout)
    say(f"Wrote {readable(target)}.")
    return 0
