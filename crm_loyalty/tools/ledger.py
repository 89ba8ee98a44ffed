"""How a change of a card's balance becomes lines of the ledger.

Odoo keeps the balance of a card as a float. The ledger keeps decimals with four places, the most
that any currency of ISO 4217 has, since gift cards and wallets hold money. Every line says by how
much the *rounded* balance moved, so the lines of a card add up to its rounded balance exactly,
however many they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite

UNIT = Decimal("0.0001")
ZERO = Decimal(0)

# Wide enough for the largest float with four decimals.
_CONTEXT = Context(prec=330, rounding=ROUND_HALF_UP)

OPENING, EARNED, REVERSED = "opening", "earned", "reversed"
SPENT, RETURNED = "spent", "returned"
ADJUSTED, MERGED, CLOSED, OTHER = "adjusted", "merged", "closed", "other"

KINDS = (OPENING, EARNED, REVERSED, SPENT, RETURNED, ADJUSTED, MERGED, CLOSED, OTHER)

# What counts towards a tier with its sign, and what counts only when it adds points.
_COUNTS = (EARNED, REVERSED, ADJUSTED)
_COUNTS_UP = (OPENING, OTHER)


def to_ledger(points: float) -> Decimal:
    """The balance as the ledger keeps it.

    The same rule as PostgreSQL's ``round(points::numeric, 4)``: fifteen significant digits first,
    then four decimals, halves away from zero.

    :param points: any finite number of points, negative too.
    :raises ValueError: for infinity and "not a number".
    """
    if not isfinite(points):
        raise ValueError("a balance is a finite number")
    return Decimal(f"{points:.15g}").quantize(UNIT, context=_CONTEXT)


def get_qualifying(kind: str, points: Decimal) -> Decimal:
    """How many of `points` count towards a tier.

    What orders earn and what they take back counts, and so do adjustments by hand, in both
    directions. Balances that a card starts with and changes of unknown origin count when they add
    points. Spending, and getting back what was spent, never count.

    :param kind: one of `KINDS`.
    :param points: signed change of the balance.
    """
    if kind in _COUNTS:
        return points
    if kind in _COUNTS_UP:
        return max(points, ZERO)
    return ZERO


@dataclass(frozen=True)
class Document:
    """The document behind a change, as it was: no more than its model, id and name."""

    model: str | None = None
    id: int | None = None
    name: str | None = None


NO_DOCUMENT = Document()


@dataclass(frozen=True)
class Part:
    """A known part of a change: what one document earned, spent, took or gave back.

    :ivar points: signed change of the balance.
    :ivar qualifying: signed change of what counts towards a tier.
    """

    kind: str
    points: Decimal
    qualifying: Decimal
    document: Document = NO_DOCUMENT


@dataclass
class Source:
    """Who is about to write balances, and why.

    :ivar gain: kind of a change that adds points.
    :ivar loss: kind of a change that takes points.
    :ivar document: document behind every change.
    :ivar parts: parts known beforehand, by card id; each is used by the first write of its card.
    :ivar cards: ids of the cards that were written.
    """

    gain: str = OTHER
    loss: str = OTHER
    document: Document = NO_DOCUMENT
    parts: dict[int, list[Part]] = field(default_factory=dict)
    cards: set[int] = field(default_factory=set)


def split(delta: Decimal, source: Source, card_id: int) -> list[Part]:
    """The lines of a change; their points add up to `delta`, whatever was known beforehand.

    :param delta: signed change of the balance.
    :param source: who wrote it; its parts of this card are used up.
    """
    source.cards.add(card_id)
    planned = source.parts.pop(card_id, None)
    parts = [part for part in planned or () if part.points or part.qualifying]
    rest = delta - sum((part.points for part in parts), ZERO)
    if rest:
        known = planned is None
        kind = (source.gain if rest > 0 else source.loss) if known else OTHER
        document = source.document if known else NO_DOCUMENT
        parts.append(Part(kind, rest, get_qualifying(kind, rest), document))
    return parts


def is_spending(parts: Iterable[Part]) -> bool:
    """Whether any of the parts spends points."""
    return any(part.kind == SPENT and part.points < 0 for part in parts)
