"""Finds places for the states and arrows of a diagram: Graphviz does, inside this process, without files or fonts.

Every size follows from the number of letters, so the same diagram has the same layout on every machine. Lengths are
pixels, from the upper left corner.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from pygraphviz import AGraph  # type: ignore[import-untyped]  # pygraphviz ships no types

from language.diagram import START, Arrow, Diagram, Node

LONGEST_LINE = 44
"""Letters of a line in the picture, at most."""
TITLE_LETTER, LETTER = 8.4, 6.6
"""How wide a letter of a title and of a line is, with a little to spare: fonts differ."""
TITLE_LINE, LINE = 22.0, 16.0
"""How high a line is."""
PADDING, SPACE, DOT = 12.0, 10.0, 14.0
"""Around the words of a state, between an arrow and its words, and the start."""
NARROWEST = 96.0
MARGIN = 12.0
PER_INCH = 72.0

_LABEL = '<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="{:.0f}" HEIGHT="{:.0f}"><TR><TD></TD></TR></TABLE>>'
"""Words are a table of their size: Graphviz has no font to measure them with."""


class Point(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


class Box(NamedTuple):
    """Where a state is: its middle and its size."""

    middle: Point
    width: float
    height: float


class Curve(NamedTuple):
    """Where an arrow is: its beginning, then three points a Bézier curve; its tip; the middle of its words."""

    points: tuple[Point, ...]
    tip: Point
    words: Point


class Layout(NamedTuple):
    """Where everything is: states by name (the start is `START`), arrows by the states they lead between."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    curves: Mapping[tuple[str, str], Curve]


def layout(diagram: Diagram) -> Layout:
    """Lay a diagram out from top to bottom. How long it takes grows with the square of its arrows, and more."""
    graph = AGraph(strict=False, directed=True, nodesep=0.45, ranksep=0.45, ordering="out")
    names = {START: "start", **{node.name: f"n{number}" for number, node in enumerate(diagram.nodes)}}
    graph.add_node(names[START], shape="circle", **_size(DOT, DOT))
    for node in diagram.nodes:
        graph.add_node(names[node.name], shape="box", **_size(*_node_size(node)))
    for arrow in diagram.arrows:
        graph.add_edge(names[arrow.source], names[arrow.target], label=_LABEL.format(*_words_size(arrow)))
    found = json.loads(graph.draw(format="json0", prog="dot"))
    graph.close()
    return _read(found, {written: name for name, written in names.items()})


def shortened(line: str) -> str:
    """Shorten a line to what the picture has room for."""
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1].rstrip() + "…"


def lines_of(node: Node) -> tuple[str, ...]:
    """Give the lines that stand under the title of a state."""
    return tuple(shortened(line) for line in (*node.does, *(way.words for way in node.stays)))


def words_of(arrow: Arrow) -> tuple[tuple[str, str], ...]:
    """Give the words that stand beside an arrow: title and cause of every way."""
    return tuple((shortened(way.title), shortened(way.cause)) for way in arrow.ways)


def _node_size(node: Node) -> tuple[float, float]:
    lines = lines_of(node)
    width = max((_width(shortened(node.title), TITLE_LETTER), _widest(lines), NARROWEST - 2 * PADDING))
    return width + 2 * PADDING, TITLE_LINE + LINE * len(lines) + PADDING


def _words_size(arrow: Arrow) -> tuple[float, float]:
    words = [line for way in words_of(arrow) for line in way if line]
    return _widest(words) + 2 * SPACE, LINE * len(words) + SPACE


def _widest(lines: Iterable[str]) -> float:
    return max((_width(line, LETTER) for line in lines), default=0.0)


def _width(line: str, letter: float) -> float:
    return letter * sum(2 if east_asian_width(each) in "WF" else 1 for each in line)


def _size(width: float, height: float) -> dict[str, str]:
    return {"fixedsize": "true", "label": "", "width": f"{width / PER_INCH:.4f}", "height": f"{height / PER_INCH:.4f}"}


def _read(found: Mapping[str, Any], names: Mapping[str, str]) -> Layout:
    """Read what Graphviz answers: points in its own order of things, from the lower left corner."""
    _left, _bottom, width, height = map(float, found["bb"].split(","))

    def point(text: str) -> Point:
        x, y = map(float, text.split(","))
        return Point(round(x + MARGIN, 1), round(height - y + MARGIN, 1))

    objects = [names[each["name"]] for each in found["objects"]]
    sizes = [(float(each["width"]) * PER_INCH, float(each["height"]) * PER_INCH) for each in found["objects"]]
    boxes = {
        name: Box(point(each["pos"]), *size) for name, each, size in zip(objects, found["objects"], sizes, strict=True)
    }
    curves = {}
    for each in found.get("edges", ()):
        tip, *points = each["pos"].removeprefix("e,").split(" ")
        curve = Curve(tuple(map(point, points)), point(tip), point(each["lp"]))
        curves[objects[each["tail"]], objects[each["head"]]] = curve
    return Layout(round(width + 2 * MARGIN, 1), round(height + 2 * MARGIN, 1), boxes, curves)
