"""Where the templates of messages run: Jinja2's immutable sandbox with nothing but data in reach, and bounded work.

What may be written in a template is said in `language.messages` and found by the checker; it is kept here once more.
A template sees values and may show, compare, choose and loop over them. It can call nothing, include nothing and reach
no attribute of Python's; every turn of a loop costs as much fuel as its body is long, and the text has a limit.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS

from engine.journal import shown
from language.messages import ALLOWED_FILTERS, ALLOWED_NODES, ALLOWED_OF_LOOP, ALLOWED_TESTS

LARGEST = 64 * 1024
"""Characters that a template may give."""
FUEL = 50_000
"""Places of a template that may be visited inside loops."""

HOSTILE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What reading and running a hostile template can end in, beside Jinja2's own errors."""

_FUEL, _COUNTED = " fuel", " counted"  # names that no template can write
_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
_LINES = re.compile(r"[ \t]*\n[ \t]*")


class RenderingError(Exception):
    """A template that cannot be rendered; the message says why."""


def render(source: str, values: Mapping[str, Any], *, markdown: bool = False) -> str:
    """Fill a template with values (plain JSON). With `markdown`, what is filled in is escaped, to stay as it reads.

    Raises RenderingError, whatever the template or the values do.
    """
    given = {**values, _FUEL: [FUEL]}
    parts, length = [], 0
    try:
        for part in _compiled(source, markdown).generate(given):
            parts.append(part)
            length += len(part)
            if length > LARGEST:
                raise RenderingError(f"the text is longer than {LARGEST:,} characters")
    except RenderingError:
        raise
    except TemplateError as error:
        raise RenderingError(error.message or type(error).__name__) from error
    except HOSTILE as error:
        raise RenderingError(f"{type(error).__name__}: {error}") from error
    return "".join(parts)


class _Sandbox(ImmutableSandboxedEnvironment):
    """An environment with data in reach and nothing else: members of mappings, places of lists."""

    intercepted_binops = frozenset(("+", "-"))

    def __init__(self, finalize: Callable[[Any], str]) -> None:
        super().__init__(undefined=StrictUndefined, finalize=finalize, keep_trailing_newline=False)
        self.globals.clear()
        self.filters = {name: FILTERS[name] for name in ALLOWED_FILTERS} | {_COUNTED: _counted}
        self.tests = {name: TESTS[name] for name in ALLOWED_TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401  # data of any shape
        """Read a member of a mapping; of `loop`, where it is."""
        if isinstance(obj, LoopContext) and attribute in ALLOWED_OF_LOOP:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401  # data of any shape
        """Read a member of a mapping, or a place of a list or text."""
        if isinstance(obj, Undefined):
            return obj
        try:
            return obj[argument] if isinstance(obj, Mapping | list | str) else self._nothing(argument)
        except (LookupError, TypeError):
            return self._nothing(argument)

    def _nothing(self, name: Any) -> Undefined:  # noqa: ANN401  # a name or a number
        return self.undefined(f'there is no "{name}" in it')

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401  # as Jinja2 has it
        """Add and subtract, but build nothing that is longer than a message may be."""
        value = super().call_binop(context, operator, left, right)
        if isinstance(value, str | list) and len(value) > LARGEST:
            raise SecurityError(f"a value is longer than {LARGEST:,}")
        return value


@pass_context
def _counted(context: Context, values: Any, weight: int) -> Iterator[Any]:  # noqa: ANN401  # whatever is looped over
    """Give the values of a loop one by one, each for its weight in fuel."""
    fuel = context.parent[_FUEL]
    for value in values:
        fuel[0] -= weight
        if fuel[0] < 0:
            raise SecurityError("its loops turn too often")
        yield value


def _plain(value: Any) -> str:  # noqa: ANN401  # any JSON
    """Say a value as people read it: a reference by its label, empty as nothing."""
    return "" if value is None or value == [] else shown(value)


def _escaped(value: Any) -> str:  # noqa: ANN401  # any JSON
    """Say a value so that Markdown shows it as it stands, line by line."""
    return _LINES.sub(r"\\\n", _MARKUP.sub(r"\\\1", _plain(value)).strip())


_SANDBOXES = {False: _Sandbox(_plain), True: _Sandbox(_escaped)}


@lru_cache(200)
def _compiled(source: str, markdown: bool) -> Template:
    sandbox = _SANDBOXES[markdown]
    tree = sandbox.parse(source)
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, ALLOWED_NODES):
            raise SecurityError(f"line {node.lineno}: a message has no use for {type(node).__name__.lower()}")
    for loop in tuple(tree.find_all(nodes.For)):
        weight = 1 + sum(1 for _ in loop.find_all(nodes.Node))
        loop.iter = nodes.Filter(loop.iter, _COUNTED, [nodes.Const(weight)], [], None, None, lineno=loop.lineno)
    return sandbox.from_string(tree)
