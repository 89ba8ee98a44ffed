"""How often somebody may ask."""

from collections.abc import Hashable
from threading import Lock


class RateLimit:
    """Counts what each key asks for in windows of fixed length, in the memory of one process.

    It keeps a single visitor from costing a server more than it should; it is no defence against
    many of them at once.

    :param limit: how often a key may ask in a window, at least 1.
    :param seconds: length of a window.
    :param most: keys that are remembered at most; beyond it all are forgotten, which is lenient.

    >>> limit = RateLimit(limit=2, seconds=60)
    >>> [limit.allows("10.0.0.7", now) for now in (0, 1, 2, 60)]
    [True, True, False, True]
    """

    def __init__(self, limit: int, seconds: float, most: int = 10_000):
        self.limit = limit
        self.seconds = seconds
        self.most = most
        self._counts: dict[Hashable, int] = {}
        self._window: int | None = None
        self._lock = Lock()

    def allows(self, key: Hashable, now: float) -> bool:
        """Count one more question of `key` and say whether it may be answered.

        :param now: seconds on any clock that does not go back.
        """
        window = int(now // self.seconds)
        with self._lock:
            if window != self._window or len(self._counts) >= self.most:
                self._window = window
                self._counts = {}
            count = self._counts[key] = self._counts.get(key, 0) + 1
        return count <= self.limit
