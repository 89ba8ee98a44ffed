from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCaseMerge(models.TransientModel):
    """Which of some cases of a customer the others join."""

    _name = "crm.case.merge"
    _description = "Join Cases"

    case_ids = fields.Many2many("crm.case", string="Cases", required=True)
    case_id = fields.Many2one(
        "crm.case",
        string="Join Into",
        compute="_compute_case_id",
        store=True,
        readonly=False,
        domain="['|', ('id', 'in', case_ids), '&', ('partner_id', 'child_of', commercial_ids), "
        "('state', 'in', ['new', 'in_progress', 'waiting'])]",
        help="Where it goes on; the others are closed as parts of it.",
    )
    commercial_ids = fields.Many2many("res.partner", compute="_compute_commercial_ids")

    @api.depends("case_ids")
    def _compute_commercial_ids(self):
        for wizard in self:
            wizard.commercial_ids = wizard.case_ids.partner_id.commercial_partner_id

    @api.depends("case_ids")
    def _compute_case_id(self):
        """The oldest: the customer knows its number best."""
        for wizard in self:
            cases = wizard.case_ids._origin or wizard.case_ids
            wizard.case_id = len(cases) > 1 and cases.sorted("date_open")[:1]

    def action_join(self):
        """Join the cases, and open the one in which it goes on."""
        self.ensure_one()
        others = self.case_ids - self.case_id
        if not self.case_id or not others:
            raise UserError(self.env._("Choose another case that this one joins."))
        others._join(self.case_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.case",
            "res_id": self.case_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
