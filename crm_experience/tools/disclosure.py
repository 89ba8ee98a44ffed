"""Which groups of answers may be shown, so that nobody's answer can be worked out.

A figure over fewer answers than a minimum says more about somebody than about anything. Leaving
such a group out is not enough: the total less the groups that are shown is what was left out.
So as much more is left out that the rest always is of at least two groups and of at least the
minimum of answers ("complementary suppression", L. Cox, "Suppression Methodology and Statistical
Disclosure Control", 1980).
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def get_hidden(sizes: Mapping[Key, int], minimum: int) -> set[Key]:
    """The groups to leave out beside a total over all of them.

    :param sizes: number of answers of each group; groups do not overlap
    :param minimum: fewest answers that a figure is shown of, at least 1
    :return: their keys; those below the minimum, and where they could be worked out, the smallest
        of the others

    >>> sorted(get_hidden({"a": 4, "b": 9, "c": 6}, 5))
    ['a', 'c']
    >>> sorted(get_hidden({"a": 4, "b": 3, "c": 6}, 5))
    ['a', 'b']
    """
    hidden = {key for key, size in sizes.items() if 0 < size < minimum}
    if not hidden:
        return set()
    rest = sum(sizes[key] for key in hidden)
    others = sorted(
        (key for key, size in sizes.items() if size >= minimum), key=lambda key: sizes[key]
    )
    for key in others:
        if len(hidden) > 1 and rest >= minimum:
            break
        hidden.add(key)
        rest += sizes[key]
    return hidden
