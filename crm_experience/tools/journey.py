"""Where a customer is on the journey, from what happened to them.

Purpose: one customer's contacts, read in order, bring them from stage to stage. Stages, rules
and contacts are named by whole numbers; moments are datetimes of one time zone.

The rules are the company's own; nothing here is taken from elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

#: A habit needs so many days between purchases to be one.
MIN_GAPS = 2


@dataclass(frozen=True)
class Rule:
    """A contact that fits the rule brings the customer to a stage.

    :ivar from_stages: only from these stages; empty: from everywhere.
    :ivar is_start: also customers who are in no stage yet.
    :ivar occurrence: ``any``, ``first`` (the first contact that fits, ever) or ``again`` (at
        least ``gap_days`` after the contact before that fits).
    """

    stage: int
    from_stages: frozenset[int] = frozenset()
    is_start: bool = True
    occurrence: str = "any"
    gap_days: int = 0


class Event(NamedTuple):
    """A contact, and the rules that it fits, the most important first."""

    moment: datetime
    touchpoint: int
    rules: tuple[int, ...]


class Placement(NamedTuple):
    """Somebody placed the customer by hand."""

    moment: datetime
    key: int
    stage: int


class Move(NamedTuple):
    """The customer came to a stage. ``cause`` is ``contact``, ``time`` or ``person``."""

    moment: datetime
    stage: int
    cause: str
    rule: int | None = None
    touchpoint: int | None = None
    placement: int | None = None


class Fallback(NamedTuple):
    """A stage ends by itself so many days after the last contact that led to it."""

    days: int
    stage: int


def follow(
    happened: Sequence[Event | Placement],
    rules: Mapping[int, Rule],
    fallbacks: Mapping[int, Fallback],
    now: datetime,
) -> tuple[list[Move], datetime | None]:
    """Follow one customer through the stages.

    Of the rules that a contact fits, the first that holds counts. One that leads to the stage
    where the customer is already makes no move, but the stage lasts anew from then. A placement
    by hand makes a move in any case.

    :param happened: contacts and placements in the order of time, none after ``now``.
    :param fallbacks: by stage. They form no circle.
    :return: the moves in order, and when the last stage ends by itself (None: never).
    """
    moves: list[Move] = []
    stage: int | None = None
    ends: datetime | None = None
    last: dict[int, datetime] = {}

    def enter(move: Move) -> None:
        nonlocal stage, ends
        moves.append(move)
        stage = move.stage
        ends = _get_end(stage, move.moment, fallbacks)

    def let_pass(until: datetime) -> None:
        while stage is not None and ends is not None and ends <= until:
            enter(Move(ends, fallbacks[stage].stage, "time"))

    for item in happened:
        let_pass(item.moment)
        if isinstance(item, Placement):
            enter(Move(item.moment, item.stage, "person", placement=item.key))
            continue
        key = next((key for key in item.rules if _holds(rules[key], key, stage, item, last)), None)
        if key is not None:
            if rules[key].stage == stage:
                ends = _get_end(stage, item.moment, fallbacks)
            else:
                enter(Move(item.moment, rules[key].stage, "contact", key, item.touchpoint))
        last.update(dict.fromkeys(item.rules, item.moment))
    let_pass(now)
    return moves, ends


def _get_end(stage: int, moment: datetime, fallbacks: Mapping[int, Fallback]) -> datetime | None:
    fallback = fallbacks.get(stage)
    return moment + timedelta(days=fallback.days) if fallback else None


def _holds(
    rule: Rule, key: int, stage: int | None, event: Event, last: Mapping[int, datetime]
) -> bool:
    if stage is None:
        is_place_right = rule.is_start or not rule.from_stages
    else:
        is_place_right = not rule.from_stages or stage in rule.from_stages
    if not is_place_right:
        return False
    before = last.get(key)
    if rule.occurrence == "first":
        return before is None
    if rule.occurrence == "again":
        return before is not None and event.moment - before >= timedelta(days=rule.gap_days)
    return True


def get_usual_days(days: Sequence[date]) -> float | None:
    """Return the days that usually lie between two purchases: the median.

    Purchases of one day are one. The median, because one long pause or one forgotten part bought
    the next day says little about a habit.

    :param days: of purchases, in any order.
    :return: at least 1; None with fewer than three days of purchases.
    """
    ordered = sorted(set(days))
    gaps = [(later - earlier).days for earlier, later in pairwise(ordered)]
    return float(median(gaps)) if len(gaps) >= MIN_GAPS else None
