"""The words of a definition's small parts: people, conditions, values, times; code stands between two backticks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from api.forms import titled
from engine.records import is_record
from language.definition import ANYONE, Definition, Literal, Threshold, Who, Written
from language.expressions import Expression, Text
from language.values import FieldType, Shape
from portal.words import listed

LONGEST = 300
"""Characters of an expression that are shown."""


@dataclass(frozen=True, slots=True)
class Words:
    """What names of a definition are called; `people` are the titles of roles, groups and persons."""

    definition: Definition
    people: Mapping[str, str]

    def state(self, name: str) -> str:
        """Give the title of a state."""
        found = self.definition.states.get(name)
        return titled(name, found.title if found else "")

    def states(self, names: Iterable[str]) -> str:
        """List states: `New and Assigned`."""
        return listed([self.state(each) for each in names])

    def field(self, name: str) -> str:
        """Give the title of a field, or of what becomes a line of the journal."""
        found = self.definition.fields.get(name)
        return titled(name, found.title if found else "")

    def fields(self, names: Iterable[str]) -> str:
        """List fields: `Summary, Caller and Service`."""
        return listed([self.field(each) for each in names])

    def who(self, who: Who) -> str:
        """Give a person, group or role in words: `the Assignee`, `the lead of Group`, `Service desk`."""
        if not isinstance(who, str):
            return code(who)
        if who == ANYONE:
            return "anyone"
        owner, _, part = who.partition(".")
        if owner in self.definition.fields:
            return f"the {part.replace('_', ' ')} of {self.field(owner)}" if part else f"the {self.field(owner)}"
        known = self.people.get(owner) or owner.replace("_", " ")
        return f"the {part.replace('_', ' ')} of {known}" if part else known

    def anyone_of(self, people: Iterable[Who], word: str = "or") -> str:
        """List people: `Service desk or the Group`."""
        *first, last = [self.who(each) for each in people]
        return f"{', '.join(first)} {word} {last}" if first else last


def code(expression: Expression) -> str:
    """Give an expression as it is written."""
    text = " ".join(expression.text.split())
    return f"`{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}`"


def spoken(text: str | Text) -> str:
    """Give a text that people read, in quotes."""
    words = " ".join((text.source if isinstance(text, Text) else text).split())
    return f"“{words.rstrip('.')}”"


def value(written: Written) -> str:
    """Give a value as it is written."""
    if isinstance(written, Expression):
        return code(written)
    return spoken(written) if isinstance(written, Text) else plain(written.value)


def plain(given: Any) -> str:  # noqa: ANN401 - what a literal or a cell of a table holds
    """Give a plain value: `yes`, `nothing`, `P1`."""
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, Mapping):
        return ", ".join(f"{name} {plain(each)}" for name, each in given.items())
    if isinstance(given, list | tuple):
        return ", ".join(plain(_bare(each)) for each in given) or "nothing"
    return str(given).replace("`", "'").rstrip(".")


def sets(words: Words, fields: Mapping[str, Written]) -> str:
    """Say what fields become: `Resolved at becomes `now``."""
    said = []
    for name, written in fields.items():
        empty = isinstance(written, Literal) and written.value is None
        said.append(f"{words.field(name)} is emptied" if empty else f"{words.field(name)} becomes {value(written)}")
    return "; ".join(said)


def given(values: Mapping[str, Written]) -> str:
    """Say what something is given: `, with text “…”`."""
    told = ", ".join(f"{name.replace('_', ' ')} {value(each)}" for name, each in values.items())
    return f", with {told}" if told else ""


def when(condition: Expression | None) -> str:
    """Say under which condition: `, only when `open_tasks == 0``."""
    return f", only when {code(condition)}" if condition is not None else ""


def due(within: Any) -> str:  # noqa: ANN401 - a duration, an expression or nothing
    """Say within which time: `, within 3 business days`."""
    if within is None:
        return ""
    return f", by {code(within)}" if isinstance(within, Expression) else f", within {within}"


def at_shares(thresholds: tuple[Threshold, ...]) -> list[tuple[str, Threshold]]:
    """Give what happens at shares of a time, each with its words."""
    return [(f"When {each.percent} % of the time has passed", each) for each in thresholds]


def shape(words: Words, of: Shape) -> str:
    """Say what a field holds: `a choice of high, medium or low`, `a list of incident`."""
    if of.type is FieldType.CHOICE:
        return f"one of {', '.join(each.replace('_', ' ') for each in of.options)}"
    if of.columns is not None:
        return f"rows with {', '.join(titled(each) for each in of.columns)}"
    if of.type is FieldType.LIST:
        return f"a list: {shape(words, of.entry)}"
    thing = of.kind.replace("_", " ")
    article = "a record of" if is_record(of.kind) else "an" if thing[0] in "aeiou" else "a"
    return KINDS.get(of.type) or f"{article} {thing}"


KINDS = {
    FieldType.TEXT: "a line of text",
    FieldType.LONG_TEXT: "a text",
    FieldType.NUMBER: "a number",
    FieldType.MONEY: "an amount of money",
    FieldType.YES_NO: "yes or no",
    FieldType.DATE: "a day",
    FieldType.DATETIME: "a time",
    FieldType.DURATION: "a duration",
    FieldType.USER: "a person",
    FieldType.GROUP: "a group",
    FieldType.FILE: "a file",
}
"""What a field of each type holds; others are of a kind of thing."""


def _bare(written: Any) -> Any:  # noqa: ANN401 - what a list of a literal holds
    return written.value if isinstance(written, Literal) else written
