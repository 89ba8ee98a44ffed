"""When a playbook begins, and which contact did which step.

Purpose: decisions about one customer that jobs take for many. Nothing is taken from elsewhere.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple


def pick_beginnings(
    events: Sequence[tuple[int, Hashable, datetime]],
    last_begun: Mapping[Hashable, Sequence[datetime]],
    repeat_days: int,
) -> list[int]:
    """Return the events with which something begins, once per customer in so many days.

    :param events: key, customer and moment, in the order of time.
    :param last_begun: when it began for customers before (in any order).
    :param repeat_days: less than so many days lie between no two beginnings of a customer,
        whichever was first; 0: every event counts.
    """
    begun = {customer: list(moments) for customer, moments in last_begun.items()}
    gap = timedelta(days=repeat_days)
    picked = []
    for key, customer, moment in events:
        moments = begun.setdefault(customer, [])
        if all(abs(moment - other) >= gap for other in moments):
            picked.append(key)
            moments.append(moment)
    return picked


class OpenStep(NamedTuple):
    """A step that waits for a contact: it counts from ``date_from`` on."""

    step: int
    date_from: date
    date_due: date


class Contact(NamedTuple):
    """A contact and the steps that it fits."""

    touchpoint: int
    day: date
    steps: frozenset[int]


def match_contacts(
    steps: Iterable[OpenStep], contacts: Iterable[Contact]
) -> dict[int, tuple[int, date]]:
    """Say which contact did which step of one customer: one contact does one step.

    Contacts are taken in the order of their day; each does the step that is due first among
    those that it fits and that wait for it already. So the call of the first week is not also
    the call of the third.

    :return: contact and day by step.
    """
    waiting = sorted(steps, key=lambda step: (step.date_due, step.step))
    done: dict[int, tuple[int, date]] = {}
    for contact in sorted(contacts, key=lambda contact: (contact.day, contact.touchpoint)):
        for step in waiting:
            if (
                step.step not in done
                and step.step in contact.steps
                and step.date_from <= contact.day
            ):
                done[step.step] = (contact.touchpoint, contact.day)
                break
    return done


def get_compliance(in_time: int, counted: int) -> float | None:
    """Return the share of steps done in time among those that were due, 0 to 1.

    :return: None where nothing was due.
    """
    if in_time < 0 or counted < in_time:
        raise ValueError("No more steps can be done in time than were due.")
    return in_time / counted if counted else None
