from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from odoo import fields, models
from odoo.addons.crm_loyalty.tools.ledger import (
    EARNED,
    RETURNED,
    REVERSED,
    SPENT,
    ZERO,
    Document,
    Part,
    Source,
    to_ledger,
)
from odoo.tools import SQL


@dataclass
class OrderSource(Source):
    """Orders being confirmed or cancelled.

    :ivar cancelling: else confirming.
    :ivar given: what the orders gave so far, `{(order id, card id): Given}`.
    :ivar unseen: ids of orders that were confirmed before the ledger began.
    """

    cancelling: bool = False
    given: dict = field(default_factory=dict)
    unseen: frozenset = frozenset()


@dataclass(frozen=True)
class Given:
    """What an order gave to a card: points earned, points spent (negative), qualifying points."""

    earned: Decimal = ZERO
    spent: Decimal = ZERO
    qualifying: Decimal = ZERO


class SaleOrder(models.Model):
    _inherit = "sale.order"

    loyalty_tier_id = fields.Many2one(
        related="partner_id.loyalty_tier_id", groups="crm_loyalty.group_crm_loyalty_user"
    )
    loyalty_tier_color = fields.Integer(
        related="loyalty_tier_id.color",
        string="Loyalty Tier Color",
        groups="crm_loyalty.group_crm_loyalty_user",
    )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_confirm(self):
        cards = self._lock_tier_cards()
        self._check_points_available(cards)
        source = OrderSource(given=self._get_points_given() if cards else {})
        with self.env["loyalty.card"]._attribute(source):
            return super().action_confirm()

    def _action_cancel(self):
        self._lock_tier_cards()
        source = OrderSource(
            cancelling=True, given=self._get_points_given(), unseen=self._get_unseen_ids()
        )
        with self.env["loyalty.card"]._attribute(source):
            return super()._action_cancel()

    # ------------------------------------------------------------
    # Points
    # ------------------------------------------------------------

    def _get_point_changes(self):
        """What confirming gives or cancelling takes back, order by order, for the ledger.

        On cards with tiers an order gives what it did not give yet, and takes back exactly what
        the ledger says it gave. Core computes that anew, from lines that may have changed since.
        """
        changes = super()._get_point_changes()
        source = self.env["loyalty.card"]._get_source()
        if not isinstance(source, OrderSource):
            return changes
        source.parts.clear()
        exact = defaultdict(lambda: ZERO)
        for order in self:
            for card, parts in order._get_ledger_parts(source).items():
                source.parts.setdefault(card.id, []).extend(parts)
                exact[card] += sum((part.points for part in parts), ZERO)
        for card, points in exact.items():
            # whether a program has tiers is no secret, here and below
            if card.sudo().program_id.has_tiers:
                changes[card] = float(-points if source.cancelling else points)
        return changes

    def _get_ledger_parts(self, source):
        """`{card: parts}` of this order for the ledger."""
        self.ensure_one()
        given = {
            self.env["loyalty.card"].browse(card_id): values
            for (order_id, card_id), values in source.given.items()
            if order_id == self.id
        }
        points = self._get_points_by_card()
        if not source.cancelling:
            # Cards without tiers get from core all that the order earns, whatever it gave before.
            before = {card: was for card, was in given.items() if card.sudo().program_id.has_tiers}
            return {
                card: self._prepare_parts(
                    now.earned - before.get(card, Given()).earned,
                    now.spent - before.get(card, Given()).spent,
                )
                for card, now in points.items()
            }
        if self.id not in source.unseen:
            exact = {c: v for c, v in given.items() if c.sudo().program_id.has_tiers}
            rest = {c: v for c, v in points.items() if not c.sudo().program_id.has_tiers}
            points = rest | exact
        return {
            card: self._prepare_parts(-was.earned, -was.spent, -was.qualifying)
            for card, was in points.items()
        }

    def _prepare_parts(self, earned, spent, qualifying=None):
        """The lines of the ledger that say what this order earns and spends.

        :param earned: negative when it is taken back.
        :param spent: negative when it is spent, positive when it is given back.
        :param qualifying: as much as earned unless given.
        """
        self.ensure_one()
        document = self._get_ledger_document()
        qualifying = earned if qualifying is None else qualifying
        return [
            Part(EARNED if earned > 0 else REVERSED, earned, qualifying, document),
            Part(SPENT if spent < 0 else RETURNED, spent, ZERO, document),
        ]

    def _attribute_rewards(self):
        """Attribute points to this order: less is spent, more is given back."""
        document = self._get_ledger_document()
        source = Source(gain=RETURNED, loss=SPENT, document=document)
        return self.env["loyalty.card"]._attribute(source)

    def _add_points_for_coupon(self, coupon_points):
        document = self._get_ledger_document()
        source = Source(gain=EARNED, loss=REVERSED, document=document)
        with self.env["loyalty.card"]._attribute(source):
            return super()._add_points_for_coupon(coupon_points)

    def _get_ledger_document(self):
        self.ensure_one()
        return Document(self._name, self.id, self.name)

    def _get_points_by_card(self):
        """`{card: Given}` as core's `_get_point_changes` sees it, earned and spent apart."""
        self.ensure_one()
        earned, spent = defaultdict(float), defaultdict(float)
        for coupon_point in self.coupon_point_ids:
            earned[coupon_point.coupon_id] += coupon_point.points
        for line in self.order_line:
            if line.reward_id and line.coupon_id:
                spent[line.coupon_id] -= line.points_cost
        return {
            card: Given(to_ledger(earned[card]), to_ledger(spent[card]), to_ledger(earned[card]))
            for card in self.env["loyalty.card"].union(*earned, *spent)
        }

    def _get_points_given(self):
        """What the ledger says these orders gave so far, `{(order id, card id): Given}`."""
        if not self.ids:
            return {}
        self.env["loyalty.card"].flush_model(["merged_into_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.document_id,
                       COALESCE(card.merged_into_id, card.id),
                       COALESCE(SUM(entry.points) FILTER (WHERE entry.kind IN %(earned)s), 0),
                       COALESCE(SUM(entry.points) FILTER (WHERE entry.kind IN %(spent)s), 0),
                       SUM(entry.qualifying_points)
                  FROM loyalty_entry entry
                  JOIN loyalty_card card ON card.id = entry.card_id
                 WHERE entry.document_model = 'sale.order'
                   AND entry.document_id IN %(orders)s
                 GROUP BY 1, 2
                """,
                earned=(EARNED, REVERSED),
                spent=(SPENT, RETURNED),
                orders=tuple(self.ids),
            )
        )
        return {
            (order_id, card_id): Given(*map(to_ledger, points))
            for order_id, card_id, *points in rows
        }

    def _get_unseen_ids(self):
        """Ids of the orders that were confirmed before the ledger began.

        The ledger holds only what happened to them since, so core's own figures are taken back.
        """
        start = self.env["loyalty.entry"]._get_ledger_start()
        lines = self.env["loyalty.history"].sudo()
        domain = [
            ("order_model", "=", self._name),
            ("order_id", "in", self.ids),
            ("create_date", "<", start),
        ]
        return frozenset(lines.search(domain).mapped("order_id") if start else ())

    # ------------------------------------------------------------
    # Double spending
    # ------------------------------------------------------------

    def _get_loyalty_cards(self):
        # Orders are confirmed by customers, too, who may not read cards.
        orders = self.sudo()
        return (
            orders.applied_coupon_ids | orders.coupon_point_ids.coupon_id
        ) | orders.order_line.coupon_id

    def _lock_tier_cards(self):
        """Make orders that use the same cards with tiers wait for each other from the beginning.

        A transaction that waited for another one starts anew with the new balance (Odoo tries it
        again), before it sent a message or did anything else in vain.

        :return: these cards, as superuser.
        """
        cards = self._get_loyalty_cards().filtered("program_id.has_tiers")
        if cards:
            self.env.execute_query(
                SQL(
                    "SELECT id FROM loyalty_card WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    tuple(cards.ids),
                )
            )
        return cards

    def _check_points_available(self, cards):
        """Refuse orders that together would spend more points than there are.

        Core looks at each order alone, so two that are confirmed together may spend the same.
        """
        orders = self.sudo().filtered(lambda order: order.state in ("draft", "sent"))
        for card in cards:
            lines = orders.order_line.filtered(lambda line, card=card: line.coupon_id == card)
            spent = sum(lines.mapped("points_cost"))
            available = card.points
            if card.program_id.applies_on != "future":
                points = orders.coupon_point_ids.filtered(lambda p, card=card: p.coupon_id == card)
                available += sum(points.mapped("points"))
            if spent and card.currency_id.compare_amounts(spent, available) > 0:
                card._raise_overdrawn(available, spent)
