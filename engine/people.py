"""Who is meant by `by`, `for`, `to`, `write`, `read`, and whether an actor is among them.

A name is `anyone`, a people field (`assignee`, `watchers`), an attribute of one (`group.lead`, `service.owner`), or
else a role, a group or a person: the organisation knows which, so those travel as they are written.
"""

from collections.abc import Iterable, Mapping

from engine.record import NOTHING, Actor, Reason, Who
from engine.records import is_record
from engine.scope import Scope, try_fill
from engine.turn import Turn
from language.definition import ANYONE, Transition
from language.definition import Who as WhoWritten
from language.values import FieldType, Ref, Value

BUILT_IN_PEOPLE = ("watchers", "created_by", "actor")
PUBLISHERS = ("administrator", "process_owner")
"""The roles of those who may publish any definition, move any record to another version, and retire any version."""


def meant(turn: Turn, entries: Iterable[WhoWritten], names: Mapping[str, Value] = NOTHING) -> tuple[Who, ...]:
    """Resolve what was written to people, groups and names; empty fields fall away, nobody is named twice.

    `names` are the local ones of the step that names them.
    """
    found: dict[Who, None] = {}
    for entry in entries:
        found.update(dict.fromkeys(_meant(turn, entry, names)))
    return tuple(found)


def among(turn: Turn, actor: Actor, entries: Iterable[WhoWritten]) -> bool:
    """Say whether the actor is one of those who are meant; asks for facts only when nothing else says yes."""
    everybody = meant(turn, entries)
    return any(_direct(actor, who) for who in everybody) or any(
        _direct(actor, each) for who in everybody if who.attribute for each in _looked_up(turn, who)
    )


def by_office(turn: Turn, actor: Actor, entries: Iterable[WhoWritten]) -> bool:
    """Say whether the actor is meant by a role, a group or their name, and not only as a person in the record."""
    names = (actor.id, *actor.roles, *actor.groups)
    return any(who.kind == "name" and who.id in names for who in meant(turn, entries))


def could(turn: Turn, entries: Iterable[WhoWritten]) -> tuple[str, ...]:
    """Name those who could, as a person reads it: `service_desk`, `assignee (Bob Baker)`, `assignee (nobody yet)`."""
    return tuple(_shown(turn, entry) for entry in entries)


def not_allowed(turn: Turn, what: str, entries: Iterable[WhoWritten], path: str = "") -> Reason:
    """Refuse because of who it is: `only service_desk may cancel`."""
    names = could(turn, entries)
    return Reason("who", "not-allowed", f"only {', '.join(names) or 'the process itself'} may {what}", path, names)


def movers(turn: Turn, transitions: Iterable[Transition]) -> tuple[Who, ...]:
    """Give the persons who may move the record on (by people fields, not whole roles), to be told when it stands."""
    return tuple(who for each in transitions for who in meant(turn, each.by) if who.kind == FieldType.USER)


def as_lists(everybody: Iterable[Who]) -> list[list[str]]:
    """Give them as plain JSON, for facts and messages."""
    return [list(who) for who in everybody]


def _meant(turn: Turn, entry: WhoWritten, names: Mapping[str, Value] = NOTHING) -> tuple[Who, ...]:
    if not isinstance(entry, str):
        return _named_by(try_fill(turn, entry, names))
    first, *attributes = entry.split(".")
    if first not in turn.definition.fields and first not in BUILT_IN_PEOPLE and first not in names:
        return (Who("name", entry),)
    value, attribute = _followed(Scope(turn, names), first, attributes)
    return tuple(who._replace(attribute=attribute) for who in _named_by(value))


def _followed(scope: Scope, first: str, attributes: list[str]) -> tuple[Value, str]:
    """Follow a path to the value whose last attribute names people, which is looked up when it is needed.

    Of another record it is looked up now: whoever is told or asked later knows the organisation only.
    """
    value = scope.name(first)
    while attributes and isinstance(value, Mapping):
        value = value.get(attributes.pop(0))
    for place, attribute in enumerate(attributes, start=1):
        if place == len(attributes) and not (isinstance(value, Ref) and is_record(value.kind)):
            return value, attribute
        value = scope.attribute(value, attribute) if isinstance(value, Ref) else None
    return value, ""


def _named_by(value: Value) -> tuple[Who, ...]:
    """Give the people a value refers to: a reference, a name, or a list of those."""
    if isinstance(value, Ref):
        return (Who(value.kind, value.id),)
    if isinstance(value, str):
        return (Who("name", value),)
    return tuple(who for each in value for who in _named_by(each)) if isinstance(value, tuple) else ()


def _looked_up(turn: Turn, who: Who) -> tuple[Who, ...]:
    return _named_by(Scope(turn).attribute(Ref(who.kind, who.id, ""), who.attribute))


def _direct(actor: Actor, who: Who) -> bool:
    match who:
        case Who("user", id=name, attribute=""):
            return name == actor.id
        case Who("group", id=name, attribute=""):
            return name in actor.groups
        case Who("name", id=name):
            return name in (ANYONE, actor.id, *actor.roles, *actor.groups)
        case _:
            return False


def _shown(turn: Turn, entry: WhoWritten) -> str:
    if not isinstance(entry, str):
        return " or ".join(who.id for who in _meant(turn, entry, {})) or "nobody yet"
    first = entry.partition(".")[0]
    if first not in turn.definition.fields:
        return entry
    value = turn.fields.get(first)
    named = value if isinstance(value, list) else [value] if value else []
    shown = ", ".join(str(each["label"]) if isinstance(each, dict) and "label" in each else str(each) for each in named)
    return f"{entry} ({shown or 'nobody yet'})"
