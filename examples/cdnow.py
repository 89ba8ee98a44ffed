"""What both example clients share: the file, the batches, the progress, the command line.

A client brings one function, ``connect(options) -> call``, where
``call(model, method, **arguments)`` asks the server and returns its answer, or
raises `ClientError` with a sentence that says what to do. Only Python's standard
library is used.

The data is the CDNOW sample: 6,919 purchases of 2,357 customers of a music shop from
January 1997 to June 1998, one purchase a line::

     00004 0001 19970101  2   29.33
     master id, sample id, date, number of CDs, value in US dollars
"""

import argparse
import getpass
import os
import socket
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

SOURCE = "cdnow"
BATCH_LIMIT = 1000
TIMEOUT = 300
CREATE_ATTEMPTS = 5
SHOWN_ERRORS = 10


class ClientError(Exception):
    """Something the person at the keyboard can act on; its text is the whole message."""


class Purchase(NamedTuple):
    """One line of the file."""

    line: int
    customer: str
    day: str
    quantity: int
    value: float

    def to_event(self):
        """Return the purchase as `crm.touchpoint.log` expects it.

        The line number is the external id: two identical lines are two purchases. The
        file knows no time of day; noon keeps the day the same in nearly every time zone.
        """
        return {
            "source": SOURCE,
            "external_id": f"{SOURCE}:{self.line}",
            "date": f"{self.day}T12:00:00Z",
            "ref": self.customer,
            "channel": "web",
            "stage": "buy",
            "direction": "in",
            "summary": "1 CD" if self.quantity == 1 else f"{self.quantity} CDs",
            "amount": self.value,
            "currency": "USD",
        }


def read_purchases(path):
    """Return the purchases in the file, in its order.

    :raise ClientError: the file cannot be read, or a line is not a purchase
    """
    try:
        text = Path(path).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise ClientError(f"Cannot read the file: {error}.") from error
    purchases = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            customer, _sample_id, day, quantity, value = line.split()
            day = datetime.strptime(day, "%Y%m%d").date().isoformat()
            purchase = Purchase(number, f"CDNOW-{customer}", day, int(quantity), float(value))
        except ValueError as error:
            raise ClientError(
                f"Line {number} of {path} is not a purchase (id, sample id, YYYYMMDD, "
                f"number of CDs, value): {line.strip()[:60]!r}."
            ) from error
        purchases.append(purchase)
    if not purchases:
        raise ClientError(f"{path} is empty.")
    return purchases


def batches(items, size):
    """Yield the items in lists of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


class Progress:
    """A line that tells how far one step is; rewritten in place on a terminal."""

    def __init__(self, label, total):
        self.label = label
        self.total = total
        self.done = 0
        self.counts = Counter()
        self.started = time.monotonic()

    def advance(self, number, counts):
        self.done += number
        self.counts.update(counts)
        elapsed = max(time.monotonic() - self.started, 0.001)
        share = self.done / self.total
        details = ", ".join(f"{count:,} {name}" for name, count in self.counts.items() if count)
        text = (
            f"{self.label}: {self.done:>6,} of {self.total:,} ({share:4.0%}), "
            f"{self.done / elapsed:,.0f} a second: {details}"
        )
        if sys.stdout.isatty():
            end = "\n" if self.done == self.total else ""
            print(f"\r\x1b[K{text}", end=end, flush=True)
        else:
            print(text, flush=True)


def create_customers(call, references, size):
    """Create the customers that are not there yet, known by their reference.

    They come in through Odoo's own import with an external id, so that two clients (or
    a killed one whose last request the server still works on) do not create a customer
    twice: the slower one is refused, looks again and finds the customer there.
    """
    progress = Progress("Customers", len(references))
    for batch in batches(references, size):
        missing = _find_missing(call, batch)
        counts = {"existing": len(batch) - len(missing), "created": len(missing)}
        for attempt in range(1, CREATE_ATTEMPTS + 1):
            if not missing:
                break
            answer = call(
                "res.partner",
                "load",
                fields=["id", "name", "ref"],
                data=[[r.lower().replace("-", "_"), f"Customer {r}", r] for r in missing],
            )
            if not answer["ids"]:
                if attempt == CREATE_ATTEMPTS:
                    reason = " ".join(message["message"] for message in answer["messages"][:1])
                    raise ClientError(f"The customers could not be created: {reason}")
                time.sleep(attempt)
            missing = _find_missing(call, batch)
        progress.advance(len(batch), counts)


def _find_missing(call, references):
    found = call(
        "res.partner",
        "search_read",
        domain=[["ref", "in", references], ["active", "in", [True, False]]],
        fields=["ref"],
    )
    known = {partner["ref"] for partner in found}
    return [reference for reference in references if reference not in known]


def log_purchases(call, purchases, size):
    """Log the purchases in batches and return (line, sentence) of those refused."""
    progress = Progress("Purchases", len(purchases))
    refused = []
    for batch in batches(purchases, size):
        answers = call("crm.touchpoint", "log", events=[item.to_event() for item in batch])
        for purchase, answer in zip(batch, answers, strict=True):
            if answer["status"] == "error":
                refused.append((purchase.line, answer["error"]))
        progress.advance(len(batch), Counter(answer["status"] for answer in answers))
    return refused


def make_parser(description):
    """Return the command line that both clients understand."""
    parser = argparse.ArgumentParser(
        description=description,
        epilog="The password or API key is read from the variable ODOO_PASSWORD, "
        "or asked for. Run the same command again after any interruption: "
        "nothing is counted twice.",
    )
    parser.add_argument(
        "--url", type=_server_url, default="http://localhost:8069", help="default: %(default)s"
    )
    parser.add_argument("--database", required=True)
    parser.add_argument("--file", required=True, help="path of CDNOW_sample.txt")
    parser.add_argument(
        "--batch",
        type=_batch_size,
        default=500,
        metavar="N",
        help=f"purchases in one call, 1 to {BATCH_LIMIT} (default: %(default)s)",
    )
    return parser


def get_secret(prompt):
    """Return the password or key; never an argument, which every user of a machine can see."""
    secret = os.environ.get("ODOO_PASSWORD") or getpass.getpass(f"{prompt}: ")
    if not secret:
        raise ClientError(f"{prompt} is needed: type it or set ODOO_PASSWORD.")
    return secret


def _server_url(text):
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} does not begin with http:// or https://")
    return text.rstrip("/")


def _batch_size(text):
    if not (text.isdecimal() and 1 <= int(text) <= BATCH_LIMIT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {BATCH_LIMIT}")
    return int(text)


def run(connect, options):
    """Load the whole file through a connection and return the exit status of the program."""
    socket.setdefaulttimeout(TIMEOUT)
    try:
        purchases = read_purchases(options.file)
        call = connect(options)
        references = sorted({purchase.customer for purchase in purchases})
        create_customers(call, references, options.batch)
        refused = log_purchases(call, purchases, options.batch)
    except ClientError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to carry on.", file=sys.stderr)
        return 130
    for line, sentence in refused[:SHOWN_ERRORS]:
        print(f"Line {line}: {sentence}", file=sys.stderr)
    if refused:
        print(f"{len(refused):,} purchases were refused.", file=sys.stderr)
        return 1
    return 0
