from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.playbook import (
    Contact,
    OpenStep,
    get_compliance,
    match_contacts,
    pick_beginnings,
)

START = datetime(2026, 1, 1)


def moment(day):
    return START + timedelta(days=day)


def day(number):
    return date(2026, 1, 1) + timedelta(days=number)


def test_once_per_customer():
    events = [(1, "a", moment(0)), (2, "a", moment(5)), (3, "b", moment(5)), (4, "a", moment(30))]
    assert pick_beginnings(events, {}, 30) == [1, 3, 4]
    assert pick_beginnings(events, {"b": [moment(1)]}, 30) == [1, 4]
    assert pick_beginnings(events, {"b": [moment(1)]}, 0) == [1, 2, 3, 4]


def test_late_event_before_a_known_beginning():
    assert pick_beginnings([(1, "a", moment(0))], {"a": [moment(10)]}, 30) == []
    assert pick_beginnings([(1, "a", moment(0))], {"a": [moment(30)]}, 30) == [1]


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 90)), max_size=20),
    st.integers(0, 40),
)
def test_beginnings_are_apart_and_no_more_fit(raw, gap):
    raw.sort(key=lambda item: item[1])
    events = [(key, who, moment(number)) for key, (who, number) in enumerate(raw)]
    picked = set(pick_beginnings(events, {}, gap))
    for key, who, when in events:
        others = [w for k, c, w in events if k in picked and c == who and k != key]
        is_near = any(abs(when - other) < timedelta(days=gap) for other in others)
        assert (key in picked) != is_near or gap == 0


def test_one_contact_does_one_step():
    steps = [OpenStep(1, day(2), day(7)), OpenStep(2, day(14), day(21))]
    first = Contact(10, day(3), frozenset({1, 2}))
    assert match_contacts(steps, [first]) == {1: (10, day(3))}
    later = Contact(11, day(15), frozenset({1, 2}))
    assert match_contacts(steps, [later, first]) == {1: (10, day(3)), 2: (11, day(15))}


def test_a_contact_before_its_time_does_nothing():
    assert match_contacts([OpenStep(1, day(5), day(9))], [Contact(1, day(4), frozenset({1}))]) == {}


def test_a_contact_does_only_what_it_fits():
    steps = [OpenStep(1, day(0), day(1)), OpenStep(2, day(0), day(9))]
    assert match_contacts(steps, [Contact(1, day(4), frozenset({2}))]) == {2: (1, day(4))}


@st.composite
def cases(draw):
    steps = [
        OpenStep(number, day(draw(st.integers(0, 20))), day(draw(st.integers(0, 30))))
        for number in range(draw(st.integers(0, 5)))
    ]
    contacts = [
        Contact(
            100 + number,
            day(draw(st.integers(0, 30))),
            frozenset(draw(st.sets(st.integers(0, 4)))),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    return steps, contacts


@given(cases())
def test_matches_are_sound_and_nothing_is_left(case):
    steps, contacts = case
    done = match_contacts(steps, contacts)
    by_step = {step.step: step for step in steps}
    by_id = {contact.touchpoint: contact for contact in contacts}
    used = [touchpoint for touchpoint, _day in done.values()]
    assert len(used) == len(set(used))
    for key, (touchpoint, when) in done.items():
        assert key in by_id[touchpoint].steps
        assert by_step[key].date_from <= when == by_id[touchpoint].day
    for contact in contacts:
        if contact.touchpoint not in used:
            assert not any(
                step.step not in done
                and step.step in contact.steps
                and step.date_from <= contact.day
                for step in steps
            )


def test_compliance():
    assert get_compliance(3, 4) == 0.75
    assert get_compliance(0, 0) is None
    for wrong in ((2, 1), (-1, 3)):
        with pytest.raises(ValueError, match="No more steps"):
            get_compliance(*wrong)
