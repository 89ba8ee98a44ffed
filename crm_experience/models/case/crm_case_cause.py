from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmCaseCause(models.Model):
    """Why something went wrong for a customer, in a tree from coarse to fine."""

    _name = "crm.case.cause"
    _description = "Cause of Cases"
    _parent_store = True
    _order = "complete_name, id"
    _rec_name = "complete_name"
    _rec_names_search = ("complete_name", "name")

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        string="Full Name", compute="_compute_complete_name", store=True, recursive=True
    )
    parent_id = fields.Many2one(
        "crm.case.cause",
        string="Wider Cause",
        index="btree_not_null",
        # `restrict`: a parent set to null by the database would leave a wrong `parent_path`.
        ondelete="restrict",
        domain="[('id', '!=', id)]",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.case.cause", "parent_id", string="Finer Causes")
    dimension_id = fields.Many2one(
        "crm.experience.dimension",
        ondelete="restrict",
        help="What of the experience suffers from it; new cases take it over.",
    )
    description = fields.Text(
        translate=True, help="What belongs here, and what staff may tell the customer at once."
    )
    active = fields.Boolean(default=True)

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for cause in self:
            # in the language of the source, whoever writes a translation
            source = cause.with_context(lang=None)
            parts = (source.parent_id.complete_name, source.name)
            cause.complete_name = " / ".join(filter(None, parts))

    @api.depends("complete_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """The same in the language of whoever reads it; what is stored sorts alike for all."""
        for cause in self:
            names, step = [], cause
            while step:
                names.append(step.name or "")
                step = step.parent_id
            cause.display_name = " / ".join(reversed(names))

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A cause cannot be part of itself."))
