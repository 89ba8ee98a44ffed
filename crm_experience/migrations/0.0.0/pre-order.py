from odoo.addons.crm_targets.migration import check_upgraded


def migrate(cr, _version):
    """What it stands on comes first, at every upgrade."""
    check_upgraded(cr, "crm_experience")
