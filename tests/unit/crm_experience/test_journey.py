from datetime import date, datetime, timedelta
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.journey import (
    Event,
    Fallback,
    Move,
    Placement,
    Rule,
    follow,
    get_usual_days,
)

START = datetime(2026, 1, 1)
AWARE, BUY, FIRST, USE, SERVICE, RENEW = range(1, 7)
FALLBACKS = {BUY: Fallback(1, FIRST), FIRST: Fallback(30, USE), SERVICE: Fallback(14, USE)}
RULES = {
    10: Rule(RENEW, occurrence="again", gap_days=180),
    20: Rule(BUY),
    30: Rule(SERVICE),
    40: Rule(AWARE, from_stages=frozenset({AWARE})),
}


def day(number):
    return START + timedelta(days=number)


def event(number, *rules):
    return Event(day(number), number, rules)


def stages(moves):
    return [((move.moment - START).days, move.stage, move.cause) for move in moves]


def test_first_order_then_thirty_days_then_use():
    moves, ends = follow([event(0, 40), event(5, 10, 20)], RULES, FALLBACKS, day(100))
    assert stages(moves) == [
        (0, AWARE, "contact"),
        (5, BUY, "contact"),
        (6, FIRST, "time"),
        (36, USE, "time"),
    ]
    assert ends is None
    assert moves[1] == Move(day(5), BUY, "contact", 20, 5)


def test_service_and_back():
    moves, ends = follow([event(0, 10, 20), event(50, 30)], RULES, FALLBACKS, day(60))
    assert stages(moves)[-1] == (50, SERVICE, "contact")
    assert ends == day(64)


def test_order_after_a_long_time_renews():
    moves, _ends = follow([event(0, 10, 20), event(200, 10, 20)], RULES, FALLBACKS, day(201))
    assert stages(moves)[-1] == (200, RENEW, "contact")
    moves, _ends = follow([event(0, 10, 20), event(100, 10, 20)], RULES, FALLBACKS, day(100))
    assert stages(moves)[-1] == (100, BUY, "contact")


def test_a_contact_of_the_same_stage_makes_it_last_anew():
    moves, ends = follow([event(0, 30), event(10, 30)], RULES, FALLBACKS, day(20))
    assert stages(moves) == [(0, SERVICE, "contact")]
    assert ends == day(24)


def test_nobody_goes_back_to_becoming_aware():
    moves, _ends = follow([event(0, 20), event(1, 40)], RULES, {}, day(2))
    assert [move.stage for move in moves] == [BUY]


def test_only_the_first_time():
    rules = {1: Rule(BUY, occurrence="first"), 2: Rule(USE)}
    moves, _ends = follow([event(0, 1), event(1, 2), event(2, 1)], rules, {}, day(3))
    assert [move.stage for move in moves] == [BUY, USE]


def test_rule_that_is_not_for_new_customers():
    rules = {1: Rule(RENEW, from_stages=frozenset({USE}), is_start=False)}
    assert follow([event(0, 1)], rules, {}, day(3)) == ([], None)


def test_placed_by_hand_until_something_happens():
    placed = Placement(day(3), 7, USE)
    moves, _ends = follow([event(0, 20), placed, event(4, 30)], RULES, FALLBACKS, day(5))
    assert stages(moves) == [
        (0, BUY, "contact"),
        (1, FIRST, "time"),
        (3, USE, "person"),
        (4, SERVICE, "contact"),
    ]
    assert moves[2].placement == 7


def test_nothing_happened():
    assert follow([], RULES, FALLBACKS, day(5)) == ([], None)


def simulate(happened, rules, fallbacks, last_day):
    """The same day by day, written down without looking at the other."""
    stage, touched, visits, seen = None, None, [], {}
    for number in range(last_day + 1):
        while stage in fallbacks and number - touched >= fallbacks[stage].days:
            touched += fallbacks[stage].days
            stage = fallbacks[stage].stage
            visits.append((touched, stage))
        for item in (item for item in happened if item.moment == day(number)):
            if isinstance(item, Placement):
                goal, is_visit = item.stage, True
            else:
                fitting = [
                    key for key in item.rules if is_met(rules[key], key, stage, number, seen)
                ]
                goal = rules[fitting[0]].stage if fitting else None
                is_visit = goal not in {None, stage}
                seen.update(dict.fromkeys(item.rules, number))
            if is_visit:
                visits.append((number, goal))
            if goal:
                stage, touched = goal, number
    return visits


def is_met(rule, key, stage, number, seen):
    if rule.from_stages and (stage not in rule.from_stages if stage else not rule.is_start):
        return False
    return {
        "any": True,
        "first": key not in seen,
        "again": key in seen and number - seen[key] >= rule.gap_days,
    }[rule.occurrence]


stage_numbers = st.integers(1, 5)
rule_sets = st.dictionaries(
    st.integers(1, 4),
    st.builds(
        Rule,
        stage=stage_numbers,
        from_stages=st.frozensets(stage_numbers, max_size=2),
        is_start=st.booleans(),
        occurrence=st.sampled_from(["any", "first", "again"]),
        gap_days=st.integers(0, 20),
    ),
    min_size=1,
)


@st.composite
def histories(draw):
    rules = draw(rule_sets)
    happened = []
    for number, moment in enumerate(sorted(draw(st.lists(st.integers(0, 60), max_size=12)))):
        if draw(st.integers(0, 5)) == 0:
            happened.append(Placement(day(moment), number, draw(stage_numbers)))
        else:
            keys = draw(st.lists(st.sampled_from(sorted(rules)), min_size=1, unique=True))
            happened.append(Event(day(moment), number, tuple(keys)))
    # each stage goes on to a higher one: no circle
    fallbacks = {
        stage: Fallback(draw(st.integers(1, 20)), draw(st.integers(stage + 1, 6)))
        for stage in draw(st.sets(stage_numbers))
    }
    return happened, rules, fallbacks, draw(st.integers(60, 80))


@given(histories())
def test_day_by_day(history):
    happened, rules, fallbacks, last_day = history
    moves, ends = follow(happened, rules, fallbacks, day(last_day))
    assert [((move.moment - START).days, move.stage) for move in moves] == simulate(*history)
    assert ends is None or ends > day(last_day)
    assert [move.moment for move in moves] == sorted(move.moment for move in moves)


@given(histories(), st.integers(0, 12))
def test_the_past_does_not_depend_on_the_future(history, count):
    happened, rules, fallbacks, last_day = history
    until = happened[count - 1].moment if 0 < count <= len(happened) else day(0)
    before = [item for item in happened if item.moment <= until]
    early, _ends = follow(before, rules, fallbacks, until)
    late, _ends = follow(happened, rules, fallbacks, day(last_day))
    assert late[: len(early)] == early


def test_usual_interval():
    assert get_usual_days([]) is None
    assert get_usual_days([date(2026, 1, 1), date(2026, 1, 31)]) is None
    days = [date(2026, 3, 2), date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 31)]
    assert get_usual_days(days) == 30.0


@given(st.lists(st.dates(date(2020, 1, 1), date(2026, 12, 31)), max_size=20))
def test_usual_interval_is_the_median(days):
    ordered = sorted(set(days))
    gaps = [(ordered[i + 1] - ordered[i]).days for i in range(len(ordered) - 1)]
    assert get_usual_days(days) == (median(gaps) if len(gaps) > 1 else None)
