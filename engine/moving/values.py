"""What becomes of the values of a record: of fields that are called otherwise, hold something else or are no more."""

from collections.abc import Mapping

from engine.fields import keeper, read_known
from engine.journal import shown
from engine.masking import mask
from engine.record import Json, Reason
from engine.turn import Turn
from language.definition import Definition, Field, Task
from language.inputs import ValueRefused
from language.problems import quoted
from language.values import Shape
from language.walking import every_step


def carry_fields(turn: Turn, old: Definition, renamed: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """Give the fields of the new version the values they had; one that they do not allow speaks against it.

    Gives the fields that hold something under another name or as another type now, and what speaks against it. What is
    dropped is journalled with its old value. Facts that are missing are gathered.
    """
    before, written, fields = turn.fields, turn.written, turn.definition.fields
    came_from = {name: name for name in fields if name in old.fields and name not in renamed}
    came_from.update({new: name for name, new in renamed.items() if name in old.fields})
    turn.fields = dict.fromkeys(fields)
    turn.written = {new: written[name] for new, name in came_from.items() if name in written}
    reasons: list[Reason] = []
    for new, name in came_from.items():
        if new != name:
            turn.log("field_renamed", new, old=name, internal=fields[new].internal)
        with turn.gathering():
            reasons.extend(_carry(turn, old.fields[name], fields[new], before.get(name)))
    for name, field in old.fields.items():
        if name not in came_from.values():
            _drop(turn, field, before.get(name))
    others = (new for new, name in came_from.items() if new != name or old.fields[name].shape != fields[new].shape)
    return tuple(name for name in others if turn.fields[name] is not None), tuple(reasons)


def carry_tasks(turn: Turn, old: Definition) -> tuple[Reason, ...]:
    """Let what was filled in at tasks be read as the new version has it; what cannot be speaks against it."""
    reasons: list[Reason] = []
    before, now = _own_fields(old), _own_fields(turn.definition)
    for task, filled_in in turn.tasks.items():
        for name, field in now.get(task, {}).items():
            then = before.get(task, {}).get(name)
            if then is None or filled_in.get(name) is None or then.shape == field.shape:
                continue
            with turn.gathering():
                value, against = _read(turn, field.shape, filled_in[name], f"{name} of the task {task}")
                reasons.extend(against)
                turn.tasks[task] = {**turn.tasks[task], name: value}
    return tuple(reasons)


def _carry(turn: Turn, old: Field, new: Field, value: Json) -> tuple[Reason, ...]:
    if value is None or old.shape == new.shape:
        turn.fields[new.name] = value
        return ()
    if keeper(turn, new):
        _drop(turn, old, value)
        return ()
    if old.shape.sealed or new.shape.sealed:
        text = f"{new.name} is sealed before or after, and what is sealed cannot be made anything else"
        return (Reason("state", "bad-value", text, new.name),)
    read, reasons = _read(turn, new.shape, value, new.name)
    turn.fields[new.name] = read
    if read != value and not reasons:
        by = f"version {turn.definition.version}"
        turn.log("field", new.name, old=value, new=read, by=by, internal=new.internal)
    return reasons


def _drop(turn: Turn, field: Field, value: Json) -> None:
    if value is not None:
        told = mask(value) if field.shape.sealed else value
        turn.log("field_dropped", field.name, old=told, internal=field.internal)


def _read(turn: Turn, shape: Shape, value: Json, what: str) -> tuple[Json, tuple[Reason, ...]]:
    try:
        return read_known(turn, shape, value), ()
    except ValueRefused as refused:
        text = f"{what}: {quoted(shown(value))} is no value in version {turn.definition.version}: {refused}"
        return None, (Reason("state", "bad-value", text, what),)


def _own_fields(definition: Definition) -> Mapping[str, Mapping[str, Field]]:
    """Give the own fields of every task with an `id`."""
    tasks = (step for step in every_step(definition) if isinstance(step, Task) and step.id)
    return {step.id: {line.name: line.own for line in step.form if line.own is not None} for step in tasks}
