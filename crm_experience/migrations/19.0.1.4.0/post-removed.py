from odoo import SUPERUSER_ID, api

#: Models that earlier releases had.
REMOVED = ["crm.loss.report"]


def migrate(cr, _version):
    """Remove what people saved about reports that are no longer there: it opens nothing."""
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    env["ir.filters"].search([("model_id", "in", REMOVED)]).unlink()
    env["ir.exports"].search([("resource", "in", REMOVED)]).unlink()
    actions = env["ir.actions.act_window"].search([("res_model", "in", REMOVED)])
    menus = env["ir.ui.menu"].search(
        [("action", "in", [f"{action._name},{action.id}" for action in actions])]
    )
    # a menu with others below it stays, and opens the first of them
    above = menus.filtered(lambda menu: menu.child_id - menus)
    above.action = False
    (menus - above).unlink()
    actions.unlink()
