"""One inspection of a definition: where its parts stand in the text, what names mean there, and the mistakes found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal as Either

from language.definition import Approval, Definition, Field, FormField, Place, Task
from language.durations import Duration
from language.expressions import Expression, Text
from language.inference import Inferred, infer, infer_condition
from language.loader import MappingNode, Node, ScalarNode, SequenceNode
from language.names import LOCAL, WRITABLE
from language.organisation import ATTRIBUTES
from language.problems import MOST_PROBLEMS, LanguageError, Problem
from language.schema.fields import UNREADABLE
from language.schema.keys import column_in
from language.static_types import ANY, DATETIME, NUMBER, TEXT, YES_NO, Kind, Signature, StaticType, type_of
from language.surroundings import Surroundings
from language.walking import every_step

USER = StaticType(Kind.REF, of="user")
USERS = StaticType(Kind.LIST, entry=USER)

CONFLICTS = StaticType(
    Kind.LIST, entry=StaticType(Kind.ROW, columns=dict.fromkeys(("id", "kind", "with", "text"), TEXT))
)
"""What speaks against a planned time."""

FACTS: Mapping[str, Signature] = {
    "frozen": Signature((ANY, DATETIME, DATETIME), YES_NO),
    "maintained_until": Signature((ANY,), DATETIME),
    "conflicts": Signature((ANY, DATETIME, DATETIME), CONFLICTS),
    "next_free": Signature((ANY, DATETIME, ANY), DATETIME),
    "on_call": Signature((ANY,), USER),
}
"""The facts that expressions may ask of the organisation; those about records are in `language.checks.records`."""

ATTRIBUTE_TYPES: Mapping[str, Mapping[str, StaticType]] = {
    kind: {name: type_of(shape) for name, shape in shapes.items()} for kind, shapes in ATTRIBUTES.items()
}

ERROR = StaticType(Kind.ROW, columns={"code": TEXT, "text": TEXT, "step": TEXT})
"""What `error` is inside `on_error`."""

NOT_READABLE = {
    **{name: f"{name} can be asked for, but not read" for name in WRITABLE},
    "result": "result can be read only in the save of a call, run or start",
    "error": "error can be read only in on_error",
    "seats": "seats can be read only in the at of a task or an approval",
}


class Page:
    """The text of a definition: finds the node that a part was read from."""

    def __init__(self, source: str, root: Node) -> None:
        """Note where every key and every group of keys begins."""
        self.root = root
        self.lines = source.split("\n")
        self._values: dict[tuple[int, int], Node] = {}
        self._parts: dict[tuple[int, int], Node] = {}
        self._lists: dict[tuple[int, int], tuple[Node, ...]] = {}
        self._note(root)

    def _note(self, node: Node) -> None:
        if isinstance(node, MappingNode):
            self._parts[node.line, node.column] = node
            for entry in node.entries:
                self._values[entry.key_line, entry.key_column] = entry.value
                self._note(entry.value)
        elif isinstance(node, SequenceNode):
            self._lists[node.line, node.column] = node.items
            for item in node.items:
                self._note(item)

    def value(self, place: Place) -> Node:
        """Give what stands behind the key at a place."""
        return self._values.get(place, self.root)

    def part(self, place: Place) -> Node:
        """Give the group of keys that begins at a place."""
        return self._parts.get(place, self.root)

    def cells(self, place: Place) -> tuple[Node, ...]:
        """Give the entries of the list that begins at a place."""
        return self._lists[place]


def under(node: Node, *keys: str) -> Node:
    """Follow keys as far as they lead."""
    for key in keys:
        inner = node.get(key) if isinstance(node, MappingNode) else None
        if inner is None:
            return node
        node = inner
    return node


def items(node: Node, number: int) -> tuple[Node, ...]:
    """Give the nodes of a list of so many; the node itself for each when it is written otherwise."""
    if isinstance(node, SequenceNode) and len(node.items) == number:
        return node.items
    return (node,) * number


@dataclass(frozen=True, slots=True)
class Inspection:
    """The definition, what is around it, the names that can be read in this place, and the mistakes found so far."""

    definition: Definition
    around: Surroundings
    page: Page
    types: Mapping[str, StaticType]
    kept: Mapping[str, str]
    """Fields nobody may write, with what keeps them: `the table priority`, `its value`."""
    problems: list[Problem]
    is_formed: bool
    """Whether its form is right; if not, what is missing may just have been left out."""
    functions: Mapping[str, Signature] = field(default_factory=lambda: FACTS)
    """The facts that expressions may ask."""
    attributes: Mapping[str, Mapping[str, StaticType]] = field(default_factory=lambda: ATTRIBUTE_TYPES)
    """What may be read of a reference, by what it is of."""

    @property
    def processes(self) -> Mapping[str, Definition]:
        """Every process there is, this one as it is written here."""
        return {**self.around.processes, self.definition.process: self.definition}

    def knowing(self, **types: StaticType) -> "Inspection":
        """Give the inspection of a place where more names can be read."""
        return replace(self, types={**self.types, **types})

    def report(
        self,
        where: Node | Place,
        code: str,
        message: str,
        hint: str = "",
        severity: Either["error", "warning"] = "error",
    ) -> None:
        """Note a mistake; raise LanguageError with all when there are so many that it is enough."""
        self._note(Problem(where.line, where.column, code, message, hint, severity))

    def _note(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MOST_PROBLEMS:
            raise LanguageError(self.problems)

    def condition(self, expression: Expression | None, node: Node) -> None:
        """Check an expression that must be yes or no; `node` is where it is written."""
        if expression is not None:
            types = self._readable(expression, node)
            self._take(infer_condition(expression, types, self.functions, self.attributes), node)

    def expression(self, expression: Expression, node: Node) -> StaticType:
        """Check an expression and give its type."""
        return self._take(infer(expression, self._readable(expression, node), self.functions, self.attributes), node)

    def text(self, text: str | Text | None, node: Node) -> None:
        """Check what is filled into a text."""
        if isinstance(text, Text):
            for expression in text.expressions:
                self.expression(expression, node)

    def _readable(self, expression: Expression, node: Node) -> Mapping[str, StaticType]:
        """Refuse names that exist but cannot be read here; give the types with those of them added."""
        refused = [name for name in expression.names if name in NOT_READABLE and name not in self.types]
        for name in refused:
            code = "not-here" if name in LOCAL else "write-only"
            self.report(node, code, NOT_READABLE[name])
        return {**self.types, **dict.fromkeys(refused, ANY)}

    def _take(self, inferred: Inferred, node: Node) -> StaticType:
        """Note the mistakes in an expression at their letters."""
        for problem in inferred.problems:
            column = node.column
            if isinstance(node, ScalarNode):
                column = column_in(self.page.lines, node, problem.offset + node.text.startswith("="))
            self._note(Problem(node.line, column, problem.code, problem.message, problem.hint))
        return inferred.type

    def duration(self, duration: Duration | None, node: Node) -> None:
        """Check that business hours and days have a calendar."""
        if duration is not None and duration.business and self.definition.calendar is None:
            message = f"{duration} needs a calendar"
            self.report(node, "calendar-missing", message, "Say at the top: calendar: and its name.")


def _task_types(definition: Definition) -> StaticType:
    """Give the type of `tasks`: by the id of each task, what its form brings."""
    found = {
        task.id: StaticType(Kind.ROW, columns=_form_types(definition, task.form))
        for task in every_step(definition)
        if isinstance(task, Task) and task.id
    }
    return StaticType(Kind.ROW, columns=found)


OUTCOME = StaticType(Kind.CHOICE, options=("approved", "rejected", "expired"))


def _approval_types(definition: Definition) -> StaticType:
    """Give the type of `approvals`: by the id of each approval, its outcome."""
    ids = (step.id for step in every_step(definition) if isinstance(step, Approval) and step.id)
    return StaticType(Kind.ROW, columns={name: StaticType(Kind.ROW, columns={"outcome": OUTCOME}) for name in ids})


def _form_types(definition: Definition, form: tuple[FormField, ...]) -> Mapping[str, StaticType]:
    fields = [definition.fields.get(line.name) if line.own is None else line.own for line in form]
    return {field.name: _field_type(field) for field in fields if field is not None}


def _field_type(field: Field) -> StaticType:
    return ANY if field.shape is UNREADABLE else type_of(field.shape)


def known_types(definition: Definition) -> dict[str, StaticType]:
    """Give the types of all names that every expression of a definition may read."""
    fields = {name: _field_type(field) for name, field in definition.fields.items()}
    tables = {
        name: StaticType(Kind.ROW, columns=dict.fromkeys(outputs, ANY))
        for name, table in definition.tables.items()
        if (outputs := [name for name in table.gives if name not in definition.fields])
    }
    return {
        "id": TEXT,
        "state": StaticType(Kind.CHOICE, options=tuple(definition.states)),
        "created_at": DATETIME,
        "created_by": USER,
        "updated_at": DATETIME,
        "watchers": USERS,
        "parent": ANY,
        "open_tasks": NUMBER,
        "now": DATETIME,
        "actor": USER,
        "event": ANY,
        "tasks": _task_types(definition),
        "approvals": _approval_types(definition),
        **tables,
        **fields,
    }


def kept_fields(definition: Definition) -> dict[str, str]:
    """Give the fields that nobody writes, with what keeps each."""
    tables = {name: f"the table {table.name}" for table in definition.tables.values() for name in table.gives}
    values = {name: "its value" for name, field in definition.fields.items() if field.value is not None}
    return {**tables, **values}


def each(node: Node, names: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
    """Pair names with the nodes they were read from."""
    yield from zip(names, items(node, len(names)), strict=True)
