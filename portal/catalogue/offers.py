"""What somebody may begin: the processes whose start the engine would take from them.

A person whom the start names by a field (`by: [caller]`) may begin for themselves, so the field is filled in for them.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.judging import judge
from engine.record import Event, Kind, Reason, Refused
from language.definition import Definition
from language.values import FieldType
from portal.visiting import Visit
from store.asking import ask
from store.reading import newest_of_each
from store.retiring import all_retired
from store.starting import unbegun


class Offer(NamedTuple):
    """A process that somebody may begin, and what is filled in because only so they may."""

    definition: Definition
    given: Mapping[str, str]


async def offers(visit: Visit) -> tuple[Offer, ...]:
    """Give every process that the visitor may begin, by title."""
    retired = await all_retired(visit.services.database)
    known: dict[str, Any] = {}
    found = [
        await offer(visit, each, known)
        for each in (await newest_of_each(visit.services.database)).values()
        if (each.process, each.version) not in retired
    ]
    return tuple(sorted(filter(None, found), key=lambda each: each.definition.title.casefold()))


async def offer(visit: Visit, definition: Definition, known: dict[str, Any]) -> Offer | None:
    """Give a process if the visitor may begin it; `known` are facts that were answered already, and grows."""
    for given in ({}, _in_own_name(visit, definition)):
        reasons = await against(visit, definition, given, known)
        if not any(each.kind == "who" for each in reasons):
            return Offer(definition, given)
    return None


async def against(
    visit: Visit, definition: Definition, given: Mapping[str, Any], known: dict[str, Any]
) -> tuple[Reason, ...]:
    """Say what speaks against a start by the visitor with these values; nothing begins."""
    now, nothing = visit.services.clock(), unbegun(definition)
    event = Event(Kind.START, "start", visit.actor, given, id="look", now=now)
    outcome, facts = await ask(
        visit.services.database,
        now,
        lambda more, asked: judge(definition, nothing, event._replace(facts={**known, **more}, asked=asked)),
    )
    known.update(facts)
    return outcome.reasons if isinstance(outcome, Refused) else ()


def _in_own_name(visit: Visit, definition: Definition) -> dict[str, str]:
    """Give the visitor as the person that the start is for, by every field that it names people with."""
    start, fields = definition.start, definition.fields
    return {
        name: visit.actor.id
        for name in start.by
        if isinstance(name, str) and name in start.asked and fields[name].shape.type is FieldType.USER
    }
