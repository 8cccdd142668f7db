"""Writes a diagram as SVG: readable in light and dark, in words for those who do not see it, and without any script.

Colours are set by class under `.processmap`, so that a page that holds it can set its own.
"""

from collections.abc import Iterable, Iterator
from math import hypot
from xml.sax.saxutils import escape, quoteattr

from language.diagram import START, Arrow, Diagram, Node, Way
from language.layout import LINE, PADDING, TITLE_LINE, Box, Curve, Layout, lines_of, shortened, words_of

STYLE = """\
.processmap{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:12px}
.processmap .paper{fill:#fff}
.processmap text{fill:#1f2328}
.processmap .title{font-size:14px;font-weight:600}
.processmap .way{font-weight:600}
.processmap .line,.processmap .cause{fill:#59636e}
.processmap .box{fill:#f6f8fa;stroke:#818b98;stroke-width:1.2}
.processmap .rim,.processmap .rule{fill:none;stroke:#818b98}
.processmap .visited .box{stroke:#0550ae}
.processmap .current .box{fill:#ddf4ff;stroke:#0550ae;stroke-width:3}
.processmap .curve{fill:none;stroke:#818b98;stroke-width:1.2}
.processmap .tip,.processmap .start{fill:#818b98}
.processmap .taken .curve{stroke:#0550ae;stroke-width:2.4}
.processmap .taken .tip{fill:#0550ae}
.processmap .taken .gone{fill:#0550ae}
@media (prefers-color-scheme:dark){
.processmap .paper{fill:#0d1117}
.processmap text{fill:#e6edf3}
.processmap .line,.processmap .cause{fill:#9198a1}
.processmap .box{fill:#161b22;stroke:#6e7681}
.processmap .rim,.processmap .rule{stroke:#6e7681}
.processmap .visited .box{stroke:#79c0ff}
.processmap .current .box{fill:#0a2458;stroke:#79c0ff}
.processmap .curve{stroke:#6e7681}
.processmap .tip,.processmap .start{fill:#6e7681}
.processmap .taken .curve{stroke:#79c0ff}
.processmap .taken .tip,.processmap .taken .gone{fill:#79c0ff}
}"""
"""Contrast is 4.5 to 1 for words and 3 to 1 for lines, in light and in dark (WCAG 2.2, AA)."""

HERE, TAKEN = "● ", "✓ "
"""What marks the state a record is in and the ways it has taken, beside colour and width."""
TIP_WIDTH, RIM, CORNER = 3.6, 4.0, 8.0
"""Half of a tip, between the two lines of a final state, and of a rounded corner."""


def svg(diagram: Diagram, places: Layout, style: str = STYLE) -> str:
    """Draw a diagram with the layout that was made of it, or of the same one without a record.

    Without a `style` it has the colours of the page that holds it.
    """
    return "\n".join(_document(diagram, places, style)) + "\n"


def in_words(diagram: Diagram) -> str:
    """Tell a diagram: every state with what is done in it, and the ways out of it; then where the record is."""
    titles = {START: "Start", **{node.name: node.title for node in diagram.nodes}}
    ways = {
        name: [
            f"{way.words} leads to {titles[each.target]}"
            for each in diagram.arrows
            for way in each.ways
            if each.source == name
        ]
        for name in titles
    }
    told = [f"{titles[START]}: {'; '.join(ways[START])}."] if ways[START] else []
    told += [f"{node.title}: {'; '.join((*_inside(node), *ways[node.name]))}." for node in diagram.nodes]
    told += [f"The record is in {node.title}." for node in diagram.nodes if node.is_current]
    return " ".join(told)


def _inside(node: Node) -> Iterator[str]:
    yield from node.does
    yield from (f"{way.words} stays here" for way in node.stays)
    if node.is_final:
        yield "final"


def _document(diagram: Diagram, places: Layout, style: str) -> Iterator[str]:
    size = f"{places.width:g}", f"{places.height:g}"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="processmap" role="img" aria-label={_attribute(diagram.title)}'
        f' width="{size[0]}" height="{size[1]}" viewBox="0 0 {size[0]} {size[1]}">'
    )
    yield f"<title>{_text(diagram.title)}</title>"
    yield f"<desc>{_text(in_words(diagram))}</desc>"
    if style:
        yield f"<style>{style}</style>"
    yield '<rect class="paper" width="100%" height="100%"/>'
    start = places.boxes[START]
    yield f'<circle class="start" cx="{start.middle.x:g}" cy="{start.middle.y:g}" r="{start.width / 2:g}"/>'
    for arrow in diagram.arrows:
        yield from _arrow(diagram, arrow, places.curves[arrow.source, arrow.target])
    for node in diagram.nodes:
        yield from _node(node, places.boxes[node.name])
    yield "</svg>"


def _arrow(diagram: Diagram, arrow: Arrow, curve: Curve) -> Iterator[str]:
    titles = {START: "Start", **{node.name: node.title for node in diagram.nodes}}
    yield f"<g class={_attribute('arrow taken' if arrow.is_taken else 'arrow')}>"
    yield f"<title>{_text(titles[arrow.source])} → {_text(titles[arrow.target])}</title>"
    yield f"<desc>{_text('; '.join(_told(way) for way in arrow.ways))}</desc>"
    first, *rest = curve.points
    yield f'<path class="curve" d="M{first.x:g} {first.y:g}C{" ".join(f"{each.x:g} {each.y:g}" for each in rest)}"/>'
    yield _tip(curve)
    yield from _words(arrow, curve)
    yield "</g>"


def _told(way: Way) -> str:
    return f"{way.words}, taken {way.taken} times" if way.taken > 1 else f"{way.words}{', taken' * way.taken}"


def _tip(curve: Curve) -> str:
    """Draw the tip of an arrow as a triangle from where its curve ends."""
    end, tip = curve.points[-1], curve.tip
    length = hypot(tip.x - end.x, tip.y - end.y) or 1.0
    across = (end.y - tip.y) / length * TIP_WIDTH, (tip.x - end.x) / length * TIP_WIDTH
    corners = (tip, (end.x + across[0], end.y + across[1]), (end.x - across[0], end.y - across[1]))
    return f'<polygon class="tip" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in corners)}"/>'


def _words(arrow: Arrow, curve: Curve) -> Iterator[str]:
    """Write title and cause of every way, one under the other."""
    lines = []
    for way, (title, cause) in zip(arrow.ways, words_of(arrow), strict=True):
        lines.append((f"way{' gone' * bool(way.taken)}", f"{TAKEN * bool(way.taken)}{title}"))
        lines += [("cause", cause)] if cause else []
    top = curve.words.y - LINE * len(lines) / 2
    yield from _column(curve.words.x, top, LINE, lines)


def _node(node: Node, box: Box) -> Iterator[str]:
    marks = ("current" * node.is_current, "visited" * node.is_visited, "final" * node.is_final)
    left, top = box.middle.x - box.width / 2, box.middle.y - box.height / 2
    yield f"<g class={_attribute(' '.join(('state', *filter(None, marks))))} data-state={_attribute(node.name)}>"
    yield f"<title>{_text(node.title)}{' (the record is here)' * node.is_current}</title>"
    yield f"<desc>{_text('; '.join(_inside(node)))}</desc>"
    yield _rectangle("box", box, 0)
    if node.is_final:
        yield _rectangle("rim", box, RIM)
    lines = lines_of(node)
    title = [("title", f"{HERE * node.is_current}{shortened(node.title)}")]
    yield from _column(box.middle.x, top + PADDING / 2, TITLE_LINE, title)
    if lines:
        below = top + PADDING / 2 + TITLE_LINE
        yield f'<path class="rule" d="M{left:g} {below:g}h{box.width:g}"/>'
        yield from _column(box.middle.x, below + 3, LINE, [("line", line) for line in lines])
    yield "</g>"


def _rectangle(kind: str, box: Box, inset: float) -> str:
    width, height = box.width - 2 * inset, box.height - 2 * inset
    place = f'x="{box.middle.x - width / 2:.1f}" y="{box.middle.y - height / 2:.1f}"'
    return f'<rect class="{kind}" {place} width="{width:.1f}" height="{height:.1f}" rx="{CORNER - inset:g}"/>'


def _column(x: float, top: float, height: float, lines: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Write lines under each other, centred on `x`."""
    for number, (kind, line) in enumerate(lines):
        base = top + height * number + height * 0.72
        yield f'<text class="{kind}" x="{x:g}" y="{base:.1f}" text-anchor="middle">{_text(line)}</text>'


def _text(text: str) -> str:
    return escape(_printable(text))


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _printable(text: str) -> str:
    """Give a text without the letters that XML cannot hold, or nobody can see."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)
