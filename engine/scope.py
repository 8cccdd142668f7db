"""The names an expression sees while an event is processed: fields, built-in names, tables, facts and local names."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal as Exactly

from engine import calendars, records
from engine.outside import outside
from engine.plans import BOOKED, GIVES
from engine.record import NOTHING, Actor, Json, Plain
from engine.tables import decided
from engine.turn import Turn, open_tasks
from language.calendars import ALWAYS_OPEN, Calendar
from language.definition import Approval, Literal, Task, Written
from language.durations import Duration
from language.evaluation import evaluate, render
from language.expressions import Expression, Text
from language.inputs import ValueRefused, read
from language.operations import EvaluationRefused
from language.organisation import ATTRIBUTES
from language.values import Fact, FieldType, Ref, Shape, Unknown, Value, plain, typed
from language.verdicts import Verdict, decide
from language.walking import every_step

USER = Shape(FieldType.USER)


class Scope:
    """What `language.evaluation` asks for names, attributes and facts; `names` are local ones (`result`, `error`)."""

    def __init__(self, turn: Turn, names: Mapping[str, Json] | None = None) -> None:
        """Look into the turn's working copy; nothing is copied."""
        self._turn = turn
        self._names = names or {}

    def name(self, name: str) -> Value:
        """Give the value of a name; raise EvaluationRefused where there is none, which the checker has seen to."""
        turn = self._turn
        if name in self._names:
            return outside(self._names[name])
        field = turn.definition.fields.get(name)
        if field is not None:
            return typed(field.shape, turn.fields.get(name))
        table = turn.definition.tables.get(name)
        if table is not None:
            row = decided(table, turn.fields) or (None,) * len(table.gives)
            return {output: outside(cell) for output, cell in zip(table.gives, row, strict=True)}
        if name not in BUILT_IN:
            raise EvaluationRefused(f'nothing is named "{name}" here')
        return BUILT_IN[name](turn)

    def attribute(self, of: Ref, name: str) -> Value:
        """Give an attribute of a person, a group, a service …: a fact of the organisation; or one of a record."""
        if records.is_record(of.kind):
            return records.attribute(self._turn, of, name)
        row = self._turn.fact("entity", of.kind, of.id)["value"] or {}
        shape = ATTRIBUTES.get(of.kind, {}).get(name)
        return typed(shape, row.get(name)) if shape is not None else outside(row.get(name))

    def call(self, function: str, arguments: tuple[Value, ...], named: Mapping[str, Value]) -> Value | Fact:
        """Give the value of a fact such as `frozen(…)`, with its reason."""
        if function in records.LOOKING:
            return records.look(self._turn, function, arguments, named)
        own = [self._turn.before.id] if function in BOOKED else []
        given = [as_plain(each) for each in arguments]
        by_name = [{name: as_plain(each) for name, each in named.items()}] if named else []
        fact = self._turn.fact(function, *own, *given, *by_name)
        shape = GIVES.get(function)
        value = outside(fact["value"]) if shape is None else typed(shape, fact["value"])
        return Fact(value, fact.get("reason", ""))

    def offset(self, local: datetime) -> float:
        """Tell how far clocks on the process's calendar are ahead of UTC when they show a local time."""
        return calendar_of(self._turn).ahead(local.replace(tzinfo=UTC).timestamp())

    def shift(self, time: datetime, duration: Duration, sign: Exactly[1, -1]) -> datetime:
        """Move a time by a duration on the process's calendar."""
        if sign < 0:
            return moment(process_calendar(self._turn, duration).back(time.timestamp(), duration))
        return moment(later(self._turn, time.timestamp(), duration))


def moment(seconds: float) -> datetime:
    """Give a time in seconds since the epoch as the datetime that expressions see."""
    return datetime.fromtimestamp(seconds, UTC)


def process_calendar(turn: Turn, duration: Duration) -> Calendar:
    """Give the calendar on which the process counts a duration; minutes to weeks need none."""
    return ALWAYS_OPEN if duration.seconds is not None else calendar_of(turn)


def calendar_of(turn: Turn) -> Calendar:
    """Give the calendar of the process; without one it is always open, in UTC."""
    return calendars.named(turn, calendar_name(turn, turn.definition.calendar))


def calendar_name(turn: Turn, written: Written | None) -> str:
    """Give the name of the calendar that is written, empty for none."""
    value = None if written is None else fill(turn, written)
    return value.id if isinstance(value, Ref) else str(value or "")


def later(turn: Turn, start: float, duration: Duration) -> float:
    """Give the instant a duration after another, on the process's calendar."""
    return process_calendar(turn, duration).add(start, duration)


def as_plain(value: Value) -> Json:
    """Give a value as plain JSON; raise EvaluationRefused for a length of time that no duration can say."""
    try:
        return plain(value)
    except ValueError as unsayable:
        raise EvaluationRefused(str(unsayable)) from unsayable


def holds(turn: Turn, condition: Expression, names: Mapping[str, Json] | None = None) -> Verdict:
    """Decide a condition; one that cannot be evaluated counts as no and says why."""
    try:
        return decide(condition, Scope(turn, names))
    except EvaluationRefused as refused:
        return Verdict(None, (str(refused),))


def fill(turn: Turn, written: Written, names: Mapping[str, Json] | None = None) -> Value:
    """Give the value that was written: a literal as it stands, an expression's value, or a text filled in.

    Raises EvaluationRefused where it cannot be evaluated. Unknown becomes empty.
    """
    if isinstance(written, Literal):
        return outside(written.value)
    if isinstance(written, Text):
        return render(written, Scope(turn, names))
    value = evaluate(written, Scope(turn, names))
    return None if isinstance(value, Unknown) else value


def fill_text(turn: Turn, written: str | Text, names: Mapping[str, Json] | None = None) -> str:
    """Give a text that was written, filled in. Raises EvaluationRefused."""
    return written if isinstance(written, str) else render(written, Scope(turn, names))


def say(turn: Turn, written: str | Text) -> str:
    """Give a text that was written for a refusal, filled in; as it was written where it cannot be filled in."""
    try:
        return fill_text(turn, written)
    except EvaluationRefused:
        return written if isinstance(written, str) else written.source


def fill_plain(turn: Turn, written: Mapping[str, Written], names: Mapping[str, Json] | None = None) -> Plain:
    """Give the values of a mapping as plain JSON, for an action or a message. Raises EvaluationRefused."""
    return {name: as_plain(fill(turn, each, names)) for name, each in written.items()}


def fill_shape(turn: Turn, written: Written, shape: Shape, names: Mapping[str, Json] | None = None) -> Json:
    """Give a written value as the plain JSON of a shape; raise ValueRefused where it does not fit."""
    try:
        given = written.value if isinstance(written, Literal) else as_plain(fill(turn, written, names))
        return read(shape, given, Scope(turn).offset)
    except EvaluationRefused as refused:
        raise ValueRefused(str(refused)) from refused


def try_fill(turn: Turn, written: Written, names: Mapping[str, Json] | None = None) -> Value:
    """Give the value that was written, or nothing where it cannot be evaluated."""
    try:
        return fill(turn, written, names)
    except EvaluationRefused:
        return None


def _tasks(turn: Turn) -> Value:
    """Give what was filled in at tasks, by their ids, typed as the tasks' own fields say."""
    forms = {step.id: step.form for step in every_step(turn.definition) if isinstance(step, Task) and step.id}
    shapes = {name: {line.name: line.own.shape for line in form if line.own} for name, form in forms.items()}
    return {
        name: {field: typed(shape, turn.tasks.get(name, NOTHING).get(field)) for field, shape in own.items()}
        for name, own in shapes.items()
    }


def _approvals(turn: Turn) -> Value:
    """Give the outcomes of approvals by their ids; empty while one is not decided."""
    ids = (step.id for step in every_step(turn.definition) if isinstance(step, Approval) and step.id)
    return {name: {"outcome": turn.approvals.get(name, NOTHING).get("outcome")} for name in ids}


def _parent(turn: Turn) -> Value:
    parent = turn.before.parent or turn.event.parent
    return Ref(records.PARENT, parent, parent) if parent else None


def _actor(actor: Actor | None) -> Value:
    return Ref("user", actor.id, actor.label) if actor else None


BUILT_IN: Mapping[str, Callable[[Turn], Value]] = {
    "id": lambda turn: turn.before.id,
    "state": lambda turn: turn.state,
    "created_at": lambda turn: moment(turn.before.created_at if turn.before.seq else turn.now),
    "created_by": lambda turn: (
        typed(USER, dict(turn.before.created_by or {})) if turn.before.seq else _actor(turn.event.actor)
    ),
    "updated_at": lambda turn: moment(turn.before.updated_at if turn.before.seq else turn.now),
    "watchers": lambda turn: tuple(typed(USER, dict(each)) for each in turn.watchers),
    "parent": _parent,
    "open_tasks": lambda turn: Decimal(open_tasks(turn.tokens)),
    "now": lambda turn: moment(turn.now),
    "actor": lambda turn: _actor(turn.event.actor),
    "event": lambda turn: outside(turn.came_in),
    "tasks": _tasks,
    "approvals": _approvals,
}
"""The names every definition has, and where their values come from."""
