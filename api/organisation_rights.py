"""Who may change what of the organisation: administrators everything, others what they answer for, by one table."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from api.problems import RefusalError
from engine.record import Actor, Reason
from language.organisation import PLURALS, Organisation, Row

EDITORS = ("administrator",)
"""The roles of those who may change everything."""

People = tuple[str, ...]


class Right(NamedTuple):
    """A right over rows of a kind: `of` says who has it over a change, from the rows before and after it.

    `keys` may be changed, of rows that are there; without them whole rows may be added, changed and taken out.
    """

    of: Callable[[Organisation, Sequence[Row]], People]
    keys: tuple[str, ...] = ()


def demand_editor(actor: Actor) -> None:
    """Raise RefusalError unless the actor may change everything."""
    if not _edits(actor):
        raise _refusal("the organisation", EDITORS)


def demand_change(actor: Actor, around: Organisation, kind: str, before: Row | None, after: Row | None) -> None:
    """Raise RefusalError unless the actor may change a row like this (None: there is none); it says who could."""
    if _edits(actor):
        return
    could = _who_could(around, kind, before, after)
    if actor.id not in could:
        changed = "" if kind not in RIGHTS or not RIGHTS[kind].keys else " and ".join(_changed(before, after))
        what = PLURALS[kind].replace("_", " ")
        raise _refusal(f"{changed} of {what}" if changed else what, (*EDITORS, *could))


def demand_some(actor: Actor, around: Organisation, kind: str, before: Row | None) -> None:
    """Raise RefusalError unless the actor may change anything of a row, or, where there is none, perhaps add one."""
    if _edits(actor):
        return
    right = RIGHTS.get(kind)
    could = () if right is None or before is None else right.of(around, (before,))
    may_add = before is None and right is not None and not right.keys
    if not may_add and actor.id not in could:
        raise _refusal(PLURALS[kind].replace("_", " "), (*EDITORS, *could))


def _edits(actor: Actor) -> bool:
    return any(role in actor.roles for role in EDITORS)


def _who_could(around: Organisation, kind: str, before: Row | None, after: Row | None) -> People:
    """Give whom, beside administrators, a right lets make this change."""
    right, rows = RIGHTS.get(kind), [row for row in (before, after) if row is not None]
    if right is None or not rows or (right.keys and not set(_changed(before, after)) <= set(right.keys)):
        return ()
    return right.of(around, rows)


def _changed(before: Row | None, after: Row | None) -> tuple[str, ...]:
    """Name the keys of a row that are different; all, where it is new or taken out."""
    keys = tuple(before or after or ())
    return keys if before is None or after is None else tuple(key for key in keys if before[key] != after[key])


def _refusal(what: str, who: People) -> RefusalError:
    text = f"only {', '.join(who)} may change {what}"
    return RefusalError([Reason("who", "not-allowed", text, who=who)])


def _in_all(groups: Sequence[People]) -> People:
    """Give those who are in every group of people."""
    first, *others = groups or [()]
    return tuple(dict.fromkeys(one for one in first if one and all(one in other for other in others)))


def _absent(around: Organisation, rows: Sequence[Row]) -> People:
    """Give whom an absence is about, and their manager; of both people where it changes from one to the other."""
    people = [str(row["person"]) for row in rows]
    return _in_all([(person, _one(around, "user", person, "manager")) for person in people])


def _leads_of_groups(around: Organisation, rows: Sequence[Row]) -> People:
    """Give who leads each group that a person comes into or leaves; of one row, who leads any of its groups."""
    lists = [list(row["groups"]) for row in rows]
    if len(lists) == 1:
        return tuple(lead for group in lists[0] if (lead := _one(around, "group", group, "lead")))
    moved = [group for one, other in (lists, lists[::-1]) for group in one if group not in other]
    return _in_all([(_one(around, "group", group, "lead"),) for group in moved])


def _leads(around: Organisation, rows: Sequence[Row]) -> People:
    return _in_all([(_one(around, "group", row["group"], "lead"),) for row in rows])


def _owners_of_items(around: Organisation, rows: Sequence[Row]) -> People:
    """Give who owns all the items that maintenance is planned for, by themselves or by their services."""
    found = [around.find("configuration_item", name) for row in rows for name in row["items"]]
    return _in_all([_owners(around, item) for item in found if item is not None])


def _owners(around: Organisation, item: Row) -> People:
    return (item["owner"] or "", _one(around, "service", item["service"] or "", "owner"))


def _one(around: Organisation, kind: str, name: str, key: str) -> str:
    """Give whom a key of a row names; empty where it names nobody."""
    return str((around.find(kind, name) or {}).get(key) or "")


RIGHTS: Mapping[str, Right] = {
    "absence": Right(_absent),
    "user": Right(_leads_of_groups, ("groups",)),
    "rota": Right(_leads),
    "service": Right(
        lambda _around, rows: _in_all([(row["owner"] or "",) for row in rows]), ("title", "communication")
    ),
    "configuration_item": Right(
        lambda around, rows: _in_all([_owners(around, row) for row in rows]), ("title", "window", "calendar")
    ),
    "maintenance": Right(_owners_of_items),
}
"""What others than administrators may change, by the kind of row; of other kinds nothing."""
