"""Random events for random lives: some aimed at what is open with values that fit, some anything at all."""

from typing import Any, NamedTuple

from hypothesis import strategies as st

from engine.approvals import name_of
from engine.calls import open_calls
from engine.paths import transition_named, transitions_of
from engine.record import Actor, Event, Kind, Record
from engine.undoing import ending_calls
from language.definition import Definition
from language.organisation import Organisation
from language.values import FieldType, Shape


def people(organisation: Organisation) -> tuple[Actor, ...]:
    return tuple(
        Actor(each, row["name"], tuple(row["roles"]), tuple(row["groups"]))
        for each, row in organisation.of("user").items()
    )


class Blow(NamedTuple):
    """What a random life is hit with: after so many minutes, a kind of event; `pick` chooses among what is there."""

    minutes: int
    kind: Kind
    pick: int
    actor: int
    values: list[Any]
    aimed: bool
    id: str


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
KINDS = [
    *Kind,
    Kind.ACT,
    Kind.ACT,
    Kind.ACT,
    Kind.RESULT,
    Kind.CHILD,
    Kind.CHILD,
    Kind.OCCUR,
    Kind.COMMENT,
    Kind.EDIT,
    Kind.COMPLETE,
    Kind.VOTE,
    Kind.VOTE,
    Kind.SKIP,
]
BLOWS = st.builds(
    Blow,
    minutes=st.sampled_from([0, 0, 0, 1, 5, 20, 60, 240, 1_440, 6_000]),
    kind=st.sampled_from(KINDS),
    pick=st.integers(0, 50),
    actor=st.integers(0, 30),
    values=st.lists(st.integers(0, 20) | JUNK, min_size=3, max_size=3),
    aimed=st.sampled_from([True, True, True, False]),
    id=st.sampled_from(["", "", "", "k"]),
)


def event(definition: Definition, organisation: Organisation, record: Record, blow: Blow) -> Event:
    """Make an event of a blow: an aimed one hits what is open with values that mostly fit."""
    crowd = people(organisation)
    actor = anybody(organisation) if blow.aimed else [None, *crowd][blow.actor % (len(crowd) + 1)]
    wanted = (
        targets(definition, record, blow.kind)
        if blow.aimed
        else ["", "1", "nonsense", "1/first/do/0", *definition.states]
    )
    name = wanted[blow.pick % len(wanted)] if wanted else ""
    asked = asked_for(definition, record, blow.kind, name)
    data = {
        each: fitting(definition, organisation, each, value) for each, value in zip(asked, blow.values, strict=False)
    }
    if blow.kind is Kind.RESULT and blow.aimed:
        result = {field: fitting(definition, organisation, field, blow.values[0]) for field in definition.fields}
        error = {"code": "c", "text": "t", **({"happened": False} if blow.actor % 2 else {})}
        data = {"error": error} if blow.pick % 3 == 0 else {"result": result}
        if name in ending_calls(record) and blow.pick % 3 == 1:
            data = {"cancelled": True}
    if blow.kind is Kind.CHILD:
        shapes = {"n": {"type": "number", "of": None, "columns": None}}
        result = {"id": "JOB1", "state": "done", "fields": {"n": str(blow.pick * 2)}, "shapes": shapes}
        data = {"error": {"code": "c", "text": "t"}} if blow.pick % 3 == 0 else {"result": result}
    if blow.kind in (Kind.CLAIM, Kind.RELEASE, Kind.COMPLETE) and name in record.tokens:
        actor = Actor(record.tokens[name].data["seats"][0]["id"])
    if blow.kind is Kind.VOTE and blow.aimed:
        data = {"choice": "no" if blow.pick % 3 == 0 else "yes", "comment": "so"}
        actor = crowd[blow.actor % len(crowd)]
    return Event(blow.kind, name, actor, data, id=blow.id)


def beginning(definition: Definition, organisation: Organisation, number: int) -> Event:
    """Make a start by somebody with every role that fills in what it asks for with what fits."""
    data = {
        name: fitting(definition, organisation, name, number + each) for each, name in enumerate(definition.start.asked)
    }
    return Event(Kind.START, "", anybody(organisation), data)


def anybody(organisation: Organisation) -> Actor:
    """Give the first person of an organisation with every role and group there is."""
    first = people(organisation)[0]
    return Actor(first.id, first.label, (*organisation.of("role"), "automation"), tuple(organisation.of("group")))


def targets(definition: Definition, record: Record, kind: Kind) -> list[str]:
    """Name what an event of a kind can hit now."""
    match kind:
        case Kind.ACT:
            return [each.name for each in transitions_of(definition, record.state) if each.by]
        case Kind.OCCUR:
            waits = [token.data["event"] for token in record.tokens.values() if token.kind == "wait"]
            return [*waits, *(each.event for each in transitions_of(definition, record.state) if each.event)]
        case Kind.RESULT:
            return [*(command.path for command in open_calls(record)), *ending_calls(record)]
        case Kind.CHILD:
            return [path for path, token in record.tokens.items() if token.kind in ("run", "start")]
        case Kind.CLAIM | Kind.RELEASE | Kind.COMPLETE:
            return [path for path, token in record.tokens.items() if token.kind == "task"]
        case Kind.VOTE:
            return [name_of(path, token.data) for path, token in record.tokens.items() if token.kind == "approval"]
        case _:
            return list(record.faults)


def asked_for(definition: Definition, record: Record, kind: Kind, name: str) -> list[str]:
    """Name what an event of a kind may fill in."""
    match kind:
        case Kind.ACT:
            found = transition_named(definition, record.state, name) if record.state else None
            return [*(found.asked if found else ()), "comment"]
        case Kind.COMMENT:
            return ["text"]
        case Kind.COMPLETE:
            return ["kind", "own"]
        case _:
            return list(definition.fields)[:: 1 + len(name) % 3]


def fitting(definition: Definition, organisation: Organisation, name: str, given_value: Any) -> Any:
    """Turn a number into a value that fits the field; leave junk as it is."""
    if isinstance(given_value, bool) or not isinstance(given_value, int):
        return given_value
    field = definition.fields.get(name)
    return _of_shape(organisation, field.shape if field else Shape(FieldType.TEXT), given_value)


def _of_shape(organisation: Organisation, shape: Shape, number: int) -> Any:
    match shape.type:
        case FieldType.CHOICE:
            choices: list[Any] = list(shape.options)
        case FieldType.USER | FieldType.GROUP | FieldType.REF:
            choices = list(organisation.of(shape.kind)) or [None]
        case FieldType.DATETIME:
            choices = ["2026-03-06 12:00", "2026-03-06 18:00", "2026-03-09T08:00:00Z", "2026-02-01 10:00"]
        case FieldType.YES_NO:
            choices = [False, True]
        case FieldType.DURATION:
            choices = ["1 hour", "2 days"]
        case FieldType.LIST if shape.columns is not None:
            row = {name: _of_shape(organisation, each, number) for name, each in shape.columns.items()}
            choices = [[row], [], [row, row]]
        case FieldType.LIST:
            choices = [[_of_shape(organisation, shape.entry, each) for each in range(length)] for length in (1, 0, 2)]
        case _:
            choices = ["1", "2", "7", "60"]
    return choices[number % len(choices)]
