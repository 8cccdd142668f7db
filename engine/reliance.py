"""What an open record relies on of the organisation, and what a change of the organisation touches, by the same names.

Names are `user:ann`, `service:mail`, `calendar:office` and so on, `service:mail.owner` for whoever that is, `freezes`
for whatever refuses a time, `rotas` and `maintenances`.
The store keeps them by record, so that a change finds those it touches, and only those, by an index.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.facts import HOPS
from engine.paths import guards_of, transitions_of
from engine.plans import CONFLICTS, FROZEN, MAINTAINED_UNTIL, NEXT_FREE, ON_CALL
from engine.record import Record, Token
from engine.seats import owner, still_open
from language.definition import Definition
from language.expressions import Expression
from language.organisation import ATTRIBUTES, USER, Organisation, Row
from language.organisation_changes import Change, changes
from language.values import FieldType, Ref, Value, typed

FREEZES, ROTAS, MAINTENANCES = "freezes", "rotas", "maintenances"
CREATED_BY = "created_by"

ASKS: Mapping[str, str] = {
    **dict.fromkeys((FROZEN, CONFLICTS, NEXT_FREE), FREEZES),
    MAINTAINED_UNTIL: MAINTENANCES,
    ON_CALL: ROTAS,
}
"""What facts rely on."""
ANSWERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("freeze", "service", "configuration_item"), (FREEZES,)),
    "maintenance": (FREEZES, MAINTENANCES),
    "rota": (ROTAS,),
}
"""What the rows of a kind answer."""
OPEN_BY = ("zone", "hours", "holidays")
"""What of a calendar counts."""
FOLLOWED = 4
"""References in a row that are followed: `printer.service.group.lead` are three."""


def relies_on(definition: Definition, record: Record) -> tuple[str, ...]:
    """Name what the record would have to look at again if it changed; nothing once the record is final.

    That is who has a seat that is open, the calendars it counts on, and what the expressions read that are looked at
    again: of fields that are kept up to date, and of transitions that time has tried, or that happen by themselves.
    """
    if record.final:
        return ()
    found = [f"calendar:{name}" for name in record.calendars]
    for token in record.tokens.values():
        found.extend(f"user:{person}" for person in _seated(token))
    for each in _looked_at_again(definition, record):
        found.extend(_read(definition, record, each))
    return tuple(dict.fromkeys(found))


def touched(before: Organisation, after: Organisation) -> tuple[str, ...]:
    """Name what is different between two organisations, as `relies_on` names it."""
    made, both = changes(before, after), (before, after)
    found = dict.fromkeys(name for change in made for name in _names(change, both))
    read = dict.fromkeys(name for change in made for name in _read_of(change))
    return tuple({**found, **dict.fromkeys(_leading_to(read, both) if read else ())})


def _seated(token: Token) -> Iterator[str]:
    if token.kind in ("task", "approval"):
        for seat in still_open(token.data["seats"]):
            yield from (seat["id"], owner(seat)["id"])


def _looked_at_again(definition: Definition, record: Record) -> Iterator[Expression]:
    yield from (field.value for field in definition.fields.values() if field.value is not None)
    for transition in transitions_of(definition, record.state):
        timer = record.timers.get(transition.name)
        if transition.auto or (timer is not None and timer.retry is not None):
            yield from guards_of(definition, transition)


def _read(definition: Definition, record: Record, expression: Expression) -> Iterator[str]:
    """Name what an expression asks of the organisation: facts, and attributes of what fields refer to."""
    yield from (ASKS[call.function] for call in expression.functions if call.function in ASKS)
    for first, *attributes in expression.paths:
        if attributes:
            for ref in _refs(_held(definition, record, first)):
                yield from (f"{ref.kind}:{'.'.join((ref.id, *attributes[:hop]))}" for hop in range(len(attributes)))


def _held(definition: Definition, record: Record, name: str) -> Value:
    """Give what a name at the root of a path holds: a field, or who began the record; empty for other names."""
    if name == CREATED_BY and record.created_by is not None:
        return typed(USER, dict(record.created_by))
    field = definition.fields.get(name)
    return None if field is None else typed(field.shape, record.fields.get(name))


def _refs(value: Value) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, tuple | Mapping):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _refs(each)


def _names(change: Change, both: Iterable[Organisation]) -> Iterator[str]:
    kind, name, old, new = change
    rows = [row for row in (old, new) if row is not None]
    if kind == "user":
        yield from (f"user:{each}" for each in _for_whom([name], both))
        yield from (f"group:{group}" for group in _different(rows, "groups"))
    elif kind == "absence":
        yield from (f"user:{each}" for each in _for_whom([row["person"] for row in rows], both))
    elif kind != "calendar" or len(rows) < 2 or any(rows[0][key] != rows[1][key] for key in OPEN_BY):
        yield f"{kind}:{name}"
    yield from ANSWERS.get(kind, ())


def _read_of(change: Change) -> Iterator[str]:
    """Name the things whose attributes a change may have changed: of a person also those of groups, who has members."""
    if change.kind in ATTRIBUTES:
        yield f"{change.kind}:{change.id}"
    if change.kind == "user":
        rows = [row for row in (change.old, change.new) if row is not None]
        yield from (f"group:{group}" for group in _different(rows, "groups"))


def _leading_to(ends: Iterable[str], both: Iterable[Organisation]) -> Iterator[str]:
    """Name what leads to these things: `service:mail.owner` and `configuration_item:m1.service.owner` to `user:ann`."""
    leading: dict[str, dict[tuple[str, str], None]] = {}
    for organisation in both:
        for kind, name, attribute, there in _references(organisation):
            leading.setdefault(there, {})[f"{kind}:{name}", attribute] = None
    ways = [(end, "") for end in ends]
    for _ in range(FOLLOWED):
        ways = [(here, f".{name}{rest}") for there, rest in ways for here, name in leading.get(there, ())]
        yield from (here + rest for here, rest in ways)


def _references(organisation: Organisation) -> Iterator[tuple[str, str, str, str]]:
    """Give every attribute that is one reference: kind and id of its row, the attribute, and what it refers to."""
    for kind, shapes in ATTRIBUTES.items():
        for attribute, shape in shapes.items():
            if shape.type in (FieldType.USER, FieldType.GROUP, FieldType.REF):
                for name, row in organisation.of(kind).items():
                    if row.get(attribute):
                        yield kind, name, attribute, f"{shape.kind}:{row[attribute]}"


def _different(rows: list[Row], key: str) -> list[str]:
    """Give what stands in the lists of only one of the rows."""
    lists = [row[key] for row in rows] if len(rows) > 1 else [rows[0][key], []]
    return [each for one, other in (lists, lists[::-1]) for each in one if each not in other]


def _for_whom(people: list[str], both: Iterable[Organisation]) -> list[str]:
    """Give these people and all for whom they may stand in, over as many hops as absences hand on."""
    found = dict.fromkeys(people)
    rows = [row for organisation in both for row in organisation.of("absence").values()]
    for _ in range(HOPS):
        found.update(dict.fromkeys([row["person"] for row in rows if row["delegate"] in found]))
    return list(found)
