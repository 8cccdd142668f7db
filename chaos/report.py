"""The verdict for people and for docs/proof.md: a table of figures, and every broken promise with its place."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.proving import Row, keep, made_on, row
from chaos.evidence import Evidence, Outcome
from chaos.oracle import PROMISES
from chaos.rounds import Verdict

SHOWN = 20


def rows(verdict: Verdict, source: str) -> Iterator[Row]:
    """Give every figure; `source` is the command that makes them."""
    seen, broken = verdict.evidence, Counter(each.promise for each in verdict.violations)
    outcomes = Counter(each.outcome for each in seen.sent)
    counted: list[tuple[str, int, str]] = [
        *((f"kill -9: {what}", count, "kills") for what, count in sorted(_kinds(seen).items())),
        ("kill -9: all", len(seen.stops), "kills"),
        ("commands sent", len(seen.sent), "commands"),
        ("commands accepted", outcomes[Outcome.ACCEPTED], "commands"),
        ("commands refused with reasons", outcomes[Outcome.REFUSED], "commands"),
        ("commands whose outcome stayed unknown", outcomes[Outcome.UNKNOWN], "commands"),
        ("the same sent again under its key", verdict.duplicates, "requests"),
        ("answers lost", sum(each.lost for each in seen.sent), "answers"),
        ("mails and calls delayed, refused or never answered", verdict.badly, "requests"),
        ("records", len(seen.records), "records"),
        ("events in their journals", len(seen.journal), "events"),
        ("mails taken", len(seen.mails), "mails"),
        ("second copies under one Message-ID, each with its cause", _copies(seen), "mails"),
        ("calls carried out by another system", len(seen.calls), "requests"),
        ("records whose time was put forward", verdict.jumps, "records"),
    ]
    yield from (row(claim, number, unit, source=source) for claim, number, unit in counted)
    for promise in PROMISES:
        found = broken[promise]
        yield row(f"broken: {promise}", found, "findings", goal="0", met=found == 0, source=source)
    back = [stop.back for stop in seen.stops]
    yield row("longest time from a kill to the next command carried out", max(back, default=0.0), "s", source=source)


def print_rows(title: str, found: Iterable[Row]) -> None:
    """Print figures as a table."""
    table = Table("what", "measured", "goal", title=title)
    for each in found:
        table.add_row(each.claim, f"{each.measured} {each.unit}", each.goal or "")
    Console().print(table)


def print_verdict(verdict: Verdict, source: str) -> None:
    """Print the figures, and what was broken where."""
    print_rows(f"Chaos, seed {verdict.plan.seed}, {verdict.seconds:.0f} s of work", rows(verdict, source))
    console = Console()
    for each in verdict.violations[:SHOWN]:
        console.print(f"BROKEN {each.promise}: {each.where}: {each.text}", style="red", markup=False, soft_wrap=True)
    if verdict.violations:
        console.print(f"{len(verdict.violations)} findings. Again: python -m chaos --seed {verdict.plan.seed}")


def write_json(found: Iterable[Row], file: Path, *, postgresql: bool) -> None:
    """Keep the figures for docs/proof.md."""
    keep(file.stem, list(found), made_on("postgresql" if postgresql else "sqlite"), file.parent)


def _kinds(seen: Evidence) -> Counter[str]:
    return Counter(stop.what for stop in seen.stops)


def _copies(seen: Evidence) -> int:
    return len(seen.mails) - len({each.id for each in seen.mails})
