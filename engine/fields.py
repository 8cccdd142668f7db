"""Writing fields: what may be written by whom, what tables and computed values make of it, what must hold after."""

from collections.abc import Iterable, Mapping

from engine import correlation
from engine.masking import mask
from engine.people import among, by_office, not_allowed
from engine.record import Actor, Json, Reason
from engine.scope import Scope, fill_shape, holds
from engine.tables import decided
from engine.turn import Turn
from engine.visibility import hides, internal
from language.definition import Field, Literal, Table, Written
from language.expressions import Expression
from language.inputs import ValueRefused, read
from language.names import RESERVED
from language.problems import did_you_mean, quoted, sentence
from language.values import FieldType, Shape
from language.verdicts import Verdict

RETICENT = 3
"""The engine from which on what happens by itself does not say what is in an internal field."""
LOOKED_UP = (FieldType.USER, FieldType.GROUP, FieldType.REF)


def fill_in(
    turn: Turn, actor: Actor, given: Mapping[str, Json], by: str, *, lent: bool, prefix: str = "with."
) -> tuple[Reason, ...]:
    """Write what a person filled in, each field judged as the record stood before; give the reasons against it.

    A form (`lent`) lends the right to write its fields. Facts that are missing are gathered: see `settle_missing`.
    """
    accepted: dict[str, Json] = {}
    reasons: list[Reason] = []
    for name, raw in given.items():
        path = f"{prefix}{name}"
        with turn.gathering():
            against = not_writable(turn, actor, name, lent, path)
            value, unreadable = accept(turn, name, raw, path)
            reasons.extend((*against, *unreadable))
            if not against and not unreadable:
                accepted[name] = value
    for name, value in accepted.items():
        write(turn, name, value, by, person=True)
    with turn.gathering():
        recompute(turn)
    return tuple(reasons)


def accept(turn: Turn, name: str, raw: Json, path: str) -> tuple[Json, tuple[Reason, ...]]:
    """Read what somebody filled in for a field; give its plain value, or the reasons why it is not one.

    Raises Missing while the organisation has not been asked about a person, group or reference in it.
    """
    try:
        return read_known(turn, turn.definition.fields[name].shape, raw), ()
    except ValueRefused as refused:
        return None, (Reason("input", "bad-value", f"{name}: {refused}", path),)


def read_known(turn: Turn, shape: Shape, raw: Json) -> Json:
    """Read what somebody filled in, with the labels of what it refers to; raise ValueRefused where it does not fit."""
    return known(turn, shape, read(shape, raw, Scope(turn).offset))


def known(turn: Turn, shape: Shape, value: Json) -> Json:
    """Give a value with the label of everything it refers to; raise ValueRefused where there is no such thing."""
    if value is None or shape.sealed:
        return value
    if shape.type is FieldType.LIST and shape.columns is not None:
        return [{name: known(turn, shape.columns[name], cell) for name, cell in row.items()} for row in value]
    if shape.type is FieldType.LIST:
        return [known(turn, shape.entry, each) for each in value]
    if shape.type not in LOOKED_UP:
        return value
    fact = turn.fact("entity", shape.kind, value["id"])
    if fact["value"] is None:
        what = "person" if shape.kind == FieldType.USER else shape.kind.replace("_", " ")
        raise ValueRefused(sentence(f"there is no {what} {quoted(value['id'])}", fact["reason"]))
    return {"id": value["id"], "label": fact["value"]["label"]}


def write(turn: Turn, name: str, value: Json, by: str, person: bool = False) -> None:
    """Write a field and journal it; writing what is there already is nothing. `by` says what wrote it."""
    old = turn.fields.get(name)
    if person:
        turn.written[name] = turn.seq
    if old == value:
        return
    turn.fields[name] = value
    turn.changed[name] = None
    field = turn.definition.fields[name]
    told = [mask(each) if field.shape.sealed else each for each in (old, value)]
    turn.log("field", name, old=told[0], new=told[1], by=by, internal=field.internal)


def write_all(
    turn: Turn,
    written: Mapping[str, Written],
    by: str,
    names: Mapping[str, Json] | None = None,
    *,
    since: int | None = None,
) -> None:
    """Write what a step gives, all of it or nothing; what a person wrote after the event `since` stays theirs.

    Raises ValueRefused at the first value that does not fit, or with every reason why the record would not be valid.
    """
    values: dict[str, Json] = {}
    for name, each in written.items():
        with turn.gathering():
            values[name] = _value(turn, name, each, names)
    turn.settle_missing()
    mark = turn.mark()
    for name, value in values.items():
        if since is not None and turn.written.get(name, 0) > since:
            turn.log("not_overwritten", name, by=by, internal=turn.definition.fields[name].internal)
        else:
            write(turn, name, value, by)
    recompute(turn)
    reasons = invalid(turn, turn.changed)
    if reasons:
        turn.undo(mark)
        raise ValueRefused("; ".join(reason.text for reason in reasons))


def _value(turn: Turn, name: str, written: Written, names: Mapping[str, Json] | None) -> Json:
    """Give the plain value that a step writes to a field; a refusal names the field."""
    shape = turn.definition.fields[name].shape
    try:
        return known(turn, shape, fill_shape(turn, written, shape, names))
    except ValueRefused as refused:
        raise ValueRefused(f"{name}: {refused}") from refused


def recompute(turn: Turn) -> None:
    """Bring tables and computed values up to date, again until nothing changes."""
    for _ in turn.definition.fields:
        before = len(turn.lines)
        for table in turn.definition.tables.values():
            _decide(turn, table)
        for field in turn.definition.fields.values():
            if field.value is not None:
                _keep(turn, field, field.value, "its expression")
        if len(turn.lines) == before:
            return


def invalid(turn: Turn, names: Iterable[str], asked: Iterable[str] = ()) -> tuple[Reason, ...]:
    """Say which of the fields, and which that depend on them, are not as they must be.

    A field's `valid` is asked while the field is filled in; an unknown answer counts as no. What is `asked` for in a
    form is named by its place there.
    """
    touched, asked = tuple(names), tuple(asked)
    reasons: list[Reason] = []
    for field in turn.definition.fields.values():
        if not _concerned(field, touched):
            continue
        path = f"with.{field.name}" if field.name in asked else field.name
        if turn.fields.get(field.name) is None:
            if field.required and shown(turn, field.name):
                reasons.append(required(field.name, path))
        elif field.valid is not None:
            verdict = holds(turn, field.valid)
            if not verdict.yes:
                because = because_for(turn, field.valid, verdict)
                text = field.help or f"it must be so that {field.valid.text}{because and f' ({because})'}"
                reasons.append(Reason("input", "invalid", f"{field.name}: {text}", path))
    return (*reasons, *correlation.taken(turn, touched, asked))


def because_for(turn: Turn, condition: Expression, verdict: Verdict) -> str:
    """Say why a condition does not hold, unless that told the sender of the event what they do not see.

    Of what happens by itself everybody is told who sees the record, so that it names internal fields only.
    """
    actor = turn.event.actor
    if actor is None and turn.before.engine >= RETICENT and (names := internal(turn, condition.names)):
        return f"because of {', '.join(names)}, which is internal"
    return "" if hides(turn, actor, condition.names) else "; ".join(verdict.because)


def required(name: str, path: str, what_for: str = "") -> Reason:
    """Say that a field is empty which must not be: `resolution must be filled in to resolve`."""
    return Reason("input", "required", f"{name} must be filled in{what_for and f' to {what_for}'}", path)


def shown(turn: Turn, name: str) -> bool:
    """Say whether a field is shown now; one that is not cannot be required. Other names always are."""
    field = turn.definition.fields.get(name)
    return field is None or field.when is None or holds(turn, field.when).yes


def no_such_field(turn: Turn, given: Iterable[str], prefix: str) -> tuple[Reason, ...]:
    """Refuse every name that is no field of the record."""
    known = turn.definition.fields
    return tuple(
        Reason("input", "unknown-field", _no_field(name, did_you_mean(name, known)), f"{prefix}{name}")
        for name in given
        if name not in known
    )


def unknown_field(turn: Turn, name: str, asked: Iterable[str], path: str) -> Reason:
    """Refuse a name that is not asked for here, with what is."""
    names = tuple(asked)
    hint = did_you_mean(name, names) or (f"Asked for: {', '.join(names)}." if names else "Nothing is asked for here.")
    known = name in turn.definition.fields or name in RESERVED
    text = sentence(f"{name} is not asked for here", hint) if known else _no_field(name, hint)
    return Reason("input", "unknown-field", text, path)


def _no_field(name: str, hint: str) -> str:
    return sentence(f"no field named {quoted(name)}", hint)


def not_writable(turn: Turn, actor: Actor, name: str, lent: bool, path: str) -> tuple[Reason, ...]:
    """Say why the actor may not write a field; its own `write` narrows the record's, which a form lends."""
    field = turn.definition.fields[name]
    kept_by = keeper(turn, field)
    if kept_by:
        return (Reason("input", "kept", f"{name}: {kept_by} keeps it up to date, so nobody writes it", path),)
    for entries in (None if lent else turn.definition.write, field.write):
        if entries is not None and not among(turn, actor, entries):
            return (not_allowed(turn, f"write {name}", entries, path),)
    if not lent and _is_hidden(turn, actor, field):
        text = f"{name} is internal: only those who see internal fields write it"
        return (Reason("who", "not-allowed", text, path),)
    if field.locked is not None and holds(turn, field.locked).yes:
        return (Reason("state", "locked", f"{name} is read-only now ({field.locked.text})", path),)
    return ()


def _is_hidden(turn: Turn, actor: Actor, field: Field) -> bool:
    """Say whether somebody would write, in an edit, what they do not see and are not named for by an office."""
    if turn.before.engine < RETICENT or not hides(turn, actor, (field.name,)):
        return False
    return not by_office(turn, actor, turn.definition.write if field.write is None else field.write)


def keeper(turn: Turn, field: Field) -> str:
    """Say what keeps a field up to date, or nothing where people may write it."""
    if field.value is not None:
        return "its own expression"
    tables = (table.name for table in turn.definition.tables.values() if field.name in table.gives)
    return next((f"the table {name}" for name in tables), "")


def _concerned(field: Field, touched: tuple[str, ...]) -> bool:
    """Say whether a write of the touched fields can make this one invalid."""
    read_by = (*(field.valid.names if field.valid else ()), *(field.when.names if field.when else ()))
    return field.name in touched or any(name in touched for name in read_by)


def _decide(turn: Turn, table: Table) -> None:
    """Write what a table gives to the fields it keeps; without a row that fits they are empty."""
    row = decided(table, turn.fields) or (None,) * len(table.gives)
    for name, cell in zip(table.gives, row, strict=True):
        if name in turn.definition.fields:
            _keep(turn, turn.definition.fields[name], Literal(cell), f"table {table.name}")


def _keep(turn: Turn, field: Field, written: Written, by: str) -> None:
    """Write a kept field; what cannot be computed is empty. A reference is looked up only when it is another."""
    old = turn.fields.get(field.name)
    try:
        value = fill_shape(turn, written, field.shape)
        if isinstance(value, dict) and isinstance(old, dict) and old["id"] == value["id"]:
            return
        value = known(turn, field.shape, value)
    except ValueRefused as refused:
        value = None
        if old is not None:
            turn.log("not_computed", field.name, because=str(refused), internal=field.internal)
    write(turn, field.name, value, by)
