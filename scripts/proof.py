"""Writes docs/proof.md from the figures that the suites have kept in docs/proof/.

`make proof` runs it after a suite has measured; tests/docs/test_proof.py holds the page to the files.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from bench.proving import Row, Suite, kept

PAGE = Path(__file__).parents[1] / "docs" / "proof.md"

HEAD = """\
# What is proven

Every figure on this page was measured by the command beside it, on the machine that is named; nothing is typed by hand.
Each suite keeps its figures as a file in `docs/proof/`, and `make proof` makes this page from them. On another machine
run the command, then `make proof`.

Ratios are taken in turn within one run, so that a slow machine slows both sides; times and amounts are those of that
machine. What they mean for a house of yours: [Sizing](sizing.md).
"""


class About(NamedTuple):
    """The heading of a suite, and what it does."""

    heading: str
    does: str


SUITES: Mapping[str, About] = {
    "chaos": About(
        "Crash suite",
        "Workers, API, servers and databases are killed during a random workload; afterwards everything is counted.",
    ),
    "chaos-postgresql": About(
        "Crash suite on PostgreSQL", "The same, with PostgreSQL itself and the processes that serve us killed, too."
    ),
    "away": About(
        "Nobody there at a deadline",
        "Every worker is killed before the deadline of an approval, and comes back long after it.",
    ),
    "performance": About(
        "Performance against the hand-written workflow",
        "The same work, done by a process of the language and by a workflow written by hand, on the same server.",
    ),
    "growth": About("Growth", "What becomes slower, and what does not, as there is more of everything."),
    "lists": About("Lists with many records", "Each list among very many records, against the same among few."),
    "lists_postgresql": About(
        "The same lists on PostgreSQL", "Each list among very many records, against the same among few."
    ),
    "pages": About("Pages with many records", "Each page of the portal, for whoever of its visitors waits longest."),
    "recovery": About("Recovery", "How long it takes until everything goes on."),
    "codec": About("Payload encryption", "What it costs that Temporal sees nothing but sealed payloads."),
}
"""By the name of their files, in the order of the page; a suite that is not here comes last."""


def page(suites: Mapping[str, Suite]) -> str:
    """Give the whole page."""
    known = [name for name in SUITES if name in suites]
    parts = [_part(name, suites[name]) for name in (*known, *(name for name in suites if name not in SUITES))]
    return "\n".join([HEAD, *parts])


def _part(name: str, suite: Suite) -> str:
    about = SUITES.get(name, About(name.replace("_", " ").capitalize(), ""))
    made, commands = suite.made, dict.fromkeys(each.source for each in suite.rows)
    by = ", ".join(f"`{each}`" for each in commands)
    where = f"{made.machine}; Python {made.python}; Temporal {made.temporal}; {made.store}"
    told = [about.does] if about.does else []
    measured = f"Measured by {by} on {made.at[:10]} ({where})."
    table = ["| | Measured | Goal | Met |", "|---|--:|---|---|", *_rows(suite.rows)]
    return "\n".join([f"## {about.heading}\n", " ".join([*told, measured]) + "\n", *table, ""])


def _rows(rows: list[Row]) -> Iterator[str]:
    met = {True: "yes", False: "**no**", None: ""}
    for each in rows:
        cells = (each.claim, f"{shown(each.measured)} {each.unit}".strip(), each.goal or "", met[each.met])
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def shown(measured: float | str) -> str:
    """Write a figure as people read it: thousands apart, and of a fraction what counts."""
    if isinstance(measured, str):
        return measured
    if isinstance(measured, int) or measured >= 1_000:
        return f"{measured:,.0f}"
    return f"{measured:.3g}"


if __name__ == "__main__":
    PAGE.write_text(page(kept()), encoding="utf-8")
