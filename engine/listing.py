"""What lists, search and inboxes need of a record: prepared here, where the definition is at hand, for the store."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.approvals import name_of
from engine.bookings import bookings
from engine.leaving import BY, ESCALATED
from engine.record import Json, Plain, Record, Token
from engine.reliance import relies_on
from engine.timers import earliest
from engine.visibility import readers
from language.definition import Definition, Field
from language.values import LISTED, FieldType

CREATED_BY, WATCHERS = "created_by", "watchers"
"""What records are found by besides their fields: who opened them, and who follows them."""
NAMES_OF_GROUPS = ("group", "name")
"""Kinds of those who are asked for votes whose names may be those of groups."""
SEARCHED = (FieldType.TEXT, FieldType.LONG_TEXT)


def is_listed(field: Field) -> bool:
    """Say whether lists can be filtered by a field."""
    return not field.shape.sealed and (field.index or field.shape.type in LISTED)


def listing(definition: Definition, record: Record) -> dict[str, Any]:
    """Give a record's place in lists: its title, who sees it, what it is found by, its open tasks, when it is due."""
    texts: dict[bool, list[str]] = {False: [], True: []}
    values: dict[bool, dict[str, str | list[str] | None]] = {False: {}, True: {}}
    for name, field in definition.fields.items():
        if field.shape.type in SEARCHED and not field.shape.sealed and record.fields.get(name):
            texts[field.internal].append(str(record.fields[name]))
        if is_listed(field):
            values[field.internal][name] = listed(record.fields.get(name))
    if record.parent:
        values[False]["parent"] = record.parent
    values[False].update({name: who for name, who in _concerned(record).items() if who})
    correlation = listed(record.fields.get(definition.correlate or ""))
    return {
        "title": next(iter(texts[False]), definition.title),
        "text": "\n".join((record.id, *texts[False])),
        "internal_text": "\n".join(texts[True]),
        "readers": [list(each) for each in readers(definition, record)],
        "indexed": values[False],
        "internal_indexed": values[True],
        "correlation": correlation if isinstance(correlation, str) else None,
        "tasks": [_task(path, token) for path, token in record.tokens.items() if token.kind == "task"],
        "approvals": [_approval(path, token) for path, token in record.tokens.items() if token.kind == "approval"],
        "due": earliest(record),
        "relies_on": list(relies_on(definition, record)),
        "bookings": [[each.what, each.since, each.until] for each in bookings(definition, record)],
    }


def _concerned(record: Record) -> dict[str, str | list[str] | None]:
    return {CREATED_BY: listed(record.created_by), WATCHERS: listed(list(record.watchers))}


def _task(path: str, token: Token) -> dict[str, Any]:
    return {
        "path": path,
        "since": token.since,
        "title": token.data["title"],
        "seats": [f"user:{seat['id']}" for seat in token.data["seats"]],
        "claimed_by": (token.data["claimed_by"] or {}).get("id"),
        "due": token.data["due"],
    }


def _approval(path: str, token: Token) -> dict[str, Any]:
    return {
        "path": path,
        "name": name_of(path, token.data),
        "since": token.since,
        "title": token.data["title"],
        "seats": [f"user:{seat['id']}" for seat in token.data["seats"] if not seat.get("vote")],
        "asked": [name for kind, name, *_ in _asked(token.data["asked"]) if kind in NAMES_OF_GROUPS],
        "due": token.data["due"],
    }


def _asked(asked: Plain) -> Iterator[list[str]]:
    """Give everybody of whom votes were asked, as they were written."""
    for board in asked[BY]:
        yield from board
    yield from asked[ESCALATED]


def listed(value: Json) -> str | list[str] | None:
    """Give the text by which a value is filtered: an id, or the value itself."""
    if isinstance(value, Mapping):
        return str(value["id"]) if "id" in value else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return [each for each in map(listed, value) if isinstance(each, str)]
    return value if isinstance(value, str) else None
