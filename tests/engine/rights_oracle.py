"""Who may do what, told from the words of a shipped definition alone: it shares no code with the engine it judges."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from engine.record import Actor, Record

ROW_KINDS = {"user": "people", "group": "groups", "service": "services"}
Written = Mapping[str, Any]


def words(path: Path) -> Written:
    """Read a file as nothing but texts, lists and mappings."""
    return yaml.load(path.read_text("utf-8"), yaml.CBaseLoader) or {}


class Oracle:
    """What a definition says about rights, and the rows that it may mean (`people`, `groups`, `services`)."""

    def __init__(self, text: Written, rows: Mapping[str, Written]) -> None:
        """Keep the definition, and the rows of the organisation by their kind."""
        self.text = text
        self.rows = rows
        self.fields: dict[str, Written] = {
            name: {"type": each} if isinstance(each, str) else each for name, each in text["fields"].items()
        }

    def transitions(self, state: str) -> dict[str, Written]:
        """Give the transitions of a state, its own and those that are possible in several."""
        shared = {name: each for name, each in self.text.get("transitions", {}).items() if state in each["from"]}
        return {**(self.text["states"][state] or {}).get("transitions", {}), **shared}

    def every_transition(self) -> set[str]:
        """Name all transitions."""
        return {name for state in self.text["states"] for name in self.transitions(state)}

    def is_final(self, state: str) -> bool:
        """Say whether a record ends in a state."""
        return (self.text["states"][state] or {}).get("final") == "true"

    def may(self, actor: Actor, entries: Any, record: Record) -> bool:
        """Say whether somebody is one of those that `by`, `write` or `read` name."""
        return any(self._is(actor, entry, record) for entry in entries)

    def writes(self, actor: Actor, name: str, record: Record) -> bool:
        """Say whether somebody may edit a field that people write."""
        own = self.fields[name].get("write")
        return self.may(actor, self.text.get("write", ()), record) and (own is None or self.may(actor, own, record))

    def is_kept(self, name: str) -> bool:
        """Say whether an expression or a table keeps a field, which nobody may write then."""
        given = {each for table in self.text.get("tables", {}).values() for each in table["gives"]}
        return name in given or "value" in self.fields[name]

    def mends(self, actor: Actor, record: Record) -> bool:
        """Say whether somebody may retry and skip faults."""
        return self.may(actor, [*self.text.get("write", ()), self.text["owner"]], record)

    def sight(self, actor: Actor, record: Record) -> str:
        """Say whether somebody sees a record in `full`, without what is internal (`public`), or not (empty)."""
        found = ""
        for entry in [*self.text["read"], self.text["owner"]]:
            if self._is(actor, entry, record):
                if not self._names_persons(entry):
                    return "full"
                found = "public"
        asked = any(actor.id in each for each in self.seats(record).values())
        return "public" if asked or actor.id in record.voters else found

    def seats(self, record: Record) -> dict[str, tuple[str, ...]]:
        """Give those who have been given the open tasks and approvals, by path."""
        open_ = {path: each.data for path, each in record.tokens.items() if each.kind in ("task", "approval")}
        return {path: tuple(seat["id"] for seat in data["seats"]) for path, data in open_.items()}

    def persons(self, record: Record) -> Iterator[str]:
        """Name every person that a record, its seats or the rows behind it name."""
        yield from (each["id"] for name in self.fields for kind, each in self._value(name, record) if kind == "user")
        yield from (each["id"] for each in (record.created_by or {}, *record.watchers) if each)
        yield from record.voters
        yield from (person for seated in self.seats(record).values() for person in seated)
        for name in self.fields:
            rows = (self.rows[ROW_KINDS[kind]].get(each["id"], {}) for kind, each in self._value(name, record))
            yield from (row[part] for row in rows for part in ("lead", "secretary", "owner") if part in row)

    def _is(self, actor: Actor, entry: str, record: Record) -> bool:
        first, _, attribute = entry.partition(".")
        if first not in self.fields and first not in ("created_by", "watchers"):
            return entry in ("anyone", actor.id, *actor.roles, *actor.groups)
        named = self._value(first, record)
        if attribute:
            rows = [self.rows[ROW_KINDS[kind]].get(each["id"], {}) for kind, each in named]
            return actor.id in [row.get(attribute) for row in rows]
        return any(each["id"] == actor.id if kind == "user" else each["id"] in actor.groups for kind, each in named)

    def _names_persons(self, entry: str) -> bool:
        return entry in ("watchers", "created_by", "anyone") or self.fields.get(entry, {}).get("type") in (
            "user",
            "list",
        )

    def _value(self, name: str, record: Record) -> list[tuple[str, Mapping[str, Any]]]:
        """Give whom or what a field refers to, each with its kind."""
        if name == "created_by":
            return [("user", record.created_by)] if record.created_by else []
        if name == "watchers":
            return [("user", each) for each in record.watchers]
        field, value = self.fields[name], record.fields.get(name)
        kind = field["type"] if field["type"] in ("user", "group") else str(field.get("of"))
        if kind not in ROW_KINDS or value is None:
            return []
        return [(kind, each) for each in (value if isinstance(value, list) else [value])]
