from odoo import api, fields, models


class CrmCustomerNote(models.AbstractModel):
    """Something that one of us has written down about a customer."""

    _name = "crm.customer.note"
    _inherit = ["crm.customer.record"]
    _description = "Note About a Customer"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Noted By",
        ondelete="set null",
        check_company=True,
        default=lambda self: self.env.user,
    )
    team_id = fields.Many2one(
        "crm.team",
        ondelete="set null",
        check_company=True,
        default=lambda self: self._default_team_id(),
    )
    active = fields.Boolean(default=True)

    def _default_team_id(self):
        team = self.env.user.sale_team_id
        is_ours = not team.company_id or team.company_id == self.env.company
        return team if is_ours else team.browse()

    @api.model
    def _prepare_note_values(self, partner):
        """Return what a customer says about a note of the user: company, team and author."""
        company = partner.company_id or self.env.company
        if company not in self.env.companies and company in self.env.company.sudo().parent_ids:
            # A branch shares the customers of the company above it; the note is its own.
            company = self.env.company
        team = self.with_company(company)._default_team_id()
        return {
            "partner_id": partner.id,
            "company_id": company.id,
            "team_id": team.id,
            "user_id": self.env.uid,
        }
