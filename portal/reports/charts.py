"""Charts as places of bars and lines, for the template that draws them: no script, no style of their own."""

from collections.abc import Sequence
from math import ceil, log10
from typing import NamedTuple

WIDE, HIGH = 640.0, 280.0
LEFT, BOTTOM, TOP, GAP = 52.0, 24.0, 10.0, 0.25
"""Room for the numbers and names of the axes, above, and between bars as a share of their room."""
LINES, NAMES = 4, 7
"""At most so many numbers and names stand at the axes."""


class Series(NamedTuple):
    """A row of numbers, with its name and the colour of its class: good, bad, warn, info or dim."""

    name: str
    tone: str
    numbers: tuple[float, ...]


class Bar(NamedTuple):
    """A bar, and what it says of itself."""

    tone: str
    x: float
    y: float
    width: float
    height: float
    title: str


class Mark(NamedTuple):
    """A name or number at an axis."""

    x: float
    y: float
    text: str


class Chart(NamedTuple):
    """Bars or lines in a box of `width` and `height`; `label` tells it to who does not see it."""

    label: str
    width: float
    height: float
    bars: tuple[Bar, ...]
    lines: tuple[tuple[str, str], ...]
    numbers: tuple[Mark, ...]
    names: tuple[Mark, ...]
    legend: tuple[tuple[str, str], ...]


def stacked(label: str, names: Sequence[str], series: Sequence[Series]) -> Chart:
    """Draw bars, those of all series on one another."""
    top = _round_up(max((sum(each.numbers[place] for each in series) for place in range(len(names))), default=0))
    room, bars = (WIDE - LEFT) / max(len(names), 1), list[Bar]()
    for place, name in enumerate(names):
        below = 0.0
        for each in series:
            x = LEFT + room * (place + GAP / 2)
            bars.append(_bar(each, place, name, (x, room * (1 - GAP)), (below, top)))
            below += each.numbers[place]
    return _chart(label, names, series, top, bars=tuple(each for each in bars if each.height))


def beside(label: str, names: Sequence[str], series: Sequence[Series]) -> Chart:
    """Draw bars, those of all series next to each other."""
    top = _round_up(max((number for each in series for number in each.numbers), default=0))
    room, bars = (WIDE - LEFT) / max(len(names), 1), list[Bar]()
    width = room * (1 - GAP) / max(len(series), 1)
    for place, name in enumerate(names):
        for number, each in enumerate(series):
            x = LEFT + room * (place + GAP / 2) + width * number
            bars.append(_bar(each, place, name, (x, width), (0.0, top)))
    return _chart(label, names, series, top, bars=tuple(each for each in bars if each.height))


def lines(label: str, names: Sequence[str], series: Sequence[Series]) -> Chart:
    """Draw a line for each series."""
    top = _round_up(max((number for each in series for number in each.numbers), default=0))
    room = (WIDE - LEFT) / max(len(names), 1)
    drawn = []
    for each in series:
        points = (
            f"{LEFT + room * (place + 0.5):.1f},{HIGH - BOTTOM - _high(number, top):.1f}"
            for place, number in enumerate(each.numbers)
        )
        drawn.append((each.tone, " ".join(points)))
    return _chart(label, names, series, top, drawn=tuple(drawn))


def _bar(series: Series, place: int, name: str, across: tuple[float, float], up: tuple[float, float]) -> Bar:
    """Draw one number: `across` are where the bar begins and how wide it is, `up` what is below it and the most."""
    (x, width), (below, top) = across, up
    number = series.numbers[place]
    high = _high(number, top)
    y = HIGH - BOTTOM - _high(below, top) - high
    said = f"{name}: {series.name} {number:,g}"
    return Bar(series.tone, round(x, 1), round(y, 1), round(width, 1), round(high, 1), said)


def _chart(  # the axes are alike in all of them
    label: str,
    names: Sequence[str],
    series: Sequence[Series],
    top: float,
    *,
    bars: tuple[Bar, ...] = (),
    drawn: tuple[tuple[str, str], ...] = (),
) -> Chart:
    steps = min(LINES, int(top)) or 1
    values = [top * each / steps for each in range(steps + 1)]
    numbers = tuple(Mark(LEFT, round(HIGH - BOTTOM - _high(each, top), 1), f"{each:,g}") for each in values)
    room, every = (WIDE - LEFT) / max(len(names), 1), ceil(len(names) / NAMES) or 1
    below = tuple(
        Mark(round(LEFT + room * (place + 0.5), 1), HIGH - 8, name)
        for place, name in enumerate(names)
        if place % every == 0
    )
    return Chart(label, WIDE, HIGH, bars, drawn, numbers, below, tuple((each.name, each.tone) for each in series))


def _high(number: float, top: float) -> float:
    return number / top * (HIGH - BOTTOM - TOP) if top else 0.0


def _round_up(number: float) -> float:
    """Give a number at the end of an axis: a multiple of four that is not much larger, or a small one itself."""
    if number <= LINES:
        return float(max(1, ceil(number)))
    step = 10 ** int(log10(number / LINES))
    return float(LINES * step * next(each for each in (1, 2, 3, 4, 5, 6, 8, 10) if LINES * step * each >= number))
