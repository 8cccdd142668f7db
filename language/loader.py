"""Reads the YAML of a definition into nodes that know their line and column, and refuses what would surprise its owner.

Only `true`, `false`, `null`, plain integers and plain decimals are typed; everything else stays the text that was
written and the field it goes to decides. Keys are always text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, NoReturn, cast

import yaml

from language.problems import MOST_PROBLEMS, LanguageError, Problem, quoted

LARGEST = 65_536  # bytes of UTF-8
DEEPEST = 40  # collections inside each other
LONGEST_NUMBER = 29  # characters; a longer one stays text, for its field to judge

QUOTE_IT = "Quote it: a comma ends a value inside { } or [ ]."
QUOTE_TEXT = 'Quote a text that holds ": " or begins with a special sign, and check the indentation.'
INDENTATION = "Check the indentation: what belongs together starts in the same column."

# Besides control characters: line separators, which move all later line numbers, and the signs that reverse the
# direction of reading, with which a definition could show a reviewer something else than what it does.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
UNSEEN_IN_VALUE = re.compile(f"{UNSEEN.pattern}|\r")
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
WORDS: Mapping[str, bool | None] = {"": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A single value: `text` as it was written and `value` as it is typed; `quoted` when it was not a plain word."""

    value: bool | int | Decimal | str | None
    text: str
    quoted: bool
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list; `line` and `column` say where it begins."""

    items: tuple["Node", ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys with their values in the order of the text; no key is there twice."""

    entries: tuple["Entry", ...]
    line: int
    column: int
    _values: Mapping[str, "Node"] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the values by their keys."""
        object.__setattr__(self, "_values", {entry.key: entry.value for entry in self.entries})

    def get(self, key: str) -> "Node | None":
        """Give the value of a key, or None when the key is not there."""
        return self._values.get(key)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in the order of the text."""
        return tuple(self._values)


Node = MappingNode | SequenceNode | ScalarNode
Plain = bool | int | Decimal | str | list["Plain"] | dict[str, "Plain"] | None


class Entry(NamedTuple):
    """A key, where it stands, and its value."""

    key: str
    key_line: int
    key_column: int
    value: Node


def load(text: str) -> Node:
    """Read one YAML document; raise LanguageError with all its problems (at most 100) when it cannot be used."""
    refuse_unseen(text)
    composer = _Composer(text)
    try:
        node = composer.document()
    except yaml.MarkedYAMLError as error:
        raise LanguageError([*composer.problems, _syntax(error, text)]) from None
    if composer.problems:
        raise LanguageError(composer.problems)
    return node


def plain(node: Node) -> Plain:
    """Turn a node into dict, list, text, number, yes or no, or None, without its places."""
    if isinstance(node, MappingNode):
        return {entry.key: plain(entry.value) for entry in node.entries}
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return node.value


class _Composer:
    """Builds nodes from the parser's events, one by one, so that a hostile text is left at its first excess."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self.problems: list[Problem] = []

    def document(self) -> Node:
        next(self._events)  # the stream begins
        start = next(self._events)
        if not isinstance(start, yaml.DocumentStartEvent):
            raise LanguageError([Problem(1, 1, "empty-document", "there is nothing in this file")])
        if start.version or start.tags:
            self._report(_place(start), "directive", "a line that begins with % is not allowed", "Remove it.")
        node = self._node(next(self._events), depth=1)
        if isinstance(node, ScalarNode) and _is_absent(node):
            self._stop((node.line, node.column), "empty-document", "there is nothing in this file")
        next(self._events)  # the document ends
        after = next(self._events)
        if isinstance(after, yaml.DocumentStartEvent):
            self._stop(_place(after), "several-documents", "a second document begins here", "Put it into its own file.")
        return node

    def _node(self, event: yaml.Event, depth: int) -> Node:
        place = _place(event)
        if isinstance(event, yaml.AliasEvent):
            self._report(place, "alias", f"*{event.anchor} is not allowed", "Write the value out.")
            return ScalarNode(None, f"*{event.anchor}", False, *place)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        start = cast(yaml.CollectionStartEvent, event)
        self._refuse_marks(start, place)
        if depth > DEEPEST:
            self._stop(place, "too-deep", f"more than {DEEPEST} values inside each other")
        if isinstance(start, yaml.SequenceStartEvent):
            return self._sequence(start, depth)
        return self._mapping(start, depth)

    def _scalar(self, event: yaml.ScalarEvent, place: tuple[int, int]) -> ScalarNode:
        self._refuse_marks(event, place)
        text = event.value
        if unseen := UNSEEN_IN_VALUE.search(text):
            self._report(place, "control-character", _unseen(unseen), "Remove it.")
        is_quoted = bool(event.style)
        return ScalarNode(text if is_quoted else _typed(text), text, is_quoted, *place)

    def _sequence(self, start: yaml.CollectionStartEvent, depth: int) -> SequenceNode:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        if start.flow_style:
            self._refuse_torn((item, False) for item in items)
        return SequenceNode(tuple(items), *_place(start))

    def _mapping(self, start: yaml.CollectionStartEvent, depth: int) -> MappingNode:
        entries: dict[str, Entry] = {}
        pieces: list[tuple[Node, bool]] = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, depth)
            value = self._node(next(self._events), depth + 1)
            if key is None:
                continue
            is_torn_off = bool(start.flow_style) and isinstance(value, ScalarNode) and _is_absent(value)
            pieces += ((key, is_torn_off), (value, False))
            first = entries.setdefault(key.text, Entry(key.text, key.line, key.column, value))
            if first.value is not value and not is_torn_off:
                message = f"{quoted(key.text)} is already written on line {first.key_line}"
                self._report((key.line, key.column), "duplicate-key", message, "Keep one of the two.")
        if start.flow_style:
            self._refuse_torn(pieces)
        return MappingNode(tuple(entries.values()), *_place(start))

    def _key(self, event: yaml.Event, depth: int) -> ScalarNode | None:
        """Read a key; report one that is not a text, and give None for it."""
        earlier = len(self.problems)
        key = self._node(event, depth + 1)
        place = (key.line, key.column)
        if not isinstance(key, ScalarNode):
            del self.problems[earlier:]  # what is wrong inside follows from this
            hint = 'Put quotes around the whole value: "{{ … }}".'
            self._report(place, "key-not-text", "a key must be a text, not a list or a group of keys", hint)
            return None
        if key.text == "<<" and not key.quoted:
            self._report(place, "merge-key", "<< is not allowed", "Write the keys out.")
        elif not key.text:
            self._report(place, "empty-key", "a key is missing before the colon")
        return key

    def _refuse_marks(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, place: tuple[int, int]) -> None:
        if event.anchor is not None:
            message = f"&{event.anchor} is not allowed"
            self._report(place, "anchor", message, "Write the value out where it is used.")
        if event.tag is not None:
            message = f"the tag {quoted(event.tag)} is not allowed"
            self._report(place, "tag", message, "Remove it, or quote a text that begins with !.")

    def _refuse_torn(self, pieces: Iterable[tuple[Node, bool]]) -> None:
        """Find values torn by their own commas; the pieces up to the closing bracket are one mistake.

        A piece is what stands between two signs of { } or [ ], with whether it is a key without a value.
        """
        still_open = 0
        for piece, lacks_value in pieces:
            if not isinstance(piece, ScalarNode):
                continue
            balance = 0 if piece.quoted else _brackets_left_open(piece.text)
            place = (piece.line, piece.column)
            if still_open:
                still_open = max(0, still_open + balance)
            elif balance > 0:
                self._report(
                    place, "torn-value", f"{quoted(piece.text)} opens a bracket and does not close it", QUOTE_IT
                )
                still_open = balance
            elif balance < 0:
                self._report(place, "torn-value", f"{quoted(piece.text)} closes a bracket it did not open", QUOTE_IT)
            elif lacks_value:
                self._report(place, "missing-value", f"{quoted(piece.text)} has no value", QUOTE_IT)

    def _report(self, place: tuple[int, int], code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(*place, code, message, hint))
        if len(self.problems) == MOST_PROBLEMS:
            raise LanguageError(self.problems)

    def _stop(self, place: tuple[int, int], code: str, message: str, hint: str = "") -> NoReturn:
        raise LanguageError([*self.problems, Problem(*place, code, message, hint)])


def refuse_unseen(text: str, largest: int = LARGEST, remedy: str = "Split it.") -> None:
    """Refuse a text that is too large or holds characters nobody can see: after those no place would be true.

    `largest` is in bytes of UTF-8. Raises LanguageError with at most 100 problems.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > largest:
        message = f"{size} bytes are too many; a file of this kind has at most {largest}"
        raise LanguageError([Problem(1, 1, "too-large", message, remedy)])
    found = (
        Problem(number, unseen.start() + 1, "control-character", _unseen(unseen), "Remove it.")
        for number, line in enumerate(text.split("\n"), start=1)
        if (unseen := UNSEEN.search(line))
    )
    problems = [problem for problem, _ in zip(found, range(MOST_PROBLEMS), strict=False)]
    if problems:
        raise LanguageError(problems)


def _unseen(found: re.Match[str]) -> str:
    return f"an unseen character, U+{ord(found[0]):04X}, is not allowed"


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = cast(yaml.Mark, event.start_mark)  # the parser always sets it
    return mark.line + 1, mark.column + 1


def _is_absent(node: ScalarNode) -> bool:
    return not node.quoted and not node.text


def _typed(text: str) -> bool | int | Decimal | str | None:
    if text in WORDS:
        return WORDS[text]
    if text[0] in "-0123456789" and len(text) <= LONGEST_NUMBER:
        if INTEGER.fullmatch(text):
            return int(text)
        if DECIMAL.fullmatch(text):
            return Decimal(text)
    return text


def _brackets_left_open(text: str) -> int:
    """Count round brackets outside strings, opened less closed; [ and { end a plain text inside { } by themselves."""
    if "(" not in text and ")" not in text:
        return 0
    outside = STRING.sub("", text)
    return outside.count("(") - outside.count(")")


# What the parser says, and how to say it to a process owner: part of its message, code, message, hint.
SYNTAX = (
    ("mapping values are not allowed", "syntax", "a colon stands where none can be", QUOTE_TEXT),
    ("unexpected end of stream", "syntax", "the quote that begins here is never closed", "Close it."),
    ("expected <document start>", "several-documents", "something follows the end of the document", INDENTATION),
    ("could not find expected ':'", "syntax", "this line is neither `key: value` nor `- value`", QUOTE_TEXT),
    ("did not find expected key", "syntax", "this does not belong to the keys above it", INDENTATION),
    ("did not find expected '-' indicator", "syntax", "this does not belong to the list above it", INDENTATION),
    ("cannot start any token", "syntax", "a value cannot begin with this sign", "Put quotes around the value."),
    ("alphabetic or numeric", "syntax", "a value cannot begin with this sign", "Put quotes around the value."),
    ("undefined tag handle", "tag", "a tag is not allowed", "Quote a text that begins with !."),
    ("unknown escape character", "syntax", "no such escape in double quotes", "Write \\\\ for a backslash."),
    ("sequence entries are not allowed", "syntax", "a list cannot begin here", "Begin it on the next line."),
    ("expected node content", "syntax", "a value is missing here", QUOTE_TEXT),
)
AT_THE_BEGINNING = ("unexpected end of stream", "could not find expected ':'", "alphabetic or numeric")


def _syntax(error: yaml.MarkedYAMLError, text: str) -> Problem:
    """Say a syntax error in words for a process owner, where the mistake begins rather than where reading failed."""
    said = str(error.problem)
    begins = any(part in said for part in AT_THE_BEGINNING)
    mark = cast(yaml.Mark, error.context_mark if begins else error.problem_mark)  # the parser always sets it
    place = (mark.line + 1, mark.column + 1)
    if "parsing a flow" in str(error.context):
        return Problem(*place, "syntax", "a value or a bracket inside { } or [ ] does not end here", QUOTE_IT)
    if text.startswith("\t", mark.index):
        return Problem(*place, "syntax", "a tab is not allowed here", "Indent with spaces.")
    for part, code, message, hint in SYNTAX:
        if part in said:
            return Problem(*place, code, message, hint)
    return Problem(*place, "syntax", said)
