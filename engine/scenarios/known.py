"""What a test may name, and readers that refuse every other name."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from engine.plans import GIVES
from engine.record import Json, Plain
from engine.records import LOOKING
from language.definition import Call, Definition, Task
from language.inputs import ValueRefused, read
from language.loader import MappingNode, Node, SequenceNode, plain
from language.names import WRITABLE
from language.organisation import Organisation
from language.problems import did_you_mean, quoted
from language.schema.keys import Read, Reading, kind_of
from language.schema.written import a_scalar
from language.values import FieldType, Shape
from language.walking import events_awaited, every_step, processes_started

LOOKED_UP = ("entity", "calendar", "people", "seats")
"""Facts that the engine looks up by itself: a test changes them through its `organisation`."""

ASKED = (*GIVES, *LOOKING)
"""Facts that expressions ask for, which a test may answer."""

MOST_LISTED = 20
DATETIME = Shape(FieldType.DATETIME)


@dataclass(frozen=True, slots=True)
class Known:
    """What there is for a test of `process`; `records` are those the case has started so far: name → process.

    `actions` are those that any definition calls, `started` the processes of which any definition starts records.
    """

    process: str
    definitions: Mapping[str, Definition]
    organisation: Organisation
    actions: Collection[str]
    started: Collection[str]
    records: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, process: str, definitions: Mapping[str, Definition], organisation: Organisation) -> "Known":
        """Look once through all definitions, for all the cases of a file."""
        steps = (step for each in definitions.values() for step in every_step(each))
        actions = dict.fromkeys(step.action for step in steps if isinstance(step, Call))
        names = (name for each in definitions.values() for name in processes_started(each))
        started = dict.fromkeys(name for name in names if name in definitions)
        return cls(process, definitions, organisation, actions, started)

    def definition(self, record: str) -> Definition:
        """Give the definition of a record by its name in the case."""
        return self.definitions[self.records[record]]

    @property
    def people(self) -> Collection[str]:
        """The ids of everybody."""
        return self.organisation.of("user")

    def child(self, name: str) -> str | None:
        """Give the process of a record that another one may have started, by the name it then has in a case."""
        process, _, number = name.rpartition("_")
        if name in self.started:
            return name
        return process if process in self.started and number.isascii() and number.isdigit() else None


def transitions_named(definition: Definition) -> Collection[str]:
    """Give the names of all transitions that stand in a state or at the top."""
    own = (name for state in definition.states.values() for name in state.transitions)
    return dict.fromkeys((*own, *definition.transitions))


def events_named(definition: Definition) -> Collection[str]:
    """Give the names of all outside events that anything in a definition waits for."""
    return tuple(events_awaited(definition))


def filled_by_people(definition: Definition) -> Collection[str]:
    """Give the names that a transition may ask for."""
    return (*definition.fields, *WRITABLE)


def filled_in_tasks(definition: Definition) -> Collection[str]:
    """Give the names that the forms of tasks hold."""
    tasks = (step for step in every_step(definition) if isinstance(step, Task))
    return dict.fromkeys(line.name for task in tasks for line in task.form)


def called(what: str, names: Collection[str]) -> Read:
    """Make a reader of one of these names; `what` they are names of."""

    def read_name(reading: Reading, node: Node) -> str | None:
        scalar = a_scalar(reading, node, f"the name of a {what}")
        if scalar is None or scalar.text in names:
            return None if scalar is None else scalar.text
        reading.refuse(node, *unknown(what, scalar.text, names))
        return None

    return read_name


def unknown(what: str, name: str, names: Collection[str]) -> tuple[str, str, str]:
    """Give code, message and hint for a name that there is not."""
    there_are = f"There are: {', '.join(names) or 'none'}." if len(names) <= MOST_LISTED else ""
    hint = did_you_mean(name, names) or there_are
    return f"unknown-{what.replace(' ', '-')}", f"no {what} named {quoted(name)}", hint


def values(what: str, names: Collection[str] | None) -> Read:
    """Make a reader of `{name: value}` with these names only; None: any."""

    def read_values(reading: Reading, node: Node) -> Plain:
        found = {}
        for entry in entries(reading, node, f"{what}: value"):
            if names is not None and entry.key not in names:
                reading.refuse_key(entry, *unknown(what, entry.key, names))
            found[entry.key] = plain(entry.value)
        return found

    return read_values


def entries(reading: Reading, node: Node, written: str) -> tuple[Json, ...]:
    """Give the entries of a mapping; refuse anything else and say how it is written."""
    if isinstance(node, MappingNode):
        return node.entries
    reading.refuse(node, "wrong-kind", f"this is written as `{written}`, not as {kind_of(node)}")
    return ()


def every(read_one: Callable[[Reading, Node], Json]) -> Read:
    """Make a reader of a list, which may be empty; a single value is a list of one."""

    def read_list(reading: Reading, node: Node) -> tuple[Json, ...]:
        found = (read_one(reading, item) for item in (node.items if isinstance(node, SequenceNode) else (node,)))
        return tuple(each for each in found if each is not None)

    return read_list


def phrase(reading: Reading, node: Node) -> str | None:
    """Read a text of any length."""
    scalar = a_scalar(reading, node, "a text")
    return None if scalar is None else scalar.text


def time(reading: Reading, node: Node) -> str | None:
    """Read a time, and keep it as it is written: whose clocks it is of is known when the case runs."""
    scalar = a_scalar(reading, node, "a time, like 2026-03-06 10:00,")
    try:
        if scalar is not None and read(DATETIME, scalar.text) is None:
            raise ValueRefused("a time is missing here")
    except ValueRefused as refused:
        reading.refuse(node, "bad-value", str(refused))
        return None
    return None if scalar is None else scalar.text
