"""How much there was to do: what started and ended, what was open, and what the open records are like now."""

from collections.abc import Iterator, Mapping

from api.forms import titled
from engine.listing import is_listed
from language.definition import Field
from language.values import FieldType
from portal.reports.asking import Asked, of_things
from portal.reports.charts import Series, beside, lines
from portal.reports.parts import Cell, Section, Table, count, percent
from portal.visiting import Visit
from store.reporting.keeping import day_of
from store.reporting.volumes import Volumes, volumes

MOST_FIELDS = 12
"""Fields by whose values open records are counted."""


async def made(visit: Visit, asked: Asked) -> tuple[Section, ...]:
    """Tell how many records of a process there were."""
    fields = list(_counted(asked))[:MOST_FIELDS]
    found = await volumes(visit.services.database, asked.span, day_of(asked.now), [each.name for each in fields])
    now = sum(found.states.values())
    sections = [*_over_time(asked, found), _by_state(asked, found.states)]
    for field in fields:
        values = found.values[field.name]
        if values:
            without = now - sum(values.values())
            sections.append(_by_value(asked, field, {**values, **({"": without} if without else {})}))
    return tuple(sections)


def _counted(asked: Asked) -> Iterator[Field]:
    """Give the fields that tell records apart: what targets go by, things and groups, then other choices."""
    fields = asked.definition.fields
    scales = [fields[each.per] for each in asked.definition.targets.values() if each.per]
    choices = (each for each in fields.values() if each.shape.type is FieldType.CHOICE and is_listed(each))
    found = {each.name: each for each in (*scales, *of_things(asked.definition), *choices)}
    yield from found.values()


def _over_time(asked: Asked, found: Volumes) -> tuple[Section, Section]:
    stretches = asked.period.stretches()
    days = [[day for day in found.days if each.first <= day.day <= each.last] for each in stretches]
    started = tuple(sum(day.started for day in each) for each in days)
    ended = tuple(sum(day.ended for day in each) for each in days)
    left = tuple(each[-1].open for each in days)
    names, by = [each.name for each in stretches], asked.period.by
    short = [each.short for each in stretches]
    flow = tuple((Cell(name), count(one), count(two)) for name, one, two in zip(names, started, ended, strict=True))
    stock = tuple((Cell(name), count(number)) for name, number in zip(names, left, strict=True))
    moved = beside("Started and ended", short, [Series("started", "info", started), Series("ended", "good", ended)])
    return (
        Section(
            "Started and ended",
            Table("started-and-ended", f"Records by {by}", (by.capitalize(), "Started", "Ended"), flow),
            chart=moved if any((*started, *ended)) else None,
        ),
        Section(
            "Open",
            Table("open", f"Open records at the end of each {by}", (by.capitalize(), "Open"), stock),
            chart=lines("Open records", short, [Series("open", "warn", left)]) if any(left) else None,
        ),
    )


def _by_state(asked: Asked, states: Mapping[str, int]) -> Section:
    known = asked.definition.states
    places = {name: place for place, name in enumerate(known)}
    whole = sum(states.values())
    rows = tuple(
        (Cell(titled(name, known[name].title if name in known else "")), count(number), percent(number, whole))
        for name, number in sorted(states.items(), key=lambda each: places.get(each[0], len(places)))
    )
    columns = ("State", "Open", "Share")
    return Section(
        "Open now, by state",
        Table("open-by-state", "Open records now, by state", columns, rows),
        nothing="No record is open",
        narrow=True,
    )


def _by_value(asked: Asked, field: Field, values: Mapping[str, int]) -> Section:
    title, whole = titled(field.name, field.title), sum(values.values())
    places = {name: place for place, name in enumerate(field.shape.options)}
    ordered = sorted(values.items(), key=lambda each: (places.get(each[0], len(places)), -each[1]))
    rows = tuple(
        (Cell(asked.named(field.name, name)), count(number), percent(number, whole)) for name, number in ordered
    )
    what = f"Open now, by {title.lower()}"
    return Section(what, Table(f"open-by-{field.name}", what, (title, "Open", "Share"), rows), narrow=True)
