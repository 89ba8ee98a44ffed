"""Several clients at once."""

import threading
from concurrent.futures import ThreadPoolExecutor


def at_once(*tasks):
    """Run callables at the same moment, each in a thread, and return their results in order.

    An exception is a result, too: the caller says which ones are fine.
    """
    barrier = threading.Barrier(len(tasks))

    def run(task):
        barrier.wait()
        try:
            return task()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))
