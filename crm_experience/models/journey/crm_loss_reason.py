from odoo import api, fields, models


class CrmLossReason(models.Model):
    """Why a customer was lost: a tree that a company extends."""

    _name = "crm.loss.reason"
    _description = "Reason of a Lost Customer"
    _parent_store = True
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="Stable name for programs that report lost customers.")
    complete_name = fields.Char(compute="_compute_complete_name", recursive=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=100)
    parent_id = fields.Many2one(
        "crm.loss.reason", string="Part Of", ondelete="restrict", index=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.loss.reason", "parent_id", string="In Detail")
    can_win_back = fields.Boolean(
        string="Can Be Won Back",
        default=True,
        help="Customers lost for this reason are on the list of those to win back.",
    )
    needs_competitor = fields.Boolean(
        string="Ask for the Competitor", help="Ask to whom the customer went."
    )
    reference_percent = fields.Float(
        string="Reference (%)",
        digits=(5, 1),
        help="Share of lost customers with this reason elsewhere, to compare your own with. What "
        "comes with the addon (death 1 %, moved 3 %, a friend's influence 5 %, price or competitor "
        "9 %, product 14 %, indifference 68 %) is quoted everywhere, attributed to the American "
        "Society for Quality, the U.S. Small Business Administration and others, but no original "
        "study is known. Put in its place what is known of your trade.",
    )

    _code_unique = models.Constraint(
        "UNIQUE(code)", "Another reason has this code already, it may be archived."
    )
    _reference_in_range = models.Constraint(
        "CHECK(reference_percent >= 0 AND reference_percent <= 100)",
        "A share is from 0 to 100 percent.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for reason in self:
            parent = reason.parent_id
            reason.complete_name = (
                f"{parent.complete_name} / {reason.name}" if parent else reason.name
            )

    @api.depends("complete_name")
    def _compute_display_name(self):
        for reason in self:
            reason.display_name = reason.complete_name

    @api.model
    def get_import_templates(self):
        """The file to begin an import with: a reason a line."""
        return [
            {
                "label": self.env._("Import Template for Reasons of Lost Customers"),
                "template": "/crm_experience/static/xls/crm_loss_reason.xlsx",
            }
        ]
