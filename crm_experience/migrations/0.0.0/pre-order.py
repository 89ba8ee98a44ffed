from odoo import SUPERUSER_ID, api
from odoo.addons.crm_targets.migration import check_upgraded


def migrate(cr, _version):
    """What it stands on comes first, at every upgrade."""
    check_upgraded(api.Environment(cr, SUPERUSER_ID, {}), "crm_experience")
