from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LoyaltyTier(models.Model):
    """A level of a loyalty program that a member reaches with qualifying points."""

    _name = "loyalty.tier"
    _description = "Loyalty Tier"
    _order = "program_id, min_points, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one(
        "loyalty.program",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("program_type", "=", "loyalty")],
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, precompute=True)
    min_points = fields.Float(
        string="From",
        digits=(16, 4),
        required=True,
        aggregator=None,
        help="Qualifying points in the rolling window of the program from which a member has "
        "this tier.",
    )
    sequence = fields.Integer(
        string="Rank",
        compute="_compute_sequence",
        store=True,
        help="1 is the first tier of the program. Of several tiers a customer is shown the "
        "highest rank.",
    )
    color = fields.Integer(default=0)
    description = fields.Text(
        string="Benefits", translate=True, help="What members of this tier enjoy."
    )
    card_ids = fields.One2many("loyalty.card", "tier_id", string="Members")
    member_count = fields.Integer(string="Members Count", compute="_compute_member_count")

    _program_min_points_uniq = models.UniqueIndex(
        "(program_id, min_points) WHERE active",
        "Two tiers of a program cannot begin at the same number of points.",
    )
    _check_min_points = models.Constraint(
        "CHECK (min_points >= 0)", "A tier begins at 0 points or more."
    )

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.depends(
        "min_points", "active", "program_id.tier_ids.min_points", "program_id.tier_ids.active"
    )
    def _compute_sequence(self):
        for program in self.program_id:
            tiers = program._get_tiers()
            for sequence, tier in enumerate(tiers, start=1):
                tier.sequence = sequence
        for tier in self.filtered(lambda tier: not tier.active):
            tier.sequence = 0

    def _compute_member_count(self):
        counts = dict(
            self.env["loyalty.card"]._read_group(
                [("tier_id", "in", self.ids)], ["tier_id"], ["__count"]
            )
        )
        for tier in self:
            tier.member_count = counts.get(tier, 0)

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("program_id")
    def _check_program_type(self):
        for tier in self:
            if tier.program_id.program_type != "loyalty":
                raise ValidationError(
                    self.env._(
                        "Tiers belong to loyalty cards; %(program)s is another type of program.",
                        program=tier.program_id.name,
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    # Programs keep their tiers in the cache, see `_get_levels`.

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        self.env.registry.clear_cache()
        return tiers

    def write(self, vals):
        result = super().write(vals)
        if not {"program_id", "active", "min_points"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # Cards and moves of members that this user may not see keep the tier, too.
        moves = self.env["loyalty.tier.move"].sudo()
        used = moves.search_count(
            ["|", ("from_tier_id", "in", self.ids), ("to_tier_id", "in", self.ids)], limit=1
        )
        if used:
            raise ValidationError(
                self.env._("A tier that members have or had is kept: archive it instead.")
            )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_view_members(self):
        """The cards that have this tier."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_loyalty.loyalty_card_action")
        return action | {"domain": [("tier_id", "in", self.ids)], "context": {}}

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_api_values(self):
        """The tier as the API shows it."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "rank": self.sequence,
            "color": self.color,
            "min_points": self.min_points,
        }
