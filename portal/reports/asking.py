"""What somebody asks a report for: a process, a period, values that its records have, and choices of the report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from api.forms import titled
from engine.listing import is_listed
from engine.records import is_record
from language.definition import Definition, Field
from language.organisation import Organisation
from language.values import FieldType
from portal.reports.periods import Period, number, period
from portal.reports.rights import not_found, reportable
from portal.visiting import Visit
from store.facts import organisation
from store.reporting.span import Span

WHERE = "where."
"""How the parameter of a value begins, before the name of its field."""
MOST_CHOICES = 200
"""Things that a list offers; a report is not narrowed by what there is more of."""


class Narrowing(NamedTuple):
    """A field by whose value a report can be narrowed: what can be chosen (id and label), and what is."""

    name: str
    title: str
    choices: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that is asked for, by somebody who may see it.

    `processes` are those that they may ask for, `given` all that was asked with, `now` the present time in seconds.
    """

    definition: Definition
    processes: Mapping[str, Definition]
    period: Period
    narrowings: tuple[Narrowing, ...]
    around: Organisation
    given: Mapping[str, str]
    now: float

    @property
    def at(self) -> datetime:
        """As of when its numbers are."""
        return datetime.fromtimestamp(self.now, UTC)

    @property
    def span(self) -> Span:
        """What the store is asked for."""
        values = {each.name: each.chosen for each in self.narrowings if each.chosen}
        return Span(self.definition.process, number(self.period.first), number(self.period.last), values)

    def query(self, **more: str) -> str:
        """Write it into an address, with other or further parameters."""
        told = {"process": self.definition.process, "from": self.period.first.isoformat()}
        told |= {"until": self.period.last.isoformat(), "by": self.period.by}
        told |= {f"{WHERE}{each.name}": each.chosen for each in self.narrowings if each.chosen}
        kept = {name: self.given[name] for name in ("outcome", "of") if name in self.given}
        return urlencode({**told, **kept, **more})

    def named(self, field: str, value: str) -> str:
        """Give the label of a value of a field; `none` for the empty one."""
        if not value:
            return "none"
        shape = self.definition.fields[field].shape
        return self.around.label(shape.kind, value) or value.replace("_", " ")


async def asked(visit: Visit) -> Asked | None:
    """Read what is asked for from the address; None where there is nothing that the visitor may ask for.

    Raises NotFoundError for a process that is not among it.
    """
    given = dict(visit.request.query_params)
    processes, around = await reportable(visit), await organisation(visit.services.database)
    if not processes:
        return None
    process = given.get("process", "") or _usual(processes)
    if process not in processes:
        raise not_found(process)
    now, definition = visit.services.clock(), processes[process]
    days = period(given.get("from", ""), given.get("until", ""), given.get("by", ""), now)
    return Asked(definition, processes, days, tuple(_narrowings(definition, around, given)), around, given, now)


def of_things(definition: Definition) -> Iterator[Field]:
    """Give the fields that hold one group or thing of the organisation, by which records can be found."""
    for field in definition.fields.values():
        is_thing = field.shape.type in (FieldType.GROUP, FieldType.REF) and not is_record(field.shape.kind)
        if is_listed(field) and is_thing:
            yield field


def _usual(processes: Mapping[str, Definition]) -> str:
    """Give the process that has most to report: the one with the most targets, then fields."""
    return max(processes.values(), key=lambda each: (len(each.targets), len(each.fields))).process


def _narrowings(definition: Definition, around: Organisation, given: Mapping[str, str]) -> Iterator[Narrowing]:
    for field in of_things(definition):
        kind, things = field.shape.kind, around.of(field.shape.kind)
        if 0 < len(things) <= MOST_CHOICES:
            choices = tuple(
                sorted(((name, around.label(kind, name) or name) for name in things), key=lambda each: each[1])
            )
            chosen = given.get(f"{WHERE}{field.name}", "")
            yield Narrowing(field.name, titled(field.name, field.title), choices, chosen if chosen in things else "")
