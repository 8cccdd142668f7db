"""Forms from definitions: what a start, a transition, a task or an edit asks for, as it stands while it is filled in.

Conditions are judged by the engine (`engine.filling`) each time the form is made, so a form is right without scripts:
sent with a condition that holds only now, it comes back with what that asks for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from api.forms import SAID, titled
from engine.fields import keeper
from engine.filling import Standing, standing
from engine.journal import shown
from engine.record import Event, Kind, Record
from engine.talk import JOURNAL_ONLY
from engine.turn import Turn
from language.definition import Definition, Field, Literal, Task, Transition
from language.organisation import Organisation
from language.values import FieldType, Shape
from portal.choices import MOST, Choice, offered
from portal.controls import MORE_ROWS, REFERENCES, Control, control, raw, raw_rows, row_count, texts
from portal.posting import Posted
from portal.visiting import Visit
from store.asking import ask
from store.facts import organisation

PREFIX = "with."
"""What the names of controls begin with, so that no field's name is one of ours."""
NOTHING: Mapping[str, Sequence[Choice]] = {}
MORE = "more"
"""The button that asks for more rows: it sends the form for itself only."""
WORDS = Shape(FieldType.LONG_TEXT)


class Line(NamedTuple):
    """A line of a form: a field, or words (`field` None) that become a line of the journal."""

    name: str
    field: Field | None
    required: bool

    @property
    def shape(self) -> Shape:
        """What it holds."""
        return WORDS if self.field is None else self.field.shape


class Asked(NamedTuple):
    """A line as it stands on a page: its words, its control, and whether it must be filled in."""

    name: str
    title: str
    help: str
    required: bool
    control: Control


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it stands: what it asks for, what is made of it (title and words), whether it changes as one writes."""

    lines: tuple[Asked, ...]
    made: tuple[tuple[str, str], ...]
    changes: bool
    zone: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what is asked for."""
        return tuple(each.name for each in self.lines)


@dataclass(frozen=True, slots=True)
class Filling:
    """A form being filled in: for which event of which record, with which lines, and what was sent so far."""

    definition: Definition
    record: Record
    kind: Kind
    name: str
    lines: tuple[Line, ...]
    zone: ZoneInfo
    posted: Posted | None = None

    def given(self) -> dict[str, Any]:
        """Give what was filled in, by the names of fields; what is as it was is left out."""
        if self.posted is None:
            return {}
        found: dict[str, Any] = {}
        for line in self.lines:
            value, before = self._raw(line, self.posted), self._before(line)
            if self._was_sent(line, self.posted) and value != before and not (line.shape.sealed and value is None):
                found[line.name] = value
        return found

    def _raw(self, line: Line, posted: Posted) -> Any:  # noqa: ANN401 - what a record is told
        if line.shape.columns is not None:
            return raw_rows(line.shape, PREFIX + line.name, posted, self.zone)
        return raw(line.shape, posted.values.get(PREFIX + line.name, ()), self.zone)

    def _before(self, line: Line) -> Any:  # noqa: ANN401 - as `_raw` gives it
        value = self.record.fields.get(line.name)
        if value is None or line.shape.sealed:
            return None
        if line.shape.columns is not None:
            return [self._row_before(line.shape.columns, row) for row in value]
        return raw(line.shape, texts(line.shape, value, self.zone), self.zone)

    def _row_before(self, columns: Mapping[str, Shape], row: Mapping[str, Any]) -> dict[str, Any]:
        cells = {
            name: raw(columns[name], texts(columns[name], cell, self.zone), self.zone) for name, cell in row.items()
        }
        return {name: cell for name, cell in cells.items() if cell is not None}

    def _was_sent(self, line: Line, posted: Posted) -> bool:
        name = PREFIX + line.name
        return name in posted.values or any(each.startswith(f"{name}.") for each in posted.values)


async def filling(
    visit: Visit,
    definition: Definition,
    record: Record,
    event: tuple[Kind, str],
    lines: Iterable[Line],
    *,
    posted: Posted | None = None,
) -> Filling:
    """Begin to fill in the form of an event (its kind and name) of a record."""
    zone = zone_of(definition, await organisation(visit.services.database))
    return Filling(definition, record, *event, tuple(lines), zone, posted)


async def form_of(visit: Visit, filled: Filling, choices: Mapping[str, Sequence[Choice]] = NOTHING) -> Form:
    """Make a form as it stands now; `choices` are what is chosen from of some kinds, instead of all there is.

    Raises UnavailableError where its conditions ask without end.
    """
    stands = await _standing(visit, filled)
    lines = [line for line in filled.lines if line.name not in (*stands.hidden, *stands.fixed)]
    offers = {**await _choices(visit, lines, choices), **choices}
    asked = tuple(_asked(filled, line, stands.values.get(line.name), offers) for line in lines)
    conditions = [line.field for line in filled.lines if line.field and (line.field.when or line.field.locked)]
    made = tuple(_made(filled, stands))
    return Form(asked, made, bool(conditions or made), str(filled.zone))


def transition_lines(definition: Definition, transition: Transition) -> tuple[Line, ...]:
    """Give the lines of a transition's form: what it needs, then what else it asks for."""
    return tuple(
        Line(name, definition.fields.get(name), _required(definition, name) or name in transition.needs)
        for name in transition.asked
    )


def task_lines(definition: Definition, step: Task) -> tuple[Line, ...]:
    """Give the lines of a task's form."""
    return tuple(
        Line(each.name, each.own or definition.fields.get(each.name), each.own is None or each.own.required)
        for each in step.form
    )


def edit_lines(definition: Definition) -> tuple[Line, ...]:
    """Give a line for every field of a process."""
    return tuple(Line(name, field, field.required) for name, field in definition.fields.items())


def zone_of(definition: Definition, around: Organisation) -> ZoneInfo:
    """Give the zone of a process's calendar, where that is written; else UTC."""
    name = definition.calendar.value if isinstance(definition.calendar, Literal) else ""
    row = around.find("calendar", name) if name else None
    return ZoneInfo(row["zone"] if row else "UTC")


async def _standing(visit: Visit, filled: Filling) -> Standing:
    sealed = [line.name for line in filled.lines if line.shape.sealed]
    own = [line.name for line in filled.lines if line.name not in filled.definition.fields]
    data = {name: value for name, value in filled.given().items() if name not in (*sealed, *own)}
    now = visit.services.clock()
    event = Event(filled.kind, filled.name, visit.actor, data, now=now)
    names = [line.name for line in filled.lines]
    found, _ = await ask(
        visit.services.database,
        now,
        lambda known, asked: standing(
            filled.definition, filled.record, event._replace(facts=known, asked=asked), names
        ),
    )
    return found


async def _choices(
    visit: Visit, lines: Iterable[Line], known: Mapping[str, Sequence[Choice]]
) -> Mapping[str, Sequence[Choice]]:
    """Give what can be chosen of each other kind of reference that the lines ask for, one more than are all shown."""
    shapes = [shape for line in lines for shape in _shapes(line.shape)]
    kinds = dict.fromkeys(shape.kind for shape in shapes if shape.type in REFERENCES)
    return {kind: await offered(visit, kind, most=MOST + 1) for kind in kinds if kind not in known}


def _shapes(shape: Shape) -> tuple[Shape, ...]:
    if shape.columns is not None:
        return tuple(shape.columns.values())
    return (shape.entry,) if shape.type is FieldType.LIST else (shape,)


def _asked(filled: Filling, line: Line, value: Any, choices: Mapping[str, Sequence[Choice]]) -> Asked:  # noqa: ANN401
    title = titled(line.name, line.field.title if line.field else "")
    helped = line.field.help if line.field else SAID.get(line.name, "")
    if line.shape.columns is not None:
        made = _rows(filled, line, value, choices)
    else:
        made = control(line.shape, _texts(filled, PREFIX + line.name, line.shape, value, choices), choices)
    return Asked(line.name, title, helped, line.required, made)


def _texts(
    filled: Filling,
    name: str,
    shape: Shape,
    value: Any,  # noqa: ANN401 - plain JSON
    choices: Mapping[str, Sequence[Choice]],
) -> tuple[str, ...]:
    """Give what stands in a control: what was sent, so that nothing is lost, else the value."""
    if filled.posted is not None and name in filled.posted.values and not shape.sealed:
        return filled.posted.values[name]
    entry = shape.entry if shape.type is FieldType.LIST else shape
    few = 0 < len(choices.get(entry.kind, ())) <= MOST if entry.type in REFERENCES else True
    return texts(shape, value, filled.zone, few)


def _rows(filled: Filling, line: Line, value: Any, choices: Mapping[str, Sequence[Choice]]) -> Control:  # noqa: ANN401
    """Make a list of rows: those there are or were sent, and empty ones at the end."""
    name, columns, posted = PREFIX + line.name, line.shape.columns or {}, filled.posted
    before: list[Mapping[str, Any]] = value or []
    there = max(row_count(name, posted) if posted else 0, len(before))
    wanted = there + MORE_ROWS if posted is None or posted.text(MORE) == line.name else max(there, MORE_ROWS)
    rows = tuple(
        {
            each: control(
                shape,
                _texts(filled, f"{name}.{n}.{each}", shape, before[n].get(each) if n < len(before) else None, choices),
                choices,
            )
            for each, shape in columns.items()
        }
        for n in range(wanted)
    )
    return Control("rows", columns={each: titled(each) for each in columns}, rows=rows)


def _made(filled: Filling, stands: Standing) -> Iterable[tuple[str, str]]:
    """Give what tables and expressions make of what is filled in: title and words of each field they keep."""
    turn = Turn(filled.definition, filled.record, Event(filled.kind))
    for name, field in filled.definition.fields.items():
        value = stands.values.get(name)
        new = value is not None and value != filled.record.fields.get(name)
        if new and not field.internal and not field.shape.sealed and keeper(turn, field):
            yield titled(name, field.title), shown(value)


def _required(definition: Definition, name: str) -> bool:
    field = definition.fields.get(name)
    return field is not None and field.required and name not in JOURNAL_ONLY
