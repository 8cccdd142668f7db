"""Tells a whole definition in words, for its owner: what it is, how records begin, their states, fields and rules."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from api.forms import titled
from language.definition import Block, Definition, Field, State, Table, Target, Transition
from language.expressions import Expression
from language.organisation import Organisation
from portal.definitions.steps import Told, told
from portal.definitions.wording import Words, at_shares, code, plain, shape, spoken, value, when
from portal.words import listed

PEOPLE = ("user", "group", "role")
"""The kinds of the organisation whose titles people know."""


class Grid(NamedTuple):
    """A decision table: the titles of its columns, how many of them are given, and its rows."""

    columns: tuple[str, ...]
    given: int
    rows: tuple[tuple[str, ...], ...]


class Item(NamedTuple):
    """A thing of the definition: its name there, its title, what is said of it, and perhaps a table."""

    name: str
    title: str
    said: tuple[Told, ...]
    grid: Grid | None = None

    def lines(self) -> tuple[str, ...]:
        """Give all that is said of it, a sentence or a row of its table a line."""
        rows = self.grid.rows if self.grid else ()
        return (*(line for each in self.said for line in each.lines()), *(" | ".join(row) for row in rows))


class Part(NamedTuple):
    """A part of a definition, such as its states; `about` says what such things are."""

    name: str
    title: str
    about: str
    items: tuple[Item, ...]


def in_words(definition: Definition, around: Organisation) -> tuple[Part, ...]:
    """Tell a definition; parts that it does not have are left out."""
    people = {name: around.label(kind, name) or name for kind in PEOPLE for name in around.of(kind)}
    words = Words(definition, people)
    parts = (Part(*about, tuple(items(words))) for about, items in PARTS)
    return tuple(part for part in parts if part.items)


def _at_a_glance(words: Words) -> Iterator[Item]:
    this = words.definition
    said = [f"It belongs to {words.who(this.owner)}, who is told when a record stands still and may change it."]
    said.append(f"Its records are numbered {this.number}0000001, {this.number}0000002 and so on.")
    if this.calendar is not None:
        said.append(f"Business hours and days are those of the calendar {value(this.calendar)}.")
    if this.read is not None:
        said.append(f"A record is seen by {words.anyone_of(this.read, 'and')}.")
    if this.write:
        said.append(f"Its fields are edited by {words.anyone_of(this.write, 'and')}.")
    if this.correlate is not None:
        said.append(f"Events from outside find their record by {words.field(this.correlate)}.")
    yield Item("about", "What it is", tuple(map(Told, said)))
    yield Item("start", "How a record begins", tuple(_transition(words, this.start)))


def _states(words: Words) -> Iterator[Item]:
    for state in words.definition.states.values():
        yield Item(state.name, words.state(state.name), tuple(_state(words, state)))


def _state(words: Words, state: State) -> Iterator[Told]:
    if state.final:
        yield Told("The record ends here.")
    if state.when is not None:
        yield Told(f"It is entered only when {code(state.when)}{_blocked(state)}.")
    for title, steps in (
        ("On entering", state.entry),
        ("Here", state.do),
        ("When something fails here", state.on_error),
    ):
        if steps:
            yield Told(f"{title}:", told(words, steps))
    for each in state.transitions.values():
        yield Told(f"{titled(each.name, each.title)}:", tuple(_transition(words, each)))


def _anywhere(words: Words) -> Iterator[Item]:
    for each in words.definition.transitions.values():
        among = (Told(f"Possible in {words.states(each.from_)}."),) if each.from_ else ()
        yield Item(each.name, titled(each.name, each.title), (*among, *_transition(words, each)))


def _transition(words: Words, this: Transition) -> Iterator[Told]:
    causes = list(_causes(words, this))
    if causes:
        yield Told(f"It is taken {listed(causes)}.")
    for each in this.to:
        yield Told(f"It leads to {words.state(each.state)}{when(each.when)}.")
    if not this.to:
        yield Told("The state stays.")
    if this.when is not None:
        yield Told(f"It is possible only when {code(this.when)}{_blocked(this)}.")
    if this.needs:
        yield Told(f"To be filled in: {words.fields(this.needs)}.")
    if this.ask:
        yield Told(f"May be filled in: {words.fields(this.ask)}.")
    if this.then:
        yield Told("Then:", told(words, this.then))


def _causes(words: Words, this: Transition) -> Iterator[str]:
    if this.by:
        yield f"by {words.anyone_of(this.by)}"
    if this.event is not None:
        yield f"on the event `{this.event}`"
    if this.after is not None:
        yield f"after {this.after}"
    if this.at is not None:
        yield f"at {code(this.at)}"
    if this.every is not None:
        yield f"every {this.every}"
    if this.schedule is not None:
        often = f", then every {this.schedule.every}" if this.schedule.every is not None else ""
        yield f"by itself at {this.schedule.at}{often}"
    if this.auto:
        yield "by itself, as soon as it is possible"


def _blocked(this: State | Transition) -> str:
    return f"; else people read {spoken(this.blocked)}" if this.blocked is not None else ""


def _targets(words: Words) -> Iterator[Item]:
    for each in words.definition.targets.values():
        yield Item(each.name, titled(each.name), tuple(_target(words, each)))


def _target(words: Words, this: Target) -> Iterator[Told]:
    pauses = f", and stands still in {words.states(this.pauses_in)}" if this.pauses_in else ""
    yield Told(f"Its clock runs in {words.states(this.runs_in)}{pauses}.")
    if this.per is None:
        yield Told(f"The time is {listed([str(each) for each in this.within.values()])}.")
    else:
        times = (Told(f"{option.replace('_', ' ')}: {time}.") for option, time in this.within.items())
        yield Told(f"The time follows from {words.field(this.per)}:", tuple(times))
    if this.calendar is not None:
        yield Told(f"It is counted in the hours of {value(this.calendar)}.")
    if this.agreement is not None:
        yield Told(f"An agreement may say another time: {code(this.agreement)}.")
    for title, each in at_shares(this.at):
        yield Told(f"{title}:", told(words, each.steps))


def _fields(words: Words) -> Iterator[Item]:
    for each in words.definition.fields.values():
        yield Item(each.name, words.field(each.name), tuple(map(Told, _field(words, each))))


def _field(words: Words, this: Field) -> Iterator[str]:
    required = ", which must not be empty" if this.required else ""
    yield f"It holds {shape(words, this.shape)}{required}."
    if this.help:
        yield f"People read beside it: {spoken(this.help)}."
    if this.default is not None:
        yield f"It begins as {value(this.default)}."
    for each in words.definition.tables.values():
        if this.name in each.gives:
            yield f"It follows from the table {titled(each.name)}."
    if this.value is not None:
        yield f"It is kept up to date as {code(this.value)}."
    yield from (f"{said} {code(each)}." for said, each in _conditions(this) if each is not None)
    if this.write is not None:
        yield f"It is written by {words.anyone_of(this.write, 'and')}."
    if this.internal:
        yield "Only those who see the record in full see it."
    if this.shape.sealed:
        who = words.anyone_of(this.readers) if this.readers else "who sees the record in full"
        yield f"It is sensitive: kept sealed, and read by {who}."


def _conditions(this: Field) -> tuple[tuple[str, Expression | None], ...]:
    return (
        ("It must hold that", this.valid),
        ("It is asked for only when", this.when),
        ("It cannot be edited while", this.locked),
    )


def _tables(words: Words) -> Iterator[Item]:
    for each in words.definition.tables.values():
        said = f"From {words.fields(each.given)} follows {words.fields(each.gives)}: the first row that fits decides."
        yield Item(each.name, titled(each.name), (Told(said),), _grid(words, each))


def _grid(words: Words, this: Table) -> Grid:
    columns = tuple(words.field(each) for each in (*this.given, *this.gives))
    return Grid(columns, len(this.given), tuple(tuple(plain(cell) for cell in row.cells) for row in this.rows))


def _blocks(words: Words) -> Iterator[Item]:
    for each in words.definition.blocks.values():
        yield Item(each.name, titled(each.name), tuple(_block(words, each)))


def _block(words: Words, this: Block) -> Iterator[Told]:
    if this.runs_in:
        yield Told(f"It is done beside {words.states(this.runs_in)}.")
    yield from told(words, this.do)


def _moving(words: Words) -> Iterator[Item]:
    this = words.definition.migrate
    if this is not None:
        said = [f"Open records of version {this.from_} can be moved here."]
        said += [f"The state `{old}` becomes {words.state(new)}." for old, new in this.states.items()]
        said += [f"The field `{old}` becomes {words.field(new)}." for old, new in this.fields.items()]
        yield Item("migrate", f"From version {this.from_}", tuple(map(Told, said)))


PARTS: tuple[tuple[tuple[str, str, str], Callable[[Words], Iterator[Item]]], ...] = (
    (("glance", "At a glance", ""), _at_a_glance),
    (("states", "States", "A record is in one of these at a time."), _states),
    (("transitions", "In several states", "What may happen in more than one state."), _anywhere),
    (("targets", "Targets", "What is promised, and what happens before and after it is missed."), _targets),
    (("blocks", "Blocks", "Steps with a name, used in several places or done beside states."), _blocks),
    (("tables", "Decision tables", "What follows from what is filled in."), _tables),
    (("fields", "Fields", "What a record knows."), _fields),
    (("moving", "Moving open records", "What becomes of records of an earlier version."), _moving),
)
"""Every part: its name, title and what it is, and what tells its things."""
