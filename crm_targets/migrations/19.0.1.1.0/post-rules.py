from odoo import SUPERUSER_ID, api
from odoo.addons.crm_targets.migration import reload_rules


def migrate(cr, _version):
    """Nobody changes their own target any more, and parts stay with their team."""
    reload_rules(api.Environment(cr, SUPERUSER_ID, {}), "crm_targets")
