from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmDealRole(models.Model):
    """What a person has to say about a deal, or about all that a company buys.

    `partner_id` is the person: it is theirs, and goes when they go.
    """

    _name = "crm.deal.role"
    _description = "Role on a Deal"
    _inherit = ["crm.customer.note"]
    _order = "role, id"

    partner_id = fields.Many2one(string="Person")
    role = fields.Selection(
        [
            ("pays", "Pays"),
            ("decides", "Decides"),
            ("uses", "Uses"),
            ("influences", "Influences"),
        ],
        required=True,
        default="decides",
    )
    customer_id = fields.Many2one(
        "res.partner",
        string="Customer",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="Whose purchases it is about, whatever the deal.",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="The deal that it is about.",
    )
    note = fields.Char(help="What matters to this person about it.")

    @api.model
    def _get_customer_rule_domain(self, partner_domain):
        """For those who may read everybody and everything it is about."""
        return (
            super()._get_customer_rule_domain(partner_domain)
            & (Domain("customer_id", "=", False) | Domain("customer_id", "any", partner_domain))
            & (
                Domain("lead_id", "=", False)
                | Domain("lead_id", "any", self.env["ir.rule"]._get_core_domain("crm.lead"))
            )
        )

    @api.constrains("customer_id", "lead_id")
    def _check_subject(self):
        if self.filtered(lambda role: bool(role.customer_id) == bool(role.lead_id)):
            raise ValidationError(
                self.env._("A role is about one opportunity, or about one customer.")
            )

    @api.constrains("partner_id", "role", "customer_id", "lead_id", "active")
    def _check_duplicate(self):
        """Nobody has the same role twice; by one query for any number of roles."""
        active = self.filtered("active")
        groups = self.sudo()._read_group(
            [
                ("partner_id", "in", active.partner_id.ids),
                ("role", "in", active.mapped("role")),
                ("company_id", "in", active.company_id.ids),
            ],
            ["partner_id", "role", "customer_id", "lead_id", "company_id"],
            ["id:recordset"],
            having=[("__count", ">", 1)],
        )
        for *_key, roles in groups:
            if roles & active:
                raise ValidationError(
                    self.env._(
                        "%(person)s has this role already.",
                        person=roles[0].partner_id.display_name,
                    )
                )

    @api.depends("role", "partner_id")
    def _compute_display_name(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        for role in self:
            parts = (labels.get(role.role), role.partner_id.display_name)
            role.display_name = " · ".join(filter(None, parts))
