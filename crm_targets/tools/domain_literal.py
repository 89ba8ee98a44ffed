"""Filters of indicators: a domain written down as text, read as data and never run as a program.

Dates may be named in the words that the domains of Odoo know themselves, such as `"today"`,
`"-30d"` or `"=week_start"`: these are texts, so the filter stays a literal.
"""

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

_COMPARISONS = ("=", "!=", "<", ">", "<=", ">=", "in", "not in", "child_of", "parent_of")
_PATTERNS = ("like", "ilike", "=like", "=ilike")
_NEGATED_PATTERNS = ("not like", "not ilike", "not =like", "not =ilike")
_NESTED = ("any", "not any")
OPERATORS = frozenset((*_COMPARISONS, *_PATTERNS, *_NEGATED_PATTERNS, *_NESTED))
MAX_LENGTH = 4000
_CONNECTIVES = {"&": 2, "|": 2, "!": 1}
_SCALARS = (str, int, float, bool, type(None))


class DomainError(ValueError):
    """The filter cannot be read.

    :ivar reason: one of `length`, `syntax`, `shape`, `operator`, `value`.
    :ivar detail: the part that is wrong, as it was written.
    """

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Condition(NamedTuple):
    """One comparison and the path of relational fields that leads to the model it is made on."""

    base: tuple[str, ...]
    field: str
    operator: str
    value: Any


def parse_domain(text: str) -> list[Any]:
    """The domain that `text` writes down: a list of conditions and of `"&"`, `"|"`, `"!"`.

    Values are texts, numbers, booleans, None, or lists of them; below `any` and `not any` they are
    domains. Names and calls are refused.

    :raises DomainError: when the text is no such domain.

    >>> parse_domain("[('state', '=', 'sale')]")
    [('state', '=', 'sale')]
    """
    text = (text or "").strip() or "[]"
    if len(text) > MAX_LENGTH:
        raise DomainError("length")
    try:
        domain = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise DomainError("syntax", text[:80]) from error
    _check_domain(domain)
    return domain


def get_conditions(domain: list[Any], base: tuple[str, ...] = ()) -> Iterator[Condition]:
    """All comparisons of a parsed domain, those below `any` included."""
    for item in domain:
        if isinstance(item, str):
            continue
        path, operator, value = item
        yield Condition(base, path, operator, value)
        if operator in _NESTED:
            yield from get_conditions(value, (*base, *path.split(".")))


def _check_domain(domain: Any) -> None:
    if not isinstance(domain, list):
        raise DomainError("shape", str(domain)[:80])
    missing = 1
    for item in domain:
        missing = max(missing, 1)  # conditions side by side are joined by "&"
        if isinstance(item, str):
            if item not in _CONNECTIVES:
                raise DomainError("shape", item[:80])
            missing += _CONNECTIVES[item] - 1
        else:
            _check_condition(item)
            missing -= 1
    if domain and missing > 0:
        raise DomainError("shape", str(domain[-1])[:80])


def _check_condition(item: Any) -> None:
    if not isinstance(item, list | tuple) or len(item) != 3 or not isinstance(item[0], str):
        raise DomainError("shape", str(item)[:80])
    _path, operator, value = item
    if not isinstance(operator, str) or operator not in OPERATORS:
        raise DomainError("operator", str(operator)[:80])
    if operator in _NESTED:
        _check_domain(value)
        return
    values = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(item, _SCALARS) for item in values):
        raise DomainError("value", str(value)[:80])
