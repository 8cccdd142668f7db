"""What became of targets: kept, missed and running, over time, by what records are about, and by agreement."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from api.forms import titled
from language.durations import in_words
from portal.reports.asking import Asked, of_things
from portal.reports.charts import Series, stacked
from portal.reports.parts import Cell, Section, Table, count, percent
from portal.reports.periods import Period, Stretch
from portal.visiting import Visit
from store.reporting.attainment import Attainment, Decided, Valued, attainment
from store.reporting.keeping import KEPT, MISSED, RUNNING

COLUMNS = ("Kept", "Missed", "Attained")
HELD = "Paused for"

Counted = Decided | Valued
Tally = Counter[str]
"""How often there was which outcome."""


async def made(visit: Visit, asked: Asked) -> tuple[Section, ...]:
    """Tell what became of the targets of a process."""
    agreed = _agreed_by(asked)
    field = asked.given.get("of", "")
    field = field if field in [each.name for each in of_things(asked.definition)] else agreed[0]
    found = await attainment(visit.services.database, asked.span, field)
    sections = [_summary(asked, found)]
    sections += [_over_time(asked, found, name) for name in _targets(asked, found)]
    if field:
        sections.append(_by_thing(asked, found.valued, field))
    if agreed[0]:
        valued = found.valued
        if field != agreed[0]:
            valued = (await attainment(visit.services.database, asked.span, agreed[0])).valued
        sections.append(_by_agreement(asked, valued, *agreed))
    return tuple(sections)


def _targets(asked: Asked, found: Attainment) -> list[str]:
    """Name the targets: those of the definition, then others that older versions had."""
    names = dict.fromkeys([*asked.definition.targets, *(each.target for each in found.decided), *found.running])
    return list(names)


def _agreed_by(asked: Asked) -> tuple[str, str]:
    """Give the field, and its attribute, from which targets have their agreement; empty where there is none."""
    things = [each.name for each in of_things(asked.definition)]
    for target in asked.definition.targets.values():
        for path in target.agreement.paths if target.agreement is not None else ():
            if len(path) == 2 and path[0] in things:
                return path[0], path[1]
    return "", ""


def _summary(asked: Asked, found: Attainment) -> Section:
    rows = []
    for name in _targets(asked, found):
        decided = [each for each in found.decided if each.target == name]
        tally = _tally(decided)
        held = sum(each.held for each in decided)
        counts = (
            count(tally[KEPT], _behind(asked, name, KEPT)),
            count(tally[MISSED], _behind(asked, name, MISSED)),
            percent(tally[KEPT], tally.total()),
            count(found.running.get(name, 0), _behind(asked, name, RUNNING)),
            Cell(in_words(held) if held else "–", round(held)),
        )
        rows.append((Cell(titled(name)), *counts))
    text = "A target counts on the day on which it was kept, or its time was used up. While its clock pauses, none is."
    columns = ("Target", *COLUMNS, "Running now", HELD)
    table = Table("targets", "Targets of the period", columns, tuple(rows))
    return Section("All targets", table, text, nothing="This process has no targets")


def _behind(asked: Asked, target: str, outcome: str) -> str:
    return f"/reports/targets/records?{asked.query(target=target, which=outcome)}"


def _over_time(asked: Asked, found: Attainment, name: str) -> Section:
    stretches = asked.period.stretches()
    tallies = [_tally(_within(found.decided, name, each)) for each in stretches]
    rows = tuple((Cell(each.name), *_counts(tally)) for each, tally in zip(stretches, tallies, strict=True))
    title = titled(name)
    names = [each.short for each in stretches]
    series = [
        Series("kept", "good", tuple(tally[KEPT] for tally in tallies)),
        Series("missed", "bad", tuple(tally[MISSED] for tally in tallies)),
    ]
    table = Table(f"target-{name}", f"{title}, by {asked.period.by}", (asked.period.by.capitalize(), *COLUMNS), rows)
    chart = stacked(f"{title}: kept and missed", names, series) if any(tallies) else None
    return Section(title, table, chart=chart)


def _by_thing(asked: Asked, valued: Sequence[Valued], field: str) -> Section:
    title = titled(field, asked.definition.fields[field].title)
    tallies: dict[tuple[str, str], Tally] = {}
    for each in valued:
        tallies.setdefault((asked.named(field, each.value), each.target), Counter())[each.outcome] += each.number
    rows = tuple(
        (Cell(value), Cell(titled(target)), *_counts(tally)) for (value, target), tally in sorted(tallies.items())
    )
    table = Table(f"targets-{field}", f"Targets by {title.lower()}", (title, "Target", *COLUMNS), rows, words=2)
    return Section(f"By {title.lower()}", table, "Records count for what they are about now.")


def _by_agreement(asked: Asked, valued: Sequence[Valued], field: str, attribute: str) -> Section:
    """Tell the attainment of each agreement, month by month."""
    kind = asked.definition.fields[field].shape.kind
    rows_of: Mapping[str, Mapping[str, object]] = asked.around.of(kind)
    months = Period(asked.period.first, asked.period.last, "month").stretches()
    rows = []
    agreements = {name: str(row.get(attribute) or "") for name, row in rows_of.items()}
    for agreement in sorted({each for each in agreements.values() if each}):
        theirs = [each for each in valued if agreements.get(each.value) == agreement]
        for month in months:
            for target in dict.fromkeys(each.target for each in theirs):
                tally = _tally(_within(theirs, target, month))
                if tally:
                    told = (Cell(_agreement(asked, agreement)), Cell(month.name), Cell(titled(target)))
                    rows.append((*told, *_counts(tally)))
    columns = ("Agreement", "Month", "Target", *COLUMNS)
    title = titled(field, asked.definition.fields[field].title).lower()
    text = f"Each {title} counts for the agreement that it has now."
    table = Table("agreements", "Attainment by agreement and month", columns, tuple(rows), words=3)
    return Section("By agreement and month", table, text)


def _agreement(asked: Asked, name: str) -> str:
    return asked.around.label("agreement", name) or name.replace("_", " ")


def _within(found: Iterable[Counted], target: str, stretch: Stretch) -> Iterator[Counted]:
    return (each for each in found if each.target == target and stretch.first <= each.day <= stretch.last)


def _tally(found: Iterable[Counted]) -> Tally:
    tally: Tally = Counter()
    for each in found:
        tally[each.outcome] += each.number
    return tally


def _counts(tally: Tally) -> tuple[Cell, Cell, Cell]:
    return count(tally[KEPT]), count(tally[MISSED]), percent(tally[KEPT], tally.total())
