"""How alike two texts are, in any script: for duplicates, and for answers given before."""

import unicodedata
from collections import Counter


def likeness(one: str, other: str) -> float:
    """Return how much two texts have in common: 0 nothing, 1 everything.

    Sørensen–Dice coefficient of the pairs of neighbouring characters, counted as often as they
    occur (Dice 1945, Ecology 26:297). Pairs work where words are not parted by spaces, too. Case,
    width and punctuation do not count. A text without two such characters is like nothing but
    its equal.
    """
    pairs, other_pairs = _pairs(one), _pairs(other)
    total = pairs.total() + other_pairs.total()
    if not total:
        return float(_clean(one) == _clean(other) != "")
    return 2 * (pairs & other_pairs).total() / total


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char if char.isalnum() else " " for char in text).strip()


def _pairs(text: str) -> Counter[str]:
    return Counter(
        word[place : place + 2] for word in _clean(text).split() for place in range(len(word) - 1)
    )
