from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmExperienceTerm(models.AbstractModel):
    """A word of the vocabulary of contacts: channels, journey stages and dimensions."""

    _name = "crm.experience.term"
    _inherit = ["crm.code.mixin"]
    _description = "Term of the Experience Vocabulary"
    _order = "sequence, id"

    code = fields.Char(
        required=True,
        copy=False,
        help="Stable name for programs that send events. Keep it when you rename the term.",
    )
    name = fields.Char(required=True, translate=True)
    icon = fields.Char(
        default="fa-circle-o",
        help="Name of a Font Awesome icon, such as fa-phone.",
    )
    color = fields.Integer()
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(code)", "Another term has this code already, it may be archived."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shipped(self):
        """What Odoo captures by itself uses the terms that come with the addon."""
        shipped = (
            self.env["ir.model.data"]
            .sudo()
            .search_count(
                [
                    ("module", "=", "crm_experience"),
                    ("model", "=", self._name),
                    ("res_id", "in", self.ids),
                ],
                limit=1,
            )
        )
        if shipped:
            raise UserError(
                self.env._("This comes with the addon and cannot be deleted. Archive it instead.")
            )

    @api.model
    def _get_ids_by_code(self, codes):
        """Return the id of every active term among ``codes``, in one query."""
        if not codes:
            return {}
        # The vocabulary is no secret and needs no right of its own.
        terms = self.sudo().search_fetch([("code", "in", list(codes))], ["code"])
        return {term.code: term.id for term in terms}
