"""Let the pure formulas be imported without Odoo.

`crm_targets/__init__.py` imports the models, and with them Odoo. The formulas in
`<addon>/tools/` need neither, so the addons are registered here as bare packages:
their path is known, their `__init__` is never run.
"""

import sys
import types
from pathlib import Path

ROOT = Path(__file__).parents[2]

for addon in ("crm_targets", "crm_experience", "crm_loyalty"):
    package = types.ModuleType(addon)
    package.__path__ = [str(ROOT / addon)]
    sys.modules.setdefault(addon, package)
