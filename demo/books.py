"""The company's identity, stock and purchasing, in one SQLite file; a request that is repeated has its effect once."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

IN_STOCK = 5
"""How many there are of an item that nobody has counted."""
LONGEST = 200
"""Characters of what is asked for."""
WAIT = 30.0
"""Seconds that a request waits for another one."""
TABLES = """
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, asked TEXT NOT NULL, status INTEGER NOT NULL, body TEXT);
CREATE TABLE IF NOT EXISTS accounts (id INTEGER PRIMARY KEY, person TEXT, entitlement TEXT, state TEXT);
CREATE TABLE IF NOT EXISTS reservations (id INTEGER PRIMARY KEY, item TEXT, person TEXT, state TEXT);
CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, item TEXT, person TEXT, cost TEXT, state TEXT);
CREATE TABLE IF NOT EXISTS stock (item TEXT PRIMARY KEY, quantity INTEGER NOT NULL);
"""

Given = Mapping[str, Any]


class Said(NamedTuple):
    """An answer: a status of HTTP, and what goes with it."""

    status: int
    body: Mapping[str, Any] | None = None


class Books:
    """What the systems keep; every call opens the file for itself."""

    def __init__(self, file: Path) -> None:
        """Make the tables where they are not there yet."""
        self._file = file
        with closing(self._open()) as books:
            books.executescript(TABLES)

    def carry_out(self, path: str, key: str, given: Given) -> Said:
        """Carry out a request, or give the answer it got before; under a known key nothing else can be asked."""
        asked = json.dumps([path, given], sort_keys=True)
        with closing(self._open()) as books, books:
            books.execute("BEGIN IMMEDIATE")
            known = books.execute("SELECT asked, status, body FROM answers WHERE key = ?", (key,)).fetchone()
            if known is not None:
                same = known[0] == asked
                return Said(known[1], json.loads(known[2])) if same else _wrong("this key was used for something else")
            said = REQUESTS[path](books, given)
            books.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", (key, asked, said.status, json.dumps(said.body)))
            return said

    def listed(self, table: str) -> list[dict[str, Any]]:
        """Give every row of `accounts`, `reservations` or `orders`, the oldest first."""
        with closing(self._open()) as books:
            books.row_factory = sqlite3.Row
            return [dict(row) for row in books.execute(f"SELECT * FROM {LISTED[table]} ORDER BY id")]  # noqa: S608 - ours

    def count(self, item: str, quantity: int) -> None:
        """Say how many there are of an item, those reserved among them."""
        with closing(self._open()) as books, books:
            books.execute("INSERT OR REPLACE INTO stock VALUES (?, ?)", (item, quantity))

    def deliver(self, order: str) -> None:
        """Have an order delivered: it cannot be cancelled any more."""
        with closing(self._open()) as books, books:
            books.execute("UPDATE orders SET state = 'delivered' WHERE id = ?", (order,))

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=WAIT, isolation_level=None)


def _grant(books: sqlite3.Connection, given: Given) -> Said:
    """Open an account; one that is open already is given."""
    person, entitlement = _text(given, "person"), _text(given, "entitlement")
    if not person or not entitlement:
        return _wrong("person and entitlement are needed")
    known = _account(books, person, entitlement)
    if known is not None:
        return Said(200, {"account": {"id": str(known)}})
    query = "INSERT INTO accounts (person, entitlement, state) VALUES (?, ?, 'open')"
    made = books.execute(query, (person, entitlement)).lastrowid
    return Said(201, {"account": {"id": str(made)}})


def _revoke(books: sqlite3.Connection, given: Given) -> Said:
    """Close an account, named by its id or by what it is."""
    named = _text(given, "account") or _account(books, _text(given, "person"), _text(given, "entitlement"))
    return _end(books, "UPDATE accounts SET state = 'closed' WHERE id = ? AND state = 'open'", named)


def _account(books: sqlite3.Connection, person: str, entitlement: str) -> int | None:
    query = "SELECT id FROM accounts WHERE person = ? AND entitlement = ? AND state = 'open'"
    found = books.execute(query, (person, entitlement)).fetchone()
    return None if found is None else int(found[0])


def _reserve(books: sqlite3.Connection, given: Given) -> Said:
    item, person = _text(given, "item"), _text(given, "person")
    if not item or not person:
        return _wrong("item and person are needed")
    counted = books.execute("SELECT quantity FROM stock WHERE item = ?", (item,)).fetchone()
    query = "SELECT count(*) FROM reservations WHERE item = ? AND state = 'held'"
    [held] = books.execute(query, (item,)).fetchone()
    if held >= (IN_STOCK if counted is None else counted[0]):
        return Said(409, {"error": "none is left"})
    made = books.execute("INSERT INTO reservations (item, person, state) VALUES (?, ?, 'held')", (item, person))
    return Said(201, {"reservation": {"id": str(made.lastrowid)}})


def _release(books: sqlite3.Connection, given: Given) -> Said:
    query = "UPDATE reservations SET state = 'released' WHERE id = ? AND state = 'held'"
    return _end(books, query, _text(given, "reservation"))


def _order(books: sqlite3.Connection, given: Given) -> Said:
    item, person = _text(given, "item"), _text(given, "person")
    try:
        cost = Decimal(_text(given, "cost"))
    except InvalidOperation:
        return _wrong("cost is an amount of money")
    if not item or not person or not cost.is_finite():
        return _wrong("item, person and cost are needed")
    query = "INSERT INTO orders (item, person, cost, state) VALUES (?, ?, ?, 'ordered')"
    made = books.execute(query, (item, person, str(cost))).lastrowid
    return Said(201, {"order": {"id": str(made)}})


def _cancel(books: sqlite3.Connection, given: Given) -> Said:
    order = _text(given, "order")
    found = books.execute("SELECT state FROM orders WHERE id = ?", (order,)).fetchone()
    if found is not None and found[0] == "delivered":
        return Said(409, {"error": "it was delivered"})
    return _end(books, "UPDATE orders SET state = 'cancelled' WHERE id = ? AND state = 'ordered'", order)


def _end(books: sqlite3.Connection, query: str, named: str | int | None) -> Said:
    """End something once; 404 where there is nothing to end."""
    return Said(204) if books.execute(query, (named,)).rowcount else Said(404, {"error": "there is no such thing"})


def _text(given: Given, name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) and len(value) <= LONGEST else ""


def _wrong(why: str) -> Said:
    return Said(422, {"error": why})


REQUESTS: Mapping[str, Callable[[sqlite3.Connection, Given], Said]] = {
    "/accounts": _grant,
    "/accounts/revoked": _revoke,
    "/reservations": _reserve,
    "/reservations/released": _release,
    "/orders": _order,
    "/orders/cancelled": _cancel,
}
"""What can be asked for with POST, by its path."""
LISTED = {f"/{name}": name for name in ("accounts", "reservations", "orders")}
"""What can be read with GET, by its path."""
