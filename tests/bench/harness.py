"""What every measurement shares: pairs, ratios, rows by SQL, the table.

A figure is never seconds but a ratio of two ways to do the same work, measured in turn
(ours, theirs, ours, theirs …) on the same machine in the same minutes, so that whatever
else slows the machine slows both. The median of the ratios is the figure; its spread is
the middle half of them (first to third quartile).

Every run happens in a transaction that is rolled back, so that each finds the database
as the one before. A baseline does the whole work, writing included.
"""

import gc
import statistics
import time
from dataclasses import dataclass, field
from itertools import pairwise

from psycopg2 import sql

# Ten times the size costs at most twelve times as much.
GROWTH = 1.2


@dataclass
class Row:
    """One line of the table. `ratios` are of ours to theirs, one a pair."""

    what: str
    goal: float
    ratios: list[float]
    seconds: tuple[float, float] = (0.0, 0.0)
    unit: str = "×"
    note: str = ""

    @property
    def measured(self):
        return statistics.median(self.ratios)

    @property
    def spread(self):
        if len(self.ratios) < 4:
            return min(self.ratios), max(self.ratios)
        first, _second, third = statistics.quantiles(self.ratios, n=4)
        return first, third

    @property
    def is_met(self):
        return self.measured <= self.goal


@dataclass
class Bench:
    """Environments of the database with our addons (`env`) and of one without (`bare`)."""

    env: object
    bare: object
    sizes: tuple[int, ...]
    pairs: int
    rows: list[Row] = field(default_factory=list)

    def compare(self, what, goal, ours, theirs, *, pairs=None, note=""):
        """Measure both callables in turn, note the row and return it."""
        times = [(run_once(ours), run_once(theirs)) for _pair in range((pairs or self.pairs) + 1)]
        times = times[1:]  # the first pair fills caches
        row = Row(
            what,
            goal,
            [mine / other for mine, other in times],
            (
                statistics.median(mine for mine, _other in times),
                statistics.median(other for _mine, other in times),
            ),
            note=note,
        )
        return self.add(row)

    def add(self, row):
        """Note a row and print it, so that a long run can be watched."""
        self.rows.append(row)
        print(format_row(row), flush=True)
        return row

    def growth(self, what, rows, sizes):
        """Note how the cost grew from size to size, from the rows of `compare` for each."""
        for (small, large), (low, high) in zip(pairwise(rows), pairwise(sizes), strict=True):
            factor = high / low
            growth = large.seconds[0] / small.seconds[0]
            label = f"{what}: cost of {format_size(high)} against {format_size(low)}"
            self.add(Row(label, GROWTH * factor, [growth]))


class Task:
    """Work in one environment: prepared, timed, rolled back."""

    def __init__(self, env, work, prepare=None):
        self.env = env
        self.work = work
        self.prepare = prepare


def run_once(task):
    """Return the seconds that the task's work takes, with all that is done before a commit."""
    env = task.env
    env.invalidate_all()
    prepared = task.prepare() if task.prepare else None
    env.cr.flush()
    gc.collect()
    started = time.perf_counter()
    task.work(prepared) if task.prepare else task.work()
    env.cr.flush()
    elapsed = time.perf_counter() - started
    env.cr.rollback()
    env.invalidate_all()
    return elapsed


def count_queries(task):
    """Return the number of SQL statements of the task's work once caches are warm."""
    counts = []
    for _attempt in range(2):
        env = task.env
        env.invalidate_all()
        prepared = task.prepare() if task.prepare else None
        env.cr.flush()
        before = env.cr.sql_log_count
        task.work(prepared) if task.prepare else task.work()
        env.cr.flush()
        counts.append(env.cr.sql_log_count - before)
        env.cr.rollback()
        env.invalidate_all()
    return counts[-1]


def multiply(record, count, **expressions):
    """Insert `count` copies of a record by one SQL statement.

    :param expressions: SQL by column for what differs; `i` is the number of the copy
    """
    record.env.flush_all()
    cr = record.env.cr
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema AND table_name = %s"
        " AND column_name != 'id' AND is_generated = 'NEVER'",
        [record._table],
    )
    columns = [name for (name,) in cr.fetchall()]
    unknown = set(expressions) - set(columns)
    if unknown:
        raise ValueError(f"{record._table} has no column {', '.join(sorted(unknown))}")
    values = [
        sql.SQL(expressions[name])
        if name in expressions
        else sql.SQL("t.{}").format(sql.Identifier(name))
        for name in columns
    ]
    cr.execute(
        sql.SQL(
            "INSERT INTO {table} ({columns}) SELECT {values}"
            " FROM {table} t, generate_series(1, {count}) AS i WHERE t.id = {id}"
        ).format(
            table=sql.Identifier(record._table),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(values),
            count=sql.Literal(count),
            id=sql.Literal(record.id),
        )
    )
    cr.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(record._table)))
    record.env.invalidate_all()


def pick(cr, query, number):
    """Return SQL that picks one of the ids that a query returns, by an SQL number."""
    cr.execute(query)
    ids = [record_id for (record_id,) in cr.fetchall()]
    return f"('{{{','.join(map(str, ids))}}}'::int[])[1 + ({number}) % {len(ids)}]"


def format_size(number):
    """Return 100000 as '100 k' and 1000000 as '1 M'."""
    if number % 1_000_000 == 0:
        return f"{number // 1_000_000} M"
    if number % 1000 == 0:
        return f"{number // 1000} k"
    return f"{number:,}"


def format_row(row):
    low, high = row.spread
    verdict = "ok" if row.is_met else "OVER"
    times = f"{row.seconds[0]:.3f} s / {row.seconds[1]:.3f} s" if any(row.seconds) else ""
    return (
        f"{row.what:<72} {row.goal:>6.2f} {row.unit} {row.measured:>7.2f} {row.unit}"
        f"  {low:>6.2f}–{high:<6.2f} {verdict:<5} {times:<20} {row.note}"
    ).rstrip()


def format_table(rows):
    head = f"{'what':<72} {'goal':>8} {'measured':>9}  {'spread':<13} {'':<5} ours / theirs"
    return "\n".join([head, "-" * len(head), *map(format_row, rows)])
