from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# on one occasion
MAX_GIFT = 10_000


class CrmTouchpoint(models.Model):
    """Gifts and printed matter that were handed out on the occasion."""

    _inherit = "crm.touchpoint"

    gift_item_id = fields.Many2one(
        "crm.gift.item",
        string="Gift or Printed Matter",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="What was handed out.",
    )
    gift_quantity = fields.Integer(
        string="Quantity Handed Out", help="How much of it was handed out."
    )

    @api.constrains("gift_item_id", "gift_quantity")
    def _check_gift_quantity(self):
        for touchpoint in self:
            if not touchpoint.gift_item_id and touchpoint.gift_quantity:
                raise ValidationError(self.env._("Say what was handed out."))
            if touchpoint.gift_item_id and not 1 <= touchpoint.gift_quantity <= MAX_GIFT:
                raise ValidationError(
                    self.env._(
                        "What is handed out is a number from 1 to %(limit)s.", limit=MAX_GIFT
                    )
                )

    @api.constrains("gift_item_id", "gift_quantity", "team_id")
    def _check_gift_shortage(self):
        """Refuse to hand out more than there is, of what cannot be more than there was."""
        items = self.gift_item_id.filtered(lambda item: item.shortage == "refuse")
        if not items:
            return
        # Two who take the last one at the same moment: the second waits, is run again by Odoo
        # because the row has changed meanwhile, and is refused. A lock alone would not do: the
        # second would go on with what it saw before it waited.
        self.env.cr.execute(
            SQL(
                "UPDATE crm_gift_item SET write_date = %s WHERE id = ANY(%s)",
                fields.Datetime.now(),
                sorted(items.ids),
            )
        )
        for team, touchpoints in self.grouped("team_id").items():
            left = (items & touchpoints.gift_item_id)._get_left(team)
            for item in items.browse(left):
                if left[item.id] < 0:
                    raise UserError(
                        self.env._(
                            "There are not enough %(item)s: %(count)s too many.",
                            item=item.name,
                            count=-left[item.id],
                        )
                    )

    @api.onchange("gift_item_id")
    def _onchange_gift_item_id(self):
        self.gift_quantity = self.gift_item_id and (self.gift_quantity or 1)

    @api.model_create_multi
    def create(self, vals_list):
        """One of it, where nobody says how much."""
        return super().create(
            [
                {"gift_quantity": 1} | values if values.get("gift_item_id") else values
                for values in vals_list
            ]
        )

    def _erase_records(self):
        self._forget_gifts()
        return super()._erase_records()

    def _forget_gifts(self):
        """Keep what went out with these touchpoints, which are about to be gone."""
        self.flush_recordset(["gift_item_id", "gift_quantity", "team_id"])
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_gift_move (item_id, company_id, team_id, date, kind, quantity,
                                              create_uid, write_uid, create_date, write_date)
                   SELECT gift_item_id, company_id, team_id, %(today)s, 'forgotten',
                          greatest(-sum(gift_quantity), -2000000000),
                          %(uid)s, %(uid)s, %(now)s, %(now)s
                     FROM crm_touchpoint
                    WHERE id = ANY(%(ids)s) AND gift_item_id IS NOT NULL
                    GROUP BY gift_item_id, company_id, team_id""",
                today=fields.Date.today(),
                uid=self.env.uid,
                now=fields.Datetime.now(),
                ids=self.ids,
            )
        )
        self.env["crm.gift.move"].invalidate_model()
