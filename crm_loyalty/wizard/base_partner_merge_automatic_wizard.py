from odoo import fields, models
from odoo.addons.crm_loyalty.tools.ledger import MERGED, ZERO, Source
from odoo.addons.crm_loyalty.tools.tier import decide


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        """Core makes one card of those of a program; its tier and orders follow here."""
        # As superuser like core: whoever may merge contacts merges all that hangs on them.
        cards = self.env["loyalty.card"].sudo()
        with cards._attribute(Source(gain=MERGED, loss=MERGED)) as source:
            super()._merge_loyalty_cards(src_partners, dst_partner)
        cards = cards.browse(source.cards)
        for program_cards in cards.grouped("program_id").values():
            heir = program_cards.filtered("active")
            merged = program_cards - heir
            if len(heir) == 1 and merged:
                self._merge_tier_cards(merged, heir)

    def _merge_tier_cards(self, merged, heir):
        """Let `heir` have the qualifying points, the tier and the orders of `merged`."""
        older = heir.with_context(active_test=False).search([("merged_into_id", "in", merged.ids)])
        (merged | older).merged_into_id = heir
        if not heir.program_id.has_tiers:
            return
        self._merge_order_cards(merged, heir)
        tier_ids, thresholds = heir.program_id._get_levels()
        points = heir._get_qualifying().get(heir.id, ZERO)
        rank = decide(points, thresholds)
        held = (heir | merged).tier_id
        tier = max(
            held | held.browse(tier_ids[rank - 1 : rank] if rank else ()),
            key=lambda tier: (tier.sequence, tier.min_points),
            default=held,
        )
        # The tier of a merged card moves to its heir; only there it is told.
        merged.write({"tier_id": False, "tier_date": False})
        if tier != heir.tier_id:
            heir._move_tiers([heir._prepare_tier_move_values(tier, points, "merge")])

    def _merge_order_cards(self, merged, heir):
        """Let orders that give points to `merged` or take some from them use `heir` instead."""
        # whoever may merge contacts merges what refers to them, as core does
        lines = self.env["sale.order.line"].sudo().search([("coupon_id", "in", merged.ids)])
        lines.coupon_id = heir
        orders = self.env["sale.order"].sudo().search([("applied_coupon_ids", "in", merged.ids)])
        orders.applied_coupon_ids = [
            *(fields.Command.unlink(card.id) for card in merged),
            fields.Command.link(heir.id),
        ]
        pending = self.env["sale.order.coupon.points"].sudo()
        pending = pending.search([("coupon_id", "in", (merged | heir).ids)], order="order_id, id")
        for points in pending.grouped("order_id").values():
            kept = points.filtered(lambda point: point.coupon_id == heir)[:1] or points[:1]
            total = sum(points.mapped("points"))
            (points - kept).unlink()
            kept.write({"coupon_id": heir.id, "points": total})
