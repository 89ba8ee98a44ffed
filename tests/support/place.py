"""Where things are in the repository."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CDNOW_FILE = ROOT / ".dev" / "data" / "CDNOW_sample.txt"
ADDONS = ("crm_targets", "crm_experience", "crm_loyalty")
