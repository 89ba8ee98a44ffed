from odoo import api, fields, models
from odoo.addons.crm_loyalty.tools.ledger import EARNED, REVERSED, ZERO, to_ledger
from odoo.addons.crm_loyalty.tools.tier import decide_at_once, get_progress
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

MAX_PARTNERS = 1000


class LoyaltyCard(models.Model):
    """The tier of a card: a member's level in a program."""

    _inherit = "loyalty.card"

    tier_id = fields.Many2one(
        "loyalty.tier",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Follows from the qualifying points: upwards at once, downwards by night.",
    )
    tier_color = fields.Integer(related="tier_id.color", string="Tier Color")
    tier_date = fields.Date(string="Tier Since", readonly=True, copy=False)
    merged_into_id = fields.Many2one(
        "loyalty.card",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Card that this one became part of when contacts were merged.",
    )
    entry_ids = fields.One2many("loyalty.entry", "card_id", string="Ledger", readonly=True)
    tier_move_ids = fields.One2many(
        "loyalty.tier.move", "card_id", string="Tier History", readonly=True
    )
    has_tiers = fields.Boolean(related="program_id.has_tiers")
    qualifying_points = fields.Float(
        compute="_compute_qualifying_points",
        compute_sudo=True,
        digits=(16, 4),
        help="Points that count towards the tier: earned in the rolling window of the program, "
        "whether spent or not.",
    )
    next_tier_id = fields.Many2one(
        "loyalty.tier", compute="_compute_qualifying_points", compute_sudo=True
    )
    points_to_next_tier = fields.Float(
        string="Missing Points",
        compute="_compute_qualifying_points",
        compute_sudo=True,
        digits=(16, 4),
        help="Qualifying points missing to the next tier.",
    )
    tier_progress = fields.Float(
        string="Way to Next Tier",
        compute="_compute_qualifying_points",
        compute_sudo=True,
        help="From the present tier to the next one, in percent.",
    )

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.depends("points", "program_id.tier_window_months", "program_id.tier_ids.min_points")
    def _compute_qualifying_points(self):
        qualifying = self._get_qualifying()
        for card in self:
            points = qualifying.get(card.id, ZERO)
            tiers = card.program_id._get_tiers()
            reached = [tier for tier in tiers if to_ledger(tier.min_points) <= points]
            # A tier that is still held counts as reached until the nightly evaluation.
            rank = max(len(reached), card.tier_id.sequence)
            lower = to_ledger(tiers[rank - 1].min_points) if rank and rank <= len(tiers) else ZERO
            following = tiers[rank : rank + 1]
            upper = to_ledger(following.min_points)
            card.qualifying_points = float(points)
            card.next_tier_id = following
            card.points_to_next_tier = float(max(upper - points, ZERO)) if following else 0.0
            card.tier_progress = get_progress(points, lower, upper) if following else 100.0

    # ------------------------------------------------------------
    # Tiers
    # ------------------------------------------------------------

    def _get_qualifying(self):
        """`{card id: qualifying points in the window}`; those of merged cards go to their heir."""
        if not self.ids:
            return {}
        self.flush_model(["program_id", "merged_into_id"])
        self.env["loyalty.program"].flush_model(["tier_window_months"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(card.merged_into_id, card.id), SUM(entry.qualifying_points)
                  FROM loyalty_card card
                  JOIN loyalty_program program ON program.id = card.program_id
                  JOIN loyalty_entry entry ON entry.card_id = card.id
                 WHERE (card.id IN %(cards)s OR card.merged_into_id IN %(cards)s)
                   AND %(window)s
                 GROUP BY 1
                """,
                cards=tuple(self.ids),
                window=self.env["loyalty.program"]._get_tier_window_sql(),
            )
        )
        return {card_id: to_ledger(points) for card_id, points in rows}

    def _raise_tiers(self, parts_by_card=None):
        """Give these cards the tier they have reached, in this transaction.

        A tier falls here only when the order that had brought it is taken back; everything else
        that lowers the points of the window is seen by the nightly evaluation.

        :param parts_by_card: `{card: parts of the ledger}` that were just written, if any.
        """
        # Tiers follow from the ledger, not from the rights of who writes points.
        parts_by_card = {card.id: parts for card, parts in (parts_by_card or {}).items()}
        cards = self.sudo().filtered(lambda card: card.active and card.program_id.has_tiers)
        cards = cards.filtered(
            lambda card: not parts_by_card or any(p.qualifying for p in parts_by_card[card.id])
        )
        if not cards:
            return
        qualifying = cards._get_qualifying()
        before = cards._get_ranks_taken_back(parts_by_card)
        values_list = []
        for card in cards:
            points = qualifying.get(card.id, ZERO)
            tier_ids, thresholds = card.program_id._get_levels()
            current = tier_ids.index(card.tier_id.id) + 1 if card.tier_id.id in tier_ids else 0
            rank = decide_at_once(current, points, thresholds, before.get(card.id))
            if rank == current:
                continue
            tier = card.tier_id.browse(tier_ids[rank - 1 : rank] if rank else ())
            reason, kind = ("points", EARNED) if rank > current else ("reversal", REVERSED)
            parts = parts_by_card.get(card.id, ())
            document = next((part.document for part in parts if part.kind == kind), None)
            values_list.append(card._prepare_tier_move_values(tier, points, reason, document))
        self._move_tiers(values_list)

    def _get_ranks_taken_back(self, parts_by_card):
        """`{card id: rank before the upgrade}` of cards whose last upgrade came from a document
        that is just being taken back."""
        taken_back = {
            card_id: {(p.document.model, p.document.id) for p in parts if p.kind == REVERSED}
            for card_id, parts in parts_by_card.items()
            if card_id in self._ids and any(p.kind == REVERSED for p in parts)
        }
        if not taken_back:
            return {}
        last = self.env["loyalty.tier.move"]._read_group(
            [("card_id", "in", list(taken_back))], ["card_id"], ["id:max"]
        )
        moves = self.env["loyalty.tier.move"].browse(move_id for _card, move_id in last)
        return {
            move.card_id.id: move.from_tier_id.sequence
            for move in moves
            if move.direction == "up"
            and move.document_id
            and (move.document_model, move.document_id) in taken_back[move.card_id.id]
        }

    def _prepare_tier_move_values(self, tier, points, reason, document=None):
        self.ensure_one()
        return {
            "card_id": self.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "program_id": self.program_id.id,
            "from_tier_id": self.tier_id.id,
            "to_tier_id": tier.id,
            "direction": "up" if tier.sequence > self.tier_id.sequence else "down",
            "date": fields.Datetime.now(),
            "reason": reason,
            "qualifying_points": float(points),
            "document_model": document.model if document else False,
            "document_id": document.id if document else False,
            "document_name": document.name if document else False,
        }

    @api.model
    def _move_tiers(self, values_list):
        """Write the moves and the tiers they lead to."""
        moves = self.env["loyalty.tier.move"].sudo().create(values_list)
        for tier, tier_moves in moves.grouped("to_tier_id").items():
            tier_moves.card_id.write({"tier_id": tier.id, "tier_date": fields.Date.today()})

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_membership(self, partner_ids):
        """The memberships of customers, in the order of `partner_ids`.

        :param list partner_ids: ids of up to 1,000 contacts.
        :return: for each id a dict: `partner_id`; `error`, a sentence, if the caller may not read
            that contact; else `has_tier`, `tier` (of the highest rank: `id`, `name`, `rank`,
            `color`, `min_points`) and `cards`, a list of dicts: `card_id`, `program`
            (`id`, `name`), `points`, `point_name`, `qualifying_points`, `has_tier`, `tier`,
            `has_next_tier`, `next_tier`, `points_to_next_tier`, `progress` (percent),
            `has_window`, `window_start` (ISO date). What is not there has no key.
        """
        if not self.env.user.has_group("crm_loyalty.group_crm_loyalty_user"):
            raise AccessError(self.env._("Only users of Customer Loyalty may read memberships."))
        self._check_partner_ids(partner_ids)
        # `exists` and the rules in one query: what the caller may read.
        readable = self.env["res.partner"].with_context(active_test=False)
        readable = readable.search([("id", "in", partner_ids)])
        # Members are shown to every user of this addon who may read the contact; the cards may be
        # closed to them for want of a Sales group, so they are read as superuser, within the
        # companies of the caller.
        cards = self.sudo().search(
            fields.Domain("partner_id", "in", readable.ids)
            & fields.Domain("program_id.program_type", "=", "loyalty")
            & fields.Domain("program_id.active", "=", True)
            & readable._get_loyalty_company_domain(),
            order="partner_id, id",
        )
        cards_by_partner = cards.grouped("partner_id")
        result = []
        for partner_id in partner_ids:
            partner = readable.browse(partner_id)
            if partner not in readable:
                error = self.env._("You may not read this contact, or it does not exist.")
                result.append({"partner_id": partner_id, "error": error})
                continue
            # the key of the dictionary, which was made above
            held = cards_by_partner.get(partner.sudo(), cards.browse())
            result.append(held._get_membership_values(partner_id))
        return result

    def _get_membership_values(self, partner_id):
        """What `get_membership` says of the partner who holds these cards."""
        best = max(self.tier_id, key=lambda tier: (tier.sequence, tier.min_points), default=None)
        values = {"partner_id": partner_id, "has_tier": bool(best), "cards": []}
        if best:
            values["tier"] = best._get_api_values()
        for card in self:
            start = card.program_id._get_tier_window_start()
            card_values = {
                "card_id": card.id,
                "program": {"id": card.program_id.id, "name": card.program_id.name},
                "points": float(to_ledger(card.points)),
                "point_name": card.point_name or "",
                "qualifying_points": card.qualifying_points,
                "has_tier": bool(card.tier_id),
                "has_next_tier": bool(card.next_tier_id),
                "has_window": bool(start),
            }
            if card.tier_id:
                card_values["tier"] = card.tier_id._get_api_values()
            if card.next_tier_id:
                card_values["next_tier"] = card.next_tier_id._get_api_values()
                card_values["points_to_next_tier"] = card.points_to_next_tier
                card_values["progress"] = card.tier_progress
            if start:
                card_values["window_start"] = start.isoformat()
            values["cards"].append(card_values)
        return values

    @api.model
    def _check_partner_ids(self, partner_ids):
        if not isinstance(partner_ids, list | tuple) or not all(
            type(partner_id) is int and 0 < partner_id < 2**31 for partner_id in partner_ids
        ):
            raise UserError(self.env._("partner_ids must be a list of ids of contacts."))
        if len(partner_ids) > MAX_PARTNERS:
            raise UserError(self.env._("At most %(count)s contacts at a time.", count=MAX_PARTNERS))
