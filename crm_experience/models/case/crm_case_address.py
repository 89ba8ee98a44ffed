from odoo import api, fields, models


class CrmCaseAddress(models.AbstractModel):
    """Whoever has a mail address of their own for cases: a team, a company.

    A mail to it opens a case; replies go to the case they answer.
    """

    _name = "crm.case.address"
    _description = "Mail Address for Cases"

    case_alias_id = fields.Many2one(
        "mail.alias", string="Address for Cases", copy=False, readonly=True, ondelete="set null"
    )
    case_alias_name = fields.Char(
        string="Mail Address for Cases",
        compute="_compute_case_alias_name",
        inverse="_inverse_case_alias_name",
        help="What stands before the @. A mail to this address opens a case.",
    )
    case_alias_email = fields.Char(
        string="Full Mail Address for Cases", compute="_compute_case_alias_email"
    )

    @api.depends("case_alias_id.alias_name")
    def _compute_case_alias_name(self):
        for owner in self:
            # An address that customers write to is no secret.
            owner.case_alias_name = owner.case_alias_id.sudo().alias_name

    @api.depends("case_alias_id.alias_name", "case_alias_id.alias_full_name")
    def _compute_case_alias_email(self):
        for owner in self:
            # as above
            alias = owner.case_alias_id.sudo()
            owner.case_alias_email = alias.alias_name and alias.alias_full_name

    def _inverse_case_alias_name(self):
        for owner in self:
            name = owner.case_alias_name
            # Whoever may change the team or the company decides on its address; core does the
            # same with the aliases of teams.
            alias = owner.case_alias_id.sudo()
            if alias:
                alias.alias_name = name
            elif name:
                owner.sudo().case_alias_id = alias.create(
                    {
                        "alias_name": name,
                        "alias_model_id": self.env["ir.model"]._get_id("crm.case"),
                        "alias_defaults": repr(owner._get_case_alias_defaults()),
                        "alias_parent_model_id": self.env["ir.model"]._get_id(self._name),
                        "alias_parent_thread_id": owner.id,
                    }
                )

    def _get_case_alias_defaults(self):
        """Return the values of a case that comes in by this address."""
        raise NotImplementedError

    def _update_case_aliases(self):
        """Let addresses open cases as they would if they were new: in the company of today."""
        # as above
        for owner in self.sudo().filtered("case_alias_id"):
            owner.case_alias_id.alias_defaults = repr(owner._get_case_alias_defaults())

    def unlink(self):
        aliases = self.case_alias_id
        result = super().unlink()
        # as above
        aliases.sudo().unlink()
        return result
