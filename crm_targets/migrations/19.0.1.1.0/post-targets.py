from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """Nobody changes their own target any more, and parts stay with their team.

    The rules are `noupdate`, so that an update leaves them alone.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    convert_file(
        env,
        "crm_targets",
        "security/crm_target_security.xml",
        {},
        mode="init",
        noupdate=True,
    )
