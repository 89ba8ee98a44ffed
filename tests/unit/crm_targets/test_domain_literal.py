import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_targets.tools.domain_literal import Condition, DomainError, get_conditions, parse_domain


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "",
        "[('state', '=', 'sale')]",
        "['|', ('a', '=', 1), ('b', 'in', [1, 2, None])]",
        "['&', '|', ('a', '=', 1), ('b', '=', 2), '!', ('c', '=', True)]",
        "[('a', '=', 1), ('b', '=', 2), ('c', '=', 3)]",
        "[('date', '>=', '-30d'), ('date', '<=', 'today')]",
        "[('line_ids', 'any', [('price', '>', 1.5)])]",
        "[['a', '=', 1]]",
    ],
)
def test_domains_are_read(text):
    assert isinstance(parse_domain(text), list)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[('user_id', '=', uid)]", "syntax"),
        ("[('date', '<', context_today())]", "syntax"),
        ("__import__('os').system('true')", "syntax"),
        ("[('a', '=', 1)", "syntax"),
        ("{'a': 1}", "shape"),
        ("('a', '=', 1)", "shape"),
        ("['|', ('a', '=', 1)]", "shape"),
        ("['^', ('a', '=', 1)]", "shape"),
        ("[('a', '=')]", "shape"),
        ("[(1, '=', 1)]", "shape"),
        ("[('a', 'any!', [])]", "operator"),
        ("[('a', ['='], 1)]", "operator"),
        ("[('a', '=', {'b': 1})]", "value"),
        ("[('a', 'in', [[1]])]", "value"),
        ("[('a', 'any', [('b', '=', b'x')])]", "value"),
        ("[" + "('a', '=', 1)," * 400 + "]", "length"),
        ("[" * 900 + "]" * 900, None),
    ],
)
def test_everything_else_is_refused(text, reason):
    with pytest.raises(DomainError) as error:
        parse_domain(text)
    if reason:
        assert error.value.reason == reason


def test_conditions_below_any():
    domain = parse_domain("['|', ('a.b', 'any', [('c', '=', 1)]), ('d', '=', 2)]")
    assert list(get_conditions(domain)) == [
        Condition((), "a.b", "any", [("c", "=", 1)]),
        Condition(("a", "b"), "c", "=", 1),
        Condition((), "d", "=", 2),
    ]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        assert isinstance(parse_domain(text), list)
    except DomainError as error:
        assert error.reason
