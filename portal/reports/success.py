"""How records ended, and how many of them well: over time, and for each team or thing they are about.

Nothing here knows a process. A record ends with the state it ends in, or with what a choice field says that people
fill in on the way, and not at the start; of both, the first that the definition names is how it should end.
"""

from collections.abc import Iterator, Sequence

from api.forms import titled
from engine.listing import is_listed
from language.definition import Definition, Field, Task
from language.values import FieldType
from language.walking import every_step
from portal.reports.asking import Asked, of_things
from portal.reports.charts import Series, stacked
from portal.reports.parts import Cell, Section, Table, count, percent
from portal.visiting import Visit
from store.reporting.outcomes import Ended, outcomes

TONES = ("good", "warn", "bad", "dim", "info")
"""Colours of outcomes, the one that is hoped for first."""


async def made(visit: Visit, asked: Asked) -> tuple[Section, ...]:
    """Tell how the records of a process ended."""
    field = outcome_field(asked)
    things = [each.name for each in of_things(asked.definition)]
    groups = [each.name for each in of_things(asked.definition) if each.shape.type is FieldType.GROUP]
    by = asked.given.get("of", "")
    by = by if by in things else next(iter((*groups, *things)), "")
    found = await outcomes(visit.services.database, asked.span, field, by)
    names = _outcomes(asked, field, [each.outcome for each in (*found.by_day, *found.by_value)])
    sections = [_over_time(asked, field, names, found.by_day)]
    if by:
        sections.append(_by_thing(asked, (field, by), names, found.by_value))
    return tuple(sections)


def outcome_fields(definition: Definition) -> tuple[Field, ...]:
    """Give the choice fields that may say how a record ended: people fill them in on the way, empty until then."""
    on_the_way = set(_asked_on_the_way(definition)) - set(definition.start.asked)
    return tuple(
        each
        for each in definition.fields.values()
        if each.shape.type is FieldType.CHOICE and is_listed(each) and each.default is None and each.name in on_the_way
    )


def _asked_on_the_way(definition: Definition) -> Iterator[str]:
    """Name what transitions and tasks ask for."""
    own = (each for state in definition.states.values() for each in state.transitions.values())
    for transition in (*definition.transitions.values(), *own):
        yield from transition.asked
    for step in every_step(definition):
        if isinstance(step, Task):
            yield from (each.name for each in step.form)


def outcome_field(asked: Asked) -> str:
    """Name the field that is asked for; empty: the state. Without a wish, the only one that there is."""
    fields = [each.name for each in outcome_fields(asked.definition)]
    wanted = asked.given.get("outcome")
    if wanted is None:
        return fields[0] if len(fields) == 1 else ""
    return wanted if wanted in fields else ""


def _outcomes(asked: Asked, field: str, found: Sequence[str]) -> list[str]:
    """Name the outcomes in the order of the definition; others that there were come last."""
    if field:
        known = asked.definition.fields[field].shape.options
    else:
        known = tuple(name for name, state in asked.definition.states.items() if state.final)
    return list(dict.fromkeys((*(each for each in known), *sorted(each for each in found if each), *_none(found))))


def _none(found: Sequence[str]) -> Iterator[str]:
    if "" in found:
        yield ""


def _named(asked: Asked, field: str, outcome: str) -> str:
    if field or outcome not in asked.definition.states:
        return titled(outcome) if outcome else "Not said"
    return titled(outcome, asked.definition.states[outcome].title)


def _over_time(asked: Asked, field: str, names: Sequence[str], found: Sequence[Ended]) -> Section:
    stretches, by = asked.period.stretches(), asked.period.by
    counts = [
        [sum(e.number for e in found if e.outcome == name and s.first <= int(e.key) <= s.last) for name in names]
        for s in stretches
    ]
    rows = tuple((Cell(each.name), *_cells(numbers)) for each, numbers in zip(stretches, counts, strict=True))
    whole = [sum(numbers[place] for numbers in counts) for place in range(len(names))]
    titles = [_named(asked, field, name) for name in names]
    series = [
        Series(title, TONES[min(place, len(TONES) - 1)], tuple(numbers[place] for numbers in counts))
        for place, title in enumerate(titles)
    ]
    columns = (by.capitalize(), *titles, "Success")
    good = titles[0] if titles else ""
    return Section(
        "How records ended",
        Table("endings", f"Records that ended, by {by}", columns, (*rows, (Cell("All"), *_cells(whole)))),
        f"Success is the share of those that ended with “{good}”, the first that the definition names.",
        stacked("How records ended", [each.short for each in stretches], series) if any(whole) else None,
    )


def _by_thing(asked: Asked, fields: tuple[str, str], names: Sequence[str], found: Sequence[Ended]) -> Section:
    field, by = fields
    title = titled(by, asked.definition.fields[by].title)
    values = sorted({str(each.key) for each in found}, key=lambda each: asked.named(by, each))
    rows = []
    for value in values:
        numbers = [sum(e.number for e in found if e.outcome == name and e.key == value) for name in names]
        rows.append((Cell(asked.named(by, value)), *_cells(numbers)))
    columns = (title, *(_named(asked, field, name) for name in names), "Success")
    what = f"By {title.lower()}"
    return Section(what, Table(f"outcomes-by-{by}", f"Records that ended, {what.lower()}", columns, tuple(rows)))


def _cells(numbers: Sequence[int]) -> tuple[Cell, ...]:
    return (*map(count, numbers), percent(numbers[0] if numbers else 0, sum(numbers)))
