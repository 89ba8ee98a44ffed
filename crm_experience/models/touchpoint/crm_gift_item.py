from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

MAX_QUANTITY = 1_000_000


class CrmGiftItem(models.Model):
    """Something handed out to customers: what of it came in, what went out, what is left."""

    _name = "crm.gift.item"
    _description = "Gift or Printed Matter"
    _order = "kind, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("gift", "Gift"), ("print", "Printed matter")], required=True, default="gift"
    )
    unit = fields.Char(
        default=lambda self: self.env._("pieces"),
        translate=True,
        help="What is counted, such as pieces, boxes or copies.",
    )
    product_id = fields.Many2one(
        "product.product",
        ondelete="set null",
        check_company=True,
        help="If it is a product as well. Its stock is not touched.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    is_per_team = fields.Boolean(
        string="Counted per Team",
        help="Every team has its own: what is left is counted team by team.",
    )
    shortage = fields.Selection(
        [("warn", "Warn"), ("refuse", "Refuse")],
        string="More Than There Is",
        required=True,
        default="warn",
        help="When somebody hands out more than what is left. Warn: it is written down all the "
        "same, because it is gone; what is left falls below zero until somebody counts. Refuse: "
        "for numbered vouchers and whatever else cannot be more than there was.",
    )
    quantity_minimum = fields.Integer(
        string="Order Again Below", help="What is left stands out when it is less than this."
    )
    note = fields.Text()
    move_ids = fields.One2many("crm.gift.move", "item_id", string="Stock")
    quantity_received = fields.Integer(
        string="Received",
        compute="_compute_quantities",
        help="What came in, with corrections after counting.",
    )
    quantity_given = fields.Integer(string="Handed Out", compute="_compute_quantities")
    quantity_left = fields.Integer(
        string="Left", compute="_compute_quantities", search="_search_quantity_left"
    )
    is_short = fields.Boolean(
        string="Running Out", compute="_compute_is_short", search="_search_is_short"
    )

    _quantity_minimum_check = models.Constraint(
        f"CHECK (quantity_minimum BETWEEN 0 AND {MAX_QUANTITY})",
        "What is ordered again below is a number from 0 to 1,000,000.",
    )

    def _compute_quantities(self):
        quantities = self._get_quantities()
        for item in self:
            received, given = quantities.get(item._origin.id, (0, 0))
            item.quantity_received = received
            item.quantity_given = given
            item.quantity_left = received - given

    def _search_quantity_left(self, operator, value):
        if operator not in ("=", "!=", "<", "<=", ">", ">=", "in", "not in"):
            return NotImplemented
        items = self.with_context(active_test=False).search([])
        return Domain("id", "in", items.filtered_domain([("quantity_left", operator, value)]).ids)

    @api.depends("quantity_left", "quantity_minimum")
    def _compute_is_short(self):
        for item in self:
            item.is_short = item.quantity_left < max(item.quantity_minimum, 1)

    def _search_is_short(self, operator, value):
        if operator != "in":
            return NotImplemented
        items = self.with_context(active_test=False).search([])
        return Domain("id", "in", items.filtered(lambda item: item.is_short in value).ids)

    @api.constrains("company_id")
    def _check_company_of_gifts(self):
        if (
            # whether there is any, also among what the user may not read
            self.env["crm.touchpoint"]
            .sudo()
            .search_count(
                [("gift_item_id", "in", self.ids), ("company_id", "not in", self.company_id.ids)],
                limit=1,
            )
        ):
            raise ValidationError(self.env._("It was handed out already: it stays in its company."))

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    @api.model
    def get_import_templates(self):
        """The file to begin an import with: an item a line, with what there is of it."""
        return [
            {
                "label": self.env._("Import Template for Gifts and Printed Matter"),
                "template": "/crm_experience/static/xls/crm_gift_item.xlsx",
            }
        ]

    def action_view_given(self):
        """Open who got it."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_touchpoint_action_gift"
        )
        action["domain"] = [("gift_item_id", "in", self.ids)]
        action["context"] = {"default_gift_item_id": self[:1].id, "search_default_filter_gift": 1}
        return action

    # ------------------------------------------------------------
    # Quantities
    # ------------------------------------------------------------

    def _get_quantities(self, team=None):
        """Return what came in and what went out, by id, in two queries.

        :param team: only what this team received and handed out
        """
        if not self.ids:
            return {}
        domain = Domain.TRUE if team is None else Domain("team_id", "=", team.id)
        # How much is left is a number without customers, true for everybody who hands it out;
        # so it counts also what went to customers whom the user may not read.
        received = (
            self.env["crm.gift.move"]
            .sudo()
            ._read_group(domain & Domain("item_id", "in", self.ids), ["item_id"], ["quantity:sum"])
        )
        given = (
            self.env["crm.touchpoint"]
            .sudo()
            ._read_group(
                domain & Domain("gift_item_id", "in", self.ids),
                ["gift_item_id"],
                ["gift_quantity:sum"],
            )
        )
        received = {item.id: quantity for item, quantity in received}
        given = {item.id: quantity for item, quantity in given}
        return {item_id: (received.get(item_id, 0), given.get(item_id, 0)) for item_id in self.ids}

    def _get_left(self, team):
        """Return what a team may hand out, by id: its own, or all of it where all share."""
        shared = self.filtered(lambda item: not item.is_per_team)
        quantities = shared._get_quantities() | (self - shared)._get_quantities(team)
        return {item_id: received - given for item_id, (received, given) in quantities.items()}
