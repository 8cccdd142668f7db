"""How long records stay in each state, on the map of their process: the slower a state, the stronger its colour."""

import re

from api.diagrams import laid_out
from api.forms import titled
from api.problems import RefusalError
from language.definition import Definition
from language.diagram import diagram
from language.drawing import svg
from language.durations import in_words
from language.layout import Layout
from portal.reports.asking import Asked
from portal.reports.parts import Cell, Section, Table, count
from portal.visiting import Visit
from store import definitions
from store.reading import read
from store.reporting.stays import Stay, stays

HEATS = 4
"""Classes of colour, `heat-1` to `heat-4`."""
ABOVE = 4.0
"""How far above a state its numbers stand."""


async def made(visit: Visit, asked: Asked) -> tuple[Section, ...]:
    """Tell how long records of a process stayed in its states."""
    database, process = visit.services.database, asked.definition.process
    versions = [read(each.source) for each in await definitions.versions(database, process)]
    names = {name: state for each in reversed(versions) for name, state in each.states.items()}
    found = await stays(database, asked.span, list(names))
    order = {name: place for place, name in enumerate(asked.definition.states)}
    found = tuple(sorted(found, key=lambda each: (order.get(each.state, len(order)), each.state)))
    rows = tuple(
        (
            Cell(titled(each.state, names[each.state].title)),
            count(each.number),
            Cell(in_words(each.median), round(each.median)),
            Cell(in_words(each.p90), round(each.p90)),
        )
        for each in found
    )
    columns = ("State", "Times left", "Half within", "Nine of ten within")
    table = Table("durations", "Time in each state, in a file in seconds", columns, rows)
    text = (
        "Every time that a record left a state counts, with the time by the clock on the wall that it had been there."
    )
    return (Section("Time in each state", table, text, picture=await _map(asked.definition, found)),)


async def _map(definition: Definition, found: tuple[Stay, ...]) -> str:
    """Draw the process with what was found; empty where nothing was, or it is too large to be drawn."""
    if not found:
        return ""
    try:
        places = await laid_out(definition)
    except RefusalError:
        return ""
    drawn = svg(diagram(definition), places, style="")
    for each in found:
        if each.state in definition.states:
            drawn = _heated(drawn, places, each, heat(each, found))
    return drawn


def heat(stay: Stay, among: tuple[Stay, ...]) -> int:
    """Give the class of a state, from 1 to 4: by its place among all medians, the longest last."""
    shorter = sum(each.median < stay.median for each in among)
    return 1 + shorter * HEATS // max(len(among), 1)


def _heated(drawn: str, places: Layout, stay: Stay, colour: int) -> str:
    """Colour a state, and write its numbers above it."""
    box = places.boxes[stay.state]
    top = box.middle.y - box.height / 2 - ABOVE
    told = f"{in_words(stay.median)} · {stay.number:,}×"
    text = f'<text class="lasted" x="{box.middle.x:g}" y="{top:g}" text-anchor="middle">{told}</text>'
    found = re.compile(f'<g class="state([^"]*)" data-state="{re.escape(stay.state)}">')
    return found.sub(lambda match: f'<g class="state{match[1]} heat-{colour}" data-state="{stay.state}">{text}', drawn)
