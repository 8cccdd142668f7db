"""Says the difference between two organisations: by kind, a row a line, each key with what it was and is."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

ADDED, CHANGED, REMOVED = "+", "~", "-"
LONGEST = 60
"""Characters of a value, at most."""


def difference(changes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Give the lines of a difference: `people`, then `  ~ ann  groups: desk → desk, night`."""
    for kind, rows in groupby(changes, key=lambda change: str(change["kind"])):
        yield kind.replace("-", " ")
        for change in rows:
            yield f"  {sign(change)} {change['id']}  {_said(change)}".rstrip()


def counted(changes: Iterable[Mapping[str, Any]]) -> str:
    """Count the changes: `2 added, 1 changed`; empty where there are none."""
    signs = [sign(change) for change in changes]
    words = ((ADDED, "added"), (CHANGED, "changed"), (REMOVED, "removed"))
    return ", ".join(f"{signs.count(each)} {word}" for each, word in words if each in signs)


def sign(change: Mapping[str, Any]) -> str:
    """Give the sign of a change."""
    if change["old"] is None:
        return ADDED
    return REMOVED if change["new"] is None else CHANGED


def _said(change: Mapping[str, Any]) -> str:
    old, new = change["old"], change["new"]
    if old is None or new is None:
        row: Mapping[str, Any] = new or old
        return str(row.get("name") or row.get("title") or "")
    keys = (key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key))
    return "; ".join(f"{key}: {_shown(old.get(key))} → {_shown(new.get(key))}" for key in keys)


def _shown(value: Any) -> str:  # noqa: ANN401  # JSON
    """Say a value in a line, and not longer than anybody reads."""
    match value:
        case bool():
            text = "yes" if value else "no"
        case list() if value:
            text = ", ".join(_shown(each) for each in value)
        case dict() if value:
            text = "{" + ", ".join(f"{key}: {_shown(each)}" for key, each in value.items()) + "}"
        case _:
            text = str(value or "nothing")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
