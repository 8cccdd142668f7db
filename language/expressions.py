"""Reads expressions, and texts with `{{ expressions }}` in them, into trees (`language.expression_tree`).

The grammar is Jinja2's and so is the parser, but only what an allow-list names gets through; nothing is compiled.
Jinja2's tokens are checked first (so that no input can make its parser recurse deeply), numbers become exact decimals,
and each token carries its offset where Jinja2 would put a line number: every finding has its place.

    ValueError
    └── ExpressionError     a text that is not an expression of this language
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser

from language.expression_tree import (
    And,
    Attribute,
    Call,
    Choose,
    Compare,
    Comparison,
    Constant,
    Item,
    ListOf,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Presence,
    Sum,
    path_of,
)
from language.inputs import LONGEST_LONG_TEXT, MOST_DIGITS, unclean
from language.problems import quoted, sentence

LONGEST = 2_000  # characters of one expression
DEEPEST = 30  # expressions within one another
MOST_NODES = 300  # of one expression
MOST_PARTS = 200  # of one text: its expressions and the pieces between them

_JINJA = Environment(autoescape=True)  # parses only: nothing is ever rendered by it
_PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t"}
_WORD_OPERATORS = ("and", "or", "not", "in", "is", "if", "else")
_COMPARISONS: dict[str, Comparison] = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "lteq": "<=",
    "gt": ">",
    "gteq": ">=",
    "in": "in",
    "notin": "not in",
}
_OPERATORS = {
    "+": "add",
    "-": "sub",
    "(": "lparen",
    ")": "rparen",
    "[": "lbracket",
    "]": "rbracket",
    "==": "eq",
    "!=": "ne",
    "<": "lt",
    "<=": "lteq",
    ">": "gt",
    ">=": "gteq",
    "=": "assign",
    ".": "dot",
    ",": "comma",
}
_CALCULATION = "Only + and - can be written; let a decision table or an action give the value."
_REMEDIES = {
    "*": _CALCULATION,
    "**": _CALCULATION,
    "/": _CALCULATION,
    "//": _CALCULATION,
    "%": _CALCULATION,
    "~": 'Join texts with +, or write "Text {{ first }} {{ second }}".',
    "|": 'There are no filters: use a function such as len(list), and "or" between conditions.',
    ":": "Take the end of a list with last(list, n), an entry with list[0].",
    ";": "Write one expression.",
    "{": "An expression is written without braces; {{ }} belongs in a text.",
    "}": "An expression is written without braces; {{ }} belongs in a text.",
    "&": 'Write "and".',
    "!": 'Write "not", or != for "is not the same".',
    "=": "Compare with ==.",
    ",": "Write several values as a list: [a, b].",
}
_SPLIT = "Split it: give a part a field of its own."
_ASK_PRESENCE = 'Ask with "is empty" or "is filled".'


class ExpressionError(ValueError):
    """A text is not an expression: `message` says what is wrong `offset` characters into it, `hint` what to do."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        """Keep the facts; the exception's own text joins message and hint."""
        super().__init__(sentence(message, hint))
        self.message = message
        self.offset = offset
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression: its text, its tree, and what it reads.

    `names` are the names at the root of what it reads, `paths` the whole dotted paths (`("service", "agreement")`), and
    `functions` its calls; each in the order written, names and paths without repetition.
    """

    text: str
    root: Node
    names: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    functions: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be filled in: its source, and the pieces and expressions it is made of; offsets are into the source."""

    source: str
    parts: tuple[str | Expression, ...]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return tuple(part for part in self.parts if isinstance(part, Expression))


def parse(text: str) -> Expression:
    """Read an expression; raise ExpressionError when it is not one, or longer or deeper than anybody can need."""
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression of {len(text)} characters is too long", 0, f"Shorten it to {LONGEST}.")
    if character := unclean(text):
        raise ExpressionError(f"the character {character} cannot be written", 0, "Remove it.")
    reading = _Reading(text, 0)
    tokens = list(reading.tokens())
    if reading.closed:
        raise ExpressionError('unexpected "}}"', reading.end - 2, _REMEDIES["}"])
    return _expression(text, tokens, len(text))


def parse_text(text: str) -> Text:
    """Read a text with `{{ expressions }}` in it (or none); raise ExpressionError with offsets into the whole text."""
    if len(text) > LONGEST_LONG_TEXT:
        raise ExpressionError(f"a text of {len(text)} characters is too long", 0, f"Shorten it to {LONGEST_LONG_TEXT}.")
    if character := unclean(text):
        raise ExpressionError(f"the character {character} cannot be written", 0, "Remove it.")
    if "{%" in text:
        hint = "Only {{ expression }} is filled in here."
        raise ExpressionError('a text holds no statements ("{%")', text.index("{%"), hint)
    parts: list[str | Expression] = []
    position = 0
    while (begin := text.find("{{", position)) >= 0:
        if begin > position:
            parts.append(text[position:begin])
        if len(parts) >= MOST_PARTS:
            raise ExpressionError("too many expressions in one text", begin, "Shorten the text.")
        reading = _Reading(text[begin + 2 : begin + 2 + LONGEST], begin + 2)
        tokens = list(reading.tokens())
        if not reading.closed:
            raise ExpressionError("this {{ is not closed", begin, "Close the expression with }}.")
        parts.append(_expression(text[begin + 2 : reading.end - 2].strip(), tokens, reading.end - 2))
        position = reading.end
    if position < len(text):
        parts.append(text[position:])
    return Text(text, tuple(parts))


class _Reading:
    """One pass over the tokens of an expression, up to its end or a free `}}`.

    It counts how deep Jinja2's parser will recurse (brackets, signs, `not` and `else` within one another), so that no
    text can exhaust the stack.
    """

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._start = start
        self._depths = [0]  # for each open bracket: itself, the signs before it, and every "else" in it
        self._signs = 0  # "not", + and - before the next operand
        self._asked = False  # whether "is" or "is not" was just read
        self._previous = Token(0, "initial", "")
        self.end = start
        self.closed = False

    def tokens(self) -> Iterator[Token]:
        """Give Jinja2's tokens with offsets for line numbers; raise ExpressionError at one that is not ours."""
        pieces = _JINJA.lexer.tokeniter(self._text, None, None, "variable")
        while True:
            try:
                _line, kind, written = next(pieces)
            except StopIteration:
                return
            except TemplateSyntaxError as error:
                raise self._unreadable(error) from None
            offset, self.end = self.end, self.end + len(written)
            if kind == "variable_end":
                self._close(written)
                return
            if kind != "whitespace":
                yield from self._token(kind, written, offset)

    def _unreadable(self, error: TemplateSyntaxError) -> ExpressionError:
        """Say what stopped Jinja2's lexer: a character or bracket that cannot stand where it does."""
        character = self._text[self.end - self._start]
        if character in "'\"":
            return ExpressionError(f"the text that begins here has no end ({character})", self.end, "Close the quotes.")
        if character in ")]}":
            return ExpressionError(str(error.message), self.end, "Open and close brackets in pairs.")
        shown = f"{quoted(character)} (U+{ord(character):04X})"
        return ExpressionError(f"unexpected character {shown}", self.end, _REMEDIES.get(character, "Remove it."))

    def _close(self, written: str) -> None:
        if written != "}}":
            self.end -= len(written)
            raise ExpressionError('unexpected "-}}"', self.end, "Close the expression with }}.")
        self.closed = True

    def _token(self, kind: str, written: str, offset: int) -> Iterator[Token]:
        token = _TOKENS[kind](written, offset)
        self._count(token)
        if token.type == "string" and self._previous.type == "string":
            raise ExpressionError("two texts in a row", offset, "Join them with +.")
        if token.type == "integer" and self._previous.type == "dot":
            raise ExpressionError("a number cannot follow a dot", offset, "Write list[0] for an entry of a list.")
        yield token
        if self._asked and token.test_any("name:empty", "name:filled"):
            yield Token(offset, "lparen", "(")  # else Jinja2 takes a following "if" for something to compare with
            yield Token(offset, "rparen", ")")
        self._asked = token.test("name:is") or (self._asked and token.test("name:not"))
        self._previous = token

    def _count(self, token: Token) -> None:
        """Keep count of what is open, for the depth Jinja2 will recurse to."""
        if token.type in ("lparen", "lbracket"):
            self._depths.append(1 + self._signs)
            self._signs = 0
        elif token.type in ("rparen", "rbracket"):
            self._depths.pop()
        elif token.test("name:else"):
            self._depths[-1] += 1
        elif token.test("name:not") or (token.type in ("add", "sub") and not self._behind_operand()):
            self._signs += 1
        else:
            self._signs = 0
        if sum(self._depths) + self._signs > DEEPEST:
            raise ExpressionError(f"more than {DEEPEST} deep", token.lineno, _SPLIT)

    def _behind_operand(self) -> bool:
        """Say whether a sign that follows stands between two values, not before one."""
        if self._previous.type == "name":
            return self._previous.value not in _WORD_OPERATORS
        return self._previous.type in ("integer", "string", "rparen", "rbracket")


def _string(written: str, offset: int) -> Token:
    """Read a text constant; of escapes only the five plain ones are known."""

    def unescaped(escape: re.Match[str]) -> str:
        if escape[1] not in _ESCAPES:
            hint = "Write the character itself, and \\\\ for a backslash."
            raise ExpressionError(f"{quoted(escape[0])} cannot be written in a text", offset, hint)
        return _ESCAPES[escape[1]]

    return Token(offset, "string", _ESCAPE.sub(unescaped, written[1:-1]))


def _number(written: str, offset: int) -> Token:
    """Read a number, exactly; the token's value is a Decimal, which Jinja2's parser only passes on."""
    if _PLAIN_NUMBER.fullmatch(written) is None or len(written.replace(".", "")) > MOST_DIGITS:
        hint = f"Write it like 1250 or 12.50, with at most {MOST_DIGITS} digits."
        raise ExpressionError(f"{quoted(written)} is not a plain number", offset, hint)
    return Token(offset, "integer", Decimal(written))  # type: ignore[arg-type]  # Jinja2 puts numbers there, too


def _word(written: str, offset: int) -> Token:
    if _PLAIN_NAME.fullmatch(written) is None:
        hint = "A name begins with a letter and holds plain letters, digits and _."
        raise ExpressionError(f"{quoted(written)} is not a name", offset, hint)
    return Token(offset, "name", written)


def _operator(written: str, offset: int) -> Token:
    if written not in _OPERATORS:
        raise ExpressionError(f'"{written}" is not part of the language', offset, _REMEDIES[written])
    return Token(offset, _OPERATORS[written], written)


_TOKENS: dict[str, Callable[[str, int], Token]] = {
    "string": _string,
    "integer": _number,
    "float": _number,
    "name": _word,
    "operator": _operator,
}


def _expression(text: str, tokens: list[Token], end: int) -> Expression:
    root = _Tree().node(_parsed(tokens, end), 1)
    paths = tuple(dict.fromkeys(_paths(root)))
    return Expression(text, root, tuple(dict.fromkeys(path[0] for path in paths)), paths, tuple(_calls(root)))


def _parsed(tokens: list[Token], end: int) -> nodes.Expr:
    """Let Jinja2's parser make its tree of the tokens."""
    if not tokens:
        raise ExpressionError("there is no expression", end, "Write one, or leave the key out.")
    parser = Parser(_JINJA, "")
    parser.stream = TokenStream([*tokens, Token(end, "eof", "")], None, None)
    try:
        tree = parser.parse_expression()
    except TemplateSyntaxError as error:
        message = str(error.message).replace("end of template", "end of the expression").replace("token ", "")
        raise ExpressionError(message, error.lineno) from None
    rest = parser.stream.current
    if rest.type != "eof":
        raise ExpressionError(f'unexpected "{rest.value}"', rest.lineno, _REMEDIES.get(str(rest.value), ""))
    return tree


class _Tree:
    """Turns Jinja2's tree into ours, by the allow-list of node types, counting nodes and depth."""

    def __init__(self) -> None:
        self._count = 0

    def node(self, given: Any, depth: int) -> Node:  # noqa: ANN401  # Jinja2's fields have no common type
        """Turn one node and all below it; raise ExpressionError at what is not allowed."""
        self._count += 1
        if depth > DEEPEST or self._count > MOST_NODES:
            limit = f"{DEEPEST} deep" if depth > DEEPEST else f"{MOST_NODES} parts"
            raise ExpressionError(f"more than {limit}", given.lineno, _SPLIT)
        return _RULES[type(given)](self, given, depth + 1)

    def nodes(self, given: list[Any], depth: int) -> tuple[Node, ...]:
        """Turn several nodes."""
        return tuple(self.node(part, depth) for part in given)


def _attribute(tree: _Tree, given: nodes.Getattr, depth: int) -> Node:
    return Attribute(tree.node(given.node, depth), given.attr, given.lineno + 1)


def _item(tree: _Tree, given: nodes.Getitem, depth: int) -> Node:
    of = tree.node(given.node, depth)
    index = tree.node(given.arg, depth)
    if isinstance(index, Constant) and isinstance(index.value, str):
        if index.value.startswith("_"):  # belongs to Python; it would be looked up in data only, but nobody means it
            raise ExpressionError(f"{quoted(index.value)} is not a name", index.offset, "A name begins with a letter.")
        return Attribute(of, index.value, index.offset)
    return Item(of, index, given.lineno)


def _compare(tree: _Tree, given: nodes.Compare, depth: int) -> Node:
    left = tree.node(given.expr, depth)
    links: list[Node] = []
    for operand in given.ops:
        right = tree.node(operand.expr, depth)
        for side in (left, right):
            if isinstance(side, Constant) and side.value is None:
                raise ExpressionError("nothing can be compared with none", side.offset, _ASK_PRESENCE)
        links.append(Compare(_COMPARISONS[operand.op], left, right, left.offset))
        left = right
    return links[0] if len(links) == 1 else And(tuple(links), links[0].offset)


def _operands(given: nodes.BinExpr) -> list[Any]:
    """List the operands of a chain of `and` or `or`, which Jinja2 nests to the left, in the order written."""
    operands = []
    current: nodes.Expr = given
    while type(current) is type(given):
        operands.append(current.right)
        current = current.left
    return [current, *reversed(operands)]


def _and(tree: _Tree, given: nodes.And, depth: int) -> Node:
    parts = tree.nodes(_operands(given), depth)
    return And(parts, parts[0].offset)


def _or(tree: _Tree, given: nodes.Or, depth: int) -> Node:
    parts = tree.nodes(_operands(given), depth)
    return Or(parts, parts[0].offset)


def _not(tree: _Tree, given: nodes.Not, depth: int) -> Node:
    of = tree.node(given.node, depth)
    return Presence(of.of, not of.filled, of.offset) if isinstance(of, Presence) else Not(of, given.lineno)


def _presence(tree: _Tree, given: nodes.Test, depth: int) -> Node:
    if given.name not in ("empty", "filled") or given.args or given.kwargs:
        raise ExpressionError(f'"is {given.name}" is not part of the language', given.lineno, _ASK_PRESENCE)
    return Presence(tree.node(given.node, depth), given.name == "filled", given.lineno)


def _choose(tree: _Tree, given: nodes.CondExpr, depth: int) -> Node:
    if given.expr2 is None:
        raise ExpressionError('"if" without "else"', given.lineno, "Say what it is otherwise: a if b else c.")
    then, condition, otherwise = tree.nodes([given.expr1, given.test, given.expr2], depth)
    return Choose(condition, then, otherwise, then.offset)


def _sum(tree: _Tree, given: nodes.Add | nodes.Sub, depth: int) -> Node:
    left, right = tree.nodes([given.left, given.right], depth)
    return Sum("+" if isinstance(given, nodes.Add) else "-", left, right, left.offset)


def _plus(_tree: _Tree, given: nodes.Pos, _depth: int) -> Node:
    raise ExpressionError("a plus sign before a value is not part of the language", given.lineno, "Leave it out.")


def _tuple(_tree: _Tree, given: nodes.Tuple, _depth: int) -> Node:
    raise ExpressionError("several values stand where one is expected", given.lineno, _REMEDIES[","])


def _call(tree: _Tree, given: nodes.Call, depth: int) -> Node:
    if not isinstance(given.node, nodes.Name):
        hint = "Use a function such as len(list); values have none of their own."
        raise ExpressionError("only functions can be called", given.lineno, hint)
    args = tree.nodes(given.args, depth)
    named: dict[str, Node] = {}
    for keyword in given.kwargs:
        if keyword.key in named:
            raise ExpressionError(f"{quoted(keyword.key)} is given twice", keyword.lineno, "Leave one out.")
        named[keyword.key] = tree.node(keyword.value, depth)
    return Call(given.node.name, args, tuple(named.items()), given.node.lineno)


_RULES: dict[type, Callable[[_Tree, Any, int], Node]] = {
    nodes.Const: lambda _tree, given, _depth: Constant(given.value, given.lineno),
    nodes.Name: lambda _tree, given, _depth: Name(given.name, given.lineno),
    nodes.Getattr: _attribute,
    nodes.Getitem: _item,
    nodes.List: lambda tree, given, depth: ListOf(tree.nodes(given.items, depth), given.lineno),
    nodes.Compare: _compare,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Not: _not,
    nodes.Test: _presence,
    nodes.CondExpr: _choose,
    nodes.Add: _sum,
    nodes.Sub: _sum,
    nodes.Neg: lambda tree, given, depth: Negative(tree.node(given.node, depth), given.lineno),
    nodes.Pos: _plus,
    nodes.Tuple: _tuple,
    nodes.Call: _call,
}


def _paths(node: Node) -> Iterator[tuple[str, ...]]:
    """List every path read, the longest that is written each time."""
    if path := path_of(node):
        yield path
        return
    for part in node.parts:
        yield from _paths(part)


def _calls(node: Node) -> Iterator[Call]:
    if isinstance(node, Call):
        yield node
    for part in node.parts:
        yield from _calls(part)
