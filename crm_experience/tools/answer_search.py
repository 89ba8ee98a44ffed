"""Which of the published answers fit what a customer typed, best first.

No search engine: there are hundreds of answers, not millions. Words are compared by their
beginnings; Chinese, Japanese and Korean are written without spaces and compared by pairs of
characters.
"""

import re
import unicodedata
from collections.abc import Iterable

MOST_WORDS = 12
SHORTEST = 2
_WORDS = re.compile(r"[^\W_]+")
# Han, kana, hangul: the blocks in everyday use
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
WEIGHTS = {"title": 4.0, "keywords": 3.0, "product": 2.0, "body": 1.0}


def fold(text: str) -> str:
    """Return a text without case and accents, so that ``Ménu`` is found by ``menu``."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare)


def split_words(text: str) -> list[str]:
    """Return the different words of a text in their order, at most :data:`MOST_WORDS`.

    Words of one letter say too little and are left out; a run of unspaced writing becomes pairs of
    characters.
    """
    words: dict[str, None] = {}
    for word in _WORDS.findall(fold(text)):
        position = 0
        for run in _UNSPACED.finditer(word):
            _add(words, word[position : run.start()])
            characters = run.group()
            if len(characters) == 1:
                words[characters] = None
            for start in range(len(characters) - 1):
                words[characters[start : start + 2]] = None
            position = run.end()
        _add(words, word[position:])
    return list(words)[:MOST_WORDS]


def score(words: Iterable[str], texts: dict[str, str]) -> float:
    """Say how well an answer fits: 0 if not at all, more is better.

    :param words: of :func:`split_words`
    :param texts: by the keys of :data:`WEIGHTS`
    :return: for each word the weight of the weightiest text that has it, 1.5 times as much where
        it is a whole word there; a quarter of it for each lighter text that has it as well
    """
    folded = {key: fold(text) for key, text in texts.items()}
    total = 0.0
    for word in words:
        found = sorted((_weigh(word, folded[key]) * WEIGHTS[key] for key in folded), reverse=True)
        if found:
            total += found[0] + sum(found[1:]) / 4
    return total


def _weigh(word: str, text: str) -> float:
    if _UNSPACED.search(word):
        return 1.5 if word in text else 0.0
    match = re.search(rf"(?<![^\W_]){re.escape(word)}(?P<more>[^\W_])?", text)
    if not match:
        return 0.0
    return 1.0 if match["more"] else 1.5


def _add(words: dict[str, None], word: str) -> None:
    if len(word) >= SHORTEST:
        words[word] = None
