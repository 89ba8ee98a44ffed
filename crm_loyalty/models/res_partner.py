from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    loyalty_tier_id = fields.Many2one(
        "loyalty.tier",
        compute="_compute_loyalty_tier_id",
        search="_search_loyalty_tier_id",
        # Every user of this addon sees the badge of a contact they may read, also without a right
        # to its cards; only the tier leaves, within the companies of the user.
        compute_sudo=True,
        groups="crm_loyalty.group_crm_loyalty_user",
        help="The highest tier of the customer's loyalty cards.",
    )
    loyalty_tier_color = fields.Integer(
        related="loyalty_tier_id.color",
        string="Loyalty Tier Color",
        groups="crm_loyalty.group_crm_loyalty_user",
    )

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.depends_context("company", "allowed_company_ids")
    def _compute_loyalty_tier_id(self):
        self.loyalty_tier_id = False
        if not self.ids:
            return
        tiers = self.env["loyalty.tier"]
        condition = SQL("card.partner_id IN %s", tuple(self.ids))
        for partner_id, tier_id in self.env.execute_query(self._get_loyalty_tier_sql(condition)):
            self.browse(partner_id).loyalty_tier_id = tiers.browse(tier_id)

    def _search_loyalty_tier_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        if operator == "any" or not all(isinstance(tier, int) for tier in value):
            names = value if operator == "any" else [("name", "in", list(value))]
            value = self.env["loyalty.tier"].search(names).ids
        query = self._get_loyalty_tier_sql(SQL("TRUE"))
        domain = Domain.FALSE
        if any(tier is True for tier in value):
            domain |= Domain("id", "in", SQL("(SELECT partner_id FROM (%s) best)", query))
        if tier_ids := tuple(tier for tier in value if tier and tier is not True):
            domain |= Domain(
                "id",
                "in",
                SQL("(SELECT partner_id FROM (%s) best WHERE tier_id IN %s)", query, tier_ids),
            )
        if False in value:
            domain |= Domain("id", "not in", SQL("(SELECT partner_id FROM (%s) best)", query))
        return domain

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _get_segment_queries(self):
        tiers = self._get_loyalty_tier_sql(SQL("TRUE"))
        return super()._get_segment_queries() | {"loyalty_tier_id": tiers}

    @api.model
    def _get_loyalty_companies(self):
        """The companies the user works in, and those above them, as core's rule on cards says."""
        return self.env.companies.sudo().parent_ids | self.env.companies

    @api.model
    def _get_loyalty_company_domain(self):
        return Domain("company_id", "in", [False, *self._get_loyalty_companies().ids])

    @api.model
    def _get_loyalty_tier_sql(self, condition):
        """Query of `(partner_id, tier_id)`, the highest tier each.

        :param SQL condition: restricts the cards, alias `card`.
        """
        self.env["loyalty.card"].flush_model(["partner_id", "tier_id", "active", "company_id"])
        self.env["loyalty.tier"].flush_model(["sequence", "min_points"])
        self.env["loyalty.program"].flush_model(["active"])
        return SQL(
            """
            SELECT DISTINCT ON (card.partner_id) card.partner_id, card.tier_id
              FROM loyalty_card card
              JOIN loyalty_tier tier ON tier.id = card.tier_id
              JOIN loyalty_program program ON program.id = card.program_id
             WHERE card.active
               AND program.active
               AND card.partner_id IS NOT NULL
               AND (card.company_id IS NULL OR card.company_id IN %(companies)s)
               AND %(condition)s
             ORDER BY card.partner_id, tier.sequence DESC, tier.min_points DESC, tier.id
            """,
            companies=tuple(self._get_loyalty_companies().ids) or (0,),
            condition=condition,
        )
