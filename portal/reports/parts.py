"""What a report is made of: sections, each with a table, and a chart of it where a picture says it sooner."""

from typing import Any, NamedTuple

from portal.reports.charts import Chart


class Cell(NamedTuple):
    """What stands in a table: as people read it, as a file has it (None: alike), and where it leads."""

    text: str
    raw: Any = None
    address: str = ""


class Table(NamedTuple):
    """Numbers: `name` is that of its file, and all columns but the first `words` are numbers."""

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: int = 1


class Section(NamedTuple):
    """A part of a report; `text` says what is counted, `picture` is a drawing as SVG; `narrow` ones stand together."""

    title: str
    table: Table
    text: str = ""
    chart: Chart | None = None
    picture: str = ""
    nothing: str = "Nothing in this period"
    narrow: bool = False


def count(number: int, address: str = "") -> Cell:
    """Give a number, which leads to what it counts."""
    return Cell(f"{number:,}", number, address if number else "")


def percent(part: int, whole: int) -> Cell:
    """Give a share in percent with one decimal, rounded down: it reads `100 %` only when it is all of them."""
    if not whole:
        return Cell("–", "")
    tenths = part * 1_000 // whole
    return Cell("100 %" if part == whole else f"{tenths / 10:.1f} %", tenths / 10)
