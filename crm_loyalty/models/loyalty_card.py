from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, models
from odoo.addons.crm_loyalty.tools.ledger import (
    OPENING,
    SPENT,
    Source,
    is_spending,
    split,
    to_ledger,
)
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Datetime
from odoo.tools import SQL

# What follows from the ledger and is never an input.
TIER_FIELDS = ("tier_id", "tier_date", "merged_into_id")

# Who is about to write balances. Not in the context: that is the caller's, and whoever could name
# an order there could have its points taken back twice.
_source = ContextVar("loyalty_ledger_source", default=None)
# What was written to the ledger below the outermost call of create or write, by card id.
_booked = ContextVar("loyalty_ledger_booked", default=None)


class LoyaltyCard(models.Model):
    """Every change of a balance, on whichever path, becomes entries of the ledger."""

    _inherit = "loyalty.card"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_tier_values({name for vals in vals_list for name in vals})
        # Named, so that no default from the context of the caller fills them.
        vals_list = [dict.fromkeys(TIER_FIELDS, False) | vals for vals in vals_list]
        with self._track_booked() as booked:
            cards = super().create(vals_list)
            changes = cards._get_changes({}, booked)
            cards._book(changes, self._get_source() or Source(gain=OPENING, loss=OPENING))
            # Some have a tier from the beginning: with the first points, or with none at all.
            cards.filtered(lambda card: not card.tier_id)._raise_tiers()
        return cards

    def write(self, vals):
        self._check_tier_values(vals)
        self._check_program(vals)
        if "points" not in vals:
            return super().write(vals)
        with self._track_booked() as booked:
            before = {card.id: card._get_ledger_points() for card in self}
            result = super().write(vals)
            self._book(self._get_changes(before, booked), self._get_source() or Source())
        return result

    def unlink(self):
        if self:
            self.env["loyalty.entry"]._append_closing(self)
        return super().unlink()

    def _check_tier_values(self, names):
        # A tier is the outcome of the ledger, never an input, not even for who may write cards.
        if not self.env.su and not set(TIER_FIELDS).isdisjoint(names):
            raise UserError(
                self.env._("The tier of a card follows from its points. Adjust the points instead.")
            )

    def _check_program(self, vals):
        """A tier, its history and the points that led to it belong to one program."""
        if "program_id" not in vals:
            return
        program = self.env["loyalty.program"].browse(vals["program_id"])
        moved = self.filtered(lambda card: card.program_id != program)
        # Whether programs have tiers is read as superuser: not everybody may read programs.
        if moved and any((moved.program_id | program).sudo().mapped("has_tiers")):
            raise UserError(
                self.env._(
                    "A card stays in its program when members of the one or the other have tiers. "
                    "Create a card in the other program instead."
                )
            )

    # ------------------------------------------------------------
    # Ledger
    # ------------------------------------------------------------

    @contextmanager
    def _attribute(self, source):
        """Attribute the balances written inside the block to `source` (:class:`Source`)."""
        token = _source.set((self.env.cr, source))
        try:
            yield source
        finally:
            _source.reset(token)

    def _get_source(self):
        """Who writes balances now with this cursor, or None."""
        cursor, source = _source.get() or (None, None)
        return source if cursor is self.env.cr else None

    @contextmanager
    def _track_booked(self):
        """Let a call of create or write know what calls below it wrote to the ledger.

        Another addon's override may change a balance again while it is being written; without
        this the outer call would write the inner change a second time.
        """
        booked = _booked.get()
        token = None
        if booked is None:
            booked = defaultdict(int)
            token = _booked.set(booked)
        try:
            yield dict(booked)
        finally:
            if token:
                _booked.reset(token)

    def _get_ledger_points(self):
        self.ensure_one()
        try:
            return to_ledger(self.points)
        except ValueError as error:
            raise ValidationError(
                self.env._("The balance of a card must be a finite number of points.")
            ) from error

    def _get_changes(self, before, booked):
        """`[(card, change)]` since `before`, less what was written to the ledger meanwhile."""
        total = _booked.get()
        changes = []
        for card in self:
            inner = total[card.id] - booked.get(card.id, 0)
            changes.append((card, card._get_ledger_points() - before.get(card.id, 0) - inner))
        return changes

    @api.model
    def _book(self, changes, source):
        """Write `changes` to the ledger with one INSERT, then raise the tiers they reach."""
        now, total, rows, parts_by_card = Datetime.now(), _booked.get(), [], {}
        for card, change in changes:
            parts = split(change, source, card.id)
            if not parts:
                continue
            # The program is read as superuser: who may write a card may not read its program.
            program = card.sudo().program_id
            balance = card._get_ledger_points() - sum(part.points for part in parts)
            for part in parts:
                balance += part.points
                rows.append(
                    {
                        "card_id": card.id,
                        "program_id": program.id or None,
                        "program_name": program.with_context(lang="en_US").name or None,
                        "company_id": program.company_id.id or None,
                        "date": now,
                        "kind": part.kind,
                        "points": part.points,
                        "qualifying_points": part.qualifying,
                        "balance": balance,
                        "document_model": part.document.model,
                        "document_id": part.document.id,
                        "document_name": part.document.name,
                        "author_id": self.env.uid,
                    }
                )
            total[card.id] += change
            parts_by_card[card] = parts
        if rows:
            self.env["loyalty.entry"]._append(rows)
            self._check_overdrawn(parts_by_card)
            self.browse().concat(*parts_by_card)._raise_tiers(parts_by_card)

    @api.model
    def _check_overdrawn(self, parts_by_card):
        """Spending never makes the balance of a card with tiers negative."""
        for card, parts in parts_by_card.items():
            if card.points >= 0 or not is_spending(parts) or not card.sudo().program_id.has_tiers:
                continue
            spent = -float(sum(part.points for part in parts if part.kind == SPENT))
            card._raise_overdrawn(card.points + spent, spent)

    def _raise_overdrawn(self, available, spent):
        # The message goes to who spends the points of this card, so names may be read.
        card = self.ensure_one().sudo()
        raise ValidationError(
            self.env._(
                "The card of %(customer)s in %(program)s has %(available)s, but %(spent)s would "
                "be spent. Remove a reward or press Reward again.",
                customer=card.partner_id.display_name or card.code,
                program=card.program_id.name,
                available=card._format_points(available),
                spent=card._format_points(spent),
            )
        )

    # ------------------------------------------------------------
    # Proof
    # ------------------------------------------------------------

    @api.model
    def _get_unproven_ids(self):
        """Ids of the cards, deleted ones too, whose entries do not add up to the balance."""
        self.flush_model(["points"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(card.id, booked.card_id)
                  FROM loyalty_card card
                  FULL JOIN (
                    SELECT card_id, SUM(points) AS points FROM loyalty_entry GROUP BY card_id
                  ) booked ON booked.card_id = card.id
                 WHERE ROUND(COALESCE(card.points, 0)::numeric, 4)
                       IS DISTINCT FROM COALESCE(booked.points, 0)
                 ORDER BY 1
                """
            )
        )
        return [card_id for (card_id,) in rows]

    @api.model
    def action_check_ledger(self):
        """Prove every balance by the ledger.

        :return: action: a notification, or the entries of the cards that differ.
        """
        if not self.env.user.has_group("crm_loyalty.group_crm_loyalty_admin"):
            raise AccessError(self.env._("Only an administrator of Customer Loyalty may do that."))
        # The proof is about all cards, whoever may see them; only ids leave this method, and what
        # they stand for is read with the rights of the caller.
        card_ids = self.sudo()._get_unproven_ids()
        if not card_ids:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "title": self.env._("Every balance is proven"),
                    "message": self.env._("The entries of every card add up to its balance."),
                },
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cards that differ from their ledger"),
            "res_model": "loyalty.card",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", card_ids)],
            "context": {"active_test": False, "create": False},
        }
