from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_gift_item import MAX_QUANTITY


class CrmGiftMove(models.Model):
    """What came in of a gift, or was found to be different when it was counted.

    What goes out is on the touchpoints. When touchpoints are forgotten, because their customer
    is erased or they are too old, what went out with them is kept here, without anybody's name.
    """

    _name = "crm.gift.move"
    _inherit = ["crm.place.mixin"]
    _description = "Stock of Gifts"
    _order = "date desc, id desc"
    _rec_name = "item_id"
    _places = ("item_id",)
    _check_company_auto = True

    item_id = fields.Many2one(
        "crm.gift.item", required=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(related="item_id.company_id", store=True, index=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(
        [
            ("received", "Received"),
            ("correction", "Correction"),
            ("forgotten", "Handed out, customer forgotten"),
        ],
        required=True,
        default="received",
        help="Correction: what was more (or, with a minus, less) than it should have been when "
        "somebody counted.",
    )
    quantity = fields.Integer(required=True, default=1)
    unit = fields.Char(related="item_id.unit")
    team_id = fields.Many2one("crm.team", ondelete="set null", check_company=True)
    user_id = fields.Many2one(
        "res.users", string="Responsible", ondelete="set null", default=lambda self: self.env.user
    )
    note = fields.Char()

    _quantity_check = models.Constraint(
        "CHECK (quantity <> 0 AND (kind <> 'received' OR quantity > 0)"
        f" AND (kind = 'forgotten' OR quantity BETWEEN -{MAX_QUANTITY} AND {MAX_QUANTITY}))",
        "What is received is a number from 1 to 1,000,000; a correction may be negative.",
    )

    @api.constrains("item_id", "team_id")
    def _check_team(self):
        if self.filtered(
            lambda move: move.item_id.is_per_team and not move.team_id and move.kind == "received"
        ):
            raise ValidationError(
                self.env._("This is counted per team: say which team received it.")
            )
