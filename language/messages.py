"""Reads a message of `definitions/messages/`: its subject, its body, and the names its templates read.

It is parsed here and rendered where it is sent. What a template may read and what may be written in it is said here,
once for the checker and the sender: a message that has been read cannot fail but for its values.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from language.definition import Definition
from language.loader import load, refuse_unseen
from language.problems import MOST_PROBLEMS, LanguageError, Problem, did_you_mean, quoted
from language.schema.keys import Key, Reading, read_keys
from language.schema.written import text

RECORD_NAMES = (
    "id",
    "state",
    "created_at",
    "created_by",
    "updated_at",
    "watchers",
    "parent",
    "open_tasks",
    "tasks",
    "approvals",
)
"""What a message knows of every record; what belongs to one moment only (`now`, `actor`, `event`) is not among it."""

MESSAGE_NAMES = ("about", "process", "link", "recipient")
"""What a message knows besides: the titles of the record and its process, the address of its page, and who reads it."""

SENT: Mapping[str, tuple[str, ...]] = {
    "task_opened": ("title", "due"),
    "task_withdrawn": ("title",),
    "task_escalated": ("title",),
    "approval_opened": ("title", "due"),
    "approval_voided": ("title", "due"),
    "approval_escalated": ("title", "due"),
    "approval_withdrawn": ("title",),
    "commented": ("text", "by"),
    "fault": ("code", "text", "step"),
    "record_large": ("size", "most"),
    "timer_blocked": ("name", "because"),
    "mail_refused": ("text", "subject"),
}
"""What Steward sends by itself, with what each is given; a message of that name beside a process takes its place."""

ALLOWED_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.If,
    nodes.For,
    nodes.Assign,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
    nodes.Filter,
    nodes.Test,
    nodes.Keyword,
    nodes.Add,
    nodes.Sub,
    nodes.Neg,
)
"""What a template may be made of."""
ALLOWED_FILTERS = ("capitalize", "count", "d", "default", "first", "last", "length", "lower", "title", "trim", "upper")
"""What a template may do to a value with `|`."""
ALLOWED_TESTS = ("defined", "even", "false", "in", "none", "number", "odd", "string", "true", "undefined")
"""What a template may ask with `is`."""
ALLOWED_OF_LOOP = ("index", "index0", "first", "last", "length")
"""What a template may ask of `loop`."""

LARGEST = 16_384
"""Bytes of a message: what is longer nobody reads in a mail."""
MOST_PARTS = 4_000
"""Names, texts, conditions and so on that a template is made of."""

FENCE = "---"
KEYS = {"subject": Key(text, required=True)}
HOW_TO_BEGIN = "Begin with a line ---, then subject: …, then a line ---."
HOW_TO_CLOSE = "Close what is open: {{ }}, {% %}."

_JINJA = Environment(autoescape=True)  # parses only: nothing is ever rendered by it
_HOSTILE = (MemoryError, RecursionError, SyntaxError, ValueError)
"""What parsing and compiling can end in, beside Jinja2's own error: too deep, too long a number."""


class Message(NamedTuple):
    """A message: the templates of its subject and body (Markdown with Jinja2), and the names they read, sorted."""

    subject: str
    body: str
    names: tuple[str, ...]


class _Template(NamedTuple):
    """What was seen of a template: the names it reads, sorted, and what is wrong with it, with lines from 1."""

    names: tuple[str, ...]
    problems: tuple[Problem, ...]


def names_of(definition: Definition) -> tuple[str, ...]:
    """Give the names that every message about a record of a definition may read; `with` may add others."""
    fields = (name for name, field in definition.fields.items() if not field.shape.sealed)
    return tuple(dict.fromkeys((*RECORD_NAMES, *fields, *MESSAGE_NAMES)))


def read_message(source: str) -> Message:
    """Read a message; raise LanguageError when its front matter or its template is wrong."""
    refuse_unseen(source, LARGEST, "Shorten it.")
    lines = source.split("\n")
    if lines[0].rstrip() != FENCE or FENCE not in (line.rstrip() for line in lines[1:]):
        raise LanguageError([Problem(1, 1, "no-front-matter", "a message begins with its subject", HOW_TO_BEGIN)])
    end = next(number for number, line in enumerate(lines) if number and line.rstrip() == FENCE)
    reading = Reading(lines)
    front = read_keys(reading, load("\n".join(["", *lines[1:end]])), KEYS, "the head of a message")
    body = "\n".join(lines[end + 1 :])
    names = (*_names(reading, front.get("subject", ""), 2), *_names(reading, body, end + 2))
    if reading.problems:
        raise LanguageError(reading.problems)
    return Message(front["subject"], body, tuple(sorted(dict.fromkeys(names))))


def _names(reading: Reading, template: str, line: int) -> tuple[str, ...]:
    """List the names a template reads, and take over what is wrong with it; `line` is its first one in the file."""
    seen = _looked_at(template)
    reading.problems.extend(each._replace(line=line + each.line - 1) for each in seen.problems)
    return seen.names


@lru_cache(200)
def _looked_at(template: str) -> _Template:
    """Look at a template as a whole. What must not be written is refused before anything is worked out."""
    try:
        tree = _JINJA.parse(template)
        refused = tuple(islice(_refused(tree), MOST_PROBLEMS))
        if refused:
            return _Template((), refused)
        names = tuple(sorted(find_undeclared_variables(tree)))
        _JINJA.compile(tree)
    except TemplateSyntaxError as error:
        return _Template((), (_bad(error.lineno, f"this template cannot be read: {error.message}", HOW_TO_CLOSE),))
    except _HOSTILE:
        message = "this template cannot be read: too much stands inside each other, or a number is too long"
        return _Template((), (_bad(1, message, "Write it more simply."),))
    return _Template(names, ())


def _bad(line: int, message: str, hint: str) -> Problem:
    return Problem(line, 1, "bad-template", message, hint)


def _refused(tree: nodes.Template) -> Iterator[Problem]:
    """Give what is written in a template and may not be."""
    for number, node in enumerate(tree.find_all(nodes.Node)):
        if number == MOST_PARTS:
            yield _bad(1, f"a message has at most {MOST_PARTS} names, texts and conditions", "Write it more simply.")
            return
        if not isinstance(node, ALLOWED_NODES):
            what = type(node).__name__.lower()
            hint = "There are if, for, set, comparisons, +, - and filters."
            yield _bad(node.lineno or 1, f"a message has no use for {what}", hint)
        elif isinstance(node, nodes.Filter) and node.name not in ALLOWED_FILTERS:
            yield _unknown(node.lineno, "filter", node.name, ALLOWED_FILTERS)
        elif isinstance(node, nodes.Test) and node.name not in ALLOWED_TESTS:
            yield _unknown(node.lineno, "test", node.name, ALLOWED_TESTS)
    for loop in tree.find_all(nodes.For):
        yield from _refused_of_loop(loop)


def _refused_of_loop(turn: nodes.For) -> Iterator[Problem]:
    """Give where `loop` is read in the body of a loop, but not one of the few things that may be asked of it."""
    for part in turn.body:
        allowed = [id(each.node) for each in part.find_all(nodes.Getattr) if each.attr in ALLOWED_OF_LOOP]
        for name in part.find_all(nodes.Name):
            if name.name == "loop" and id(name) not in allowed:
                hint = f"There are: {', '.join(f'loop.{each}' for each in ALLOWED_OF_LOOP)}."
                yield _bad(name.lineno, "a message cannot ask this of loop", hint)


def _unknown(line: int, what: str, name: str, known: tuple[str, ...]) -> Problem:
    hint = did_you_mean(name, known) or f"There are: {', '.join(known)}."
    return _bad(line, f"a message has no {what} named {quoted(name)}", hint)
