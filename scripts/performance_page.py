"""Writes docs/performance.md, and its picture, from the figures that `bench performance` and `bench growth` have kept.

`make proof` runs it; tests/docs/test_performance.py holds both to the files.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from bench.proving import Row, Suite, kept
from scripts.proof import shown

DOCS = Path(__file__).parents[1] / "docs"
PAGE, PICTURE = DOCS / "performance.md", DOCS / "images" / "performance.svg"
SUITES = ("performance", "growth")
LIFE = "processor time of the {} for a whole life, 20 at once"
LINE, BEFORE, WIDE = 26, 470, 220
"""Pixels: of a bar's line, of the text before it, and of a ratio of one."""

HEAD = """\
# How fast it is

`python -m bench performance` and `python -m bench growth` measure it (some minutes each; `--quick` is a trial, and each
part can be named alone), and `make proof` makes this page of what they kept. The machine and the versions stand on
[What is proven](proof.md), with every figure.

## Against a workflow written by hand

`bench/errand.py` is a small process: somebody is given an errand, two approve it, it is closed before its deadline.
`bench/by_hand.py` is the same as a programmer writes it for Temporal: one workflow with a validator, request keys that
have one effect, a journal in a chain of hashes and an outbox, written by a local activity before the answer. Both are
on one server and one store, each in a worker process with the same settings, and take turns, so that a busy machine
slows both. What is written by hand runs in the SDK's sandbox, which the SDK gives to every workflow; ours
[does without it](decisions/0050-workflows-run-outside-the-sandbox.md), and a figure of its own says how both compare
where neither has it. The bench refuses to tell anything where the two do not leave the same numbers of rows behind. The
relay and the other loops of a worker stand still for both.

![Ratios](images/performance.svg)

A bar is what we take, or do, of what the other takes or does; the line is one.
"""

LIMITS = """\
## What limits

{share}An event of a record costs one workflow task of Temporal and one transaction of the store that is flushed to the
disk. The engine itself is a small part: what the worker does for an event is mostly the SDK (payloads, its event
loop) and SQLAlchemy. What was mended, with the figures of that day, is told in the messages of the commits.

* One process decides on one core: more cores are used by [several workers](operations.md#several-workers).
* On SQLite one transaction writes at a time; on PostgreSQL the feed is still one order, so that commits queue for it.
* A record that is not in a worker's memory is replayed first; records continue as new before that becomes long.
* What a command over HTTP takes besides is mostly HTTP itself, at both ends; the rest is three reads of the store, each
  a transaction in a thread: who asks, the record, and what it has become.
"""


def page(suites: Mapping[str, Suite]) -> str:
    """Give the whole page."""
    rows = [each for name in SUITES if name in suites for each in suites[name].rows]
    return f"{HEAD}\n{LIMITS.format(share=_share(rows))}"


def _share(rows: Iterable[Row]) -> str:
    """Say who takes the time of a whole life, where that was measured."""
    found = {each.claim: each.measured for each in rows}
    worker, server = (found.get(LIFE.format(who)) for who in ("worker", "Temporal server"))
    if not isinstance(worker, float | int) or not isinstance(server, float | int):
        return ""
    ours = 100 * worker / (worker + server)
    told = f"Of the processor time of a whole life the worker takes {ours:.0f} % ({shown(worker)} ms), the Temporal"
    return f"{told} server the rest.\n"


def picture(suites: Mapping[str, Suite]) -> str:
    """Draw the ratios as bars."""
    rows = [each for name in SUITES if name in suites for each in suites[name].rows if each.unit == "×"]
    bars = [(each.claim, float(each.measured), each.met) for each in rows if float(each.measured) < 3]
    height = LINE * len(bars) + 10
    drawn = "\n".join(_bar(place, *bar) for place, bar in enumerate(bars))
    one = BEFORE + WIDE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BEFORE + 3 * WIDE + 60} {height}" role="img" '
        'font-family="sans-serif" font-size="13"><title>Ratios</title>\n'
        '<rect width="100%" height="100%" fill="#ffffff"/>\n'
        f'{drawn}\n<path d="M{one} 0V{height}" stroke="#1f2933" stroke-dasharray="4 3"/>\n</svg>\n'
    )


def _bar(place: int, claim: str, ratio: float, met: bool | None) -> str:
    top, wide = 5 + place * LINE, ratio * WIDE
    colour = {True: "#2f7d4f", False: "#b3402f", None: "#6b7c93"}[met]
    return (
        f'<text x="{BEFORE - 8}" y="{top + 15}" text-anchor="end" fill="#1f2933">{claim}</text>'
        f'<rect x="{BEFORE}" y="{top + 3}" width="{wide:.0f}" height="{LINE - 8}" fill="{colour}"/>'
        f'<text x="{BEFORE + wide + 6:.0f}" y="{top + 15}" fill="#1f2933">{ratio:.3g}</text>'
    )


if __name__ == "__main__":
    PAGE.write_text(page(kept()), encoding="utf-8")
    PICTURE.write_text(picture(kept()), encoding="utf-8")
