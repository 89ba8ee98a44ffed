from odoo import fields

from .models.loyalty_entry import START_PARAMETER
from .models.res_config_settings import WINDOW_PARAMETER


def post_init_hook(env):
    """Begin the ledger with what every card holds."""
    env["loyalty.entry"]._append_opening()
    env["ir.config_parameter"].set_param(START_PARAMETER, fields.Datetime.now())


def uninstall_hook(env):
    """Drop what the registry does not know of."""
    env.cr.execute("DROP TRIGGER IF EXISTS loyalty_entry_guard ON loyalty_entry")
    env.cr.execute("DROP FUNCTION IF EXISTS loyalty_entry_guard()")
    env["ir.config_parameter"].search([("key", "in", (START_PARAMETER, WINDOW_PARAMETER))]).unlink()
