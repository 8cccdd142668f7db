"""Writes a diagram as Mermaid text, which GitHub, GitLab and many editors show as a picture."""

from collections.abc import Iterator

from language.diagram import START, Arrow, Diagram, Node, Way

KEYWORDS = (
    "accdescr",
    "acctitle",
    "as",
    "class",
    "classdef",
    "click",
    "default",
    "end",
    "href",
    "note",
    "scale",
    "state",
    "statediagram",
    "style",
)
"""Words that mean something else in Mermaid, where no state can be called so."""
SPECIAL = {"#": "#35;", ";": "#59;", ":": "#58;", '"': "#34;", "<": "#60;", ">": "#62;", "%": "#37;"}
"""Letters that mean something else inside a text of Mermaid, and how they are written there."""
CURRENT, VISITED = "current", "visited"
STYLES = {CURRENT: "stroke-width:4px,font-weight:bold", VISITED: "stroke-width:2px"}
TAKEN = "✓ "


def mermaid(diagram: Diagram) -> str:
    """Write a diagram as a `stateDiagram-v2`; what a record has taken is ticked, its states are of a class."""
    lines = [f"accTitle: {_text(diagram.title)}"]
    for node in diagram.nodes:
        lines.extend(_node(node))
    for arrow in diagram.arrows:
        lines.extend(_arrow(arrow))
    lines.extend(f"{_id(node.name)} --> [*]" for node in diagram.nodes if node.is_final)
    lines.extend(_classes(diagram))
    return "\n".join(("stateDiagram-v2", *(f"    {line}" for line in lines))) + "\n"


def _node(node: Node) -> Iterator[str]:
    name = _id(node.name)
    yield f'state "{_text(node.title)}" as {name}'
    for told in (*map(_text, node.does), *map(_way, node.stays)):
        yield f"{name} : {told}"


def _arrow(arrow: Arrow) -> Iterator[str]:
    source = "[*]" if arrow.source == START else _id(arrow.source)
    for way in arrow.ways:
        yield f"{source} --> {_id(arrow.target)} : {_way(way)}"


def _classes(diagram: Diagram) -> Iterator[str]:
    """Give the classes of states a record is or was in, each with how it looks."""
    states = {
        CURRENT: [_id(node.name) for node in diagram.nodes if node.is_current],
        VISITED: [_id(node.name) for node in diagram.nodes if node.is_visited and not node.is_current],
    }
    for name, members in states.items():
        if members:
            yield f"classDef {name} {STYLES[name]}"
            yield f"class {','.join(members)} {name}"


def _way(way: Way) -> str:
    return f"{TAKEN if way.taken else ''}{_text(way.words)}"


def _id(state: str) -> str:
    """Give a state's name, with a capital before one that Mermaid would take for a word of its own."""
    return f"S_{state}" if state in KEYWORDS else state


def _text(text: str) -> str:
    return "".join(SPECIAL.get(letter, letter) for letter in " ".join(text.split()))
