"""Moving a record to a version that says the same changes nothing of its future, whatever its life was so far."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.facts import answer
from engine.moving.move import move
from engine.record import Actor, Advanced, Event, Kind, Needs, Record
from language.definition import Definition
from language.organisation import Organisation
from language.reading import read_definition
from tests.engine.blows import BLOWS, Blow, event, people
from tests.engine.builders import MINUTE, NOW, ORGANISATION, through_json
from tests.engine.flowing import FLOWING
from tests.engine.test_properties import CROWDED, HANSA, INCIDENT, check, steps


def owner_of(organisation: Organisation, definition: Definition) -> Actor:
    return Actor("owner", "Owner", (str(definition.owner),))


def again(definition: Definition) -> Definition:
    """The next version, which says the same."""
    return read_definition(definition.source.replace(f"version: {definition.version}\n", "version: 9\n"))


def taken(definition: Definition, new: Definition, organisation: Organisation, record: Record, now: float) -> Advanced:
    asked = Event(Kind.MOVE, "", owner_of(organisation, definition), now=now)
    while isinstance(found := move(definition, new, record, asked), Needs):
        asked = asked._replace(facts={**asked.facts, **answer(organisation, found.keys, now)})
    assert isinstance(found, Advanced), found
    return found


def future(record: Record) -> Record:
    """A record without what says of which version it is."""
    return record._replace(version=0, digest="", revision=0, head="")


def told(each: Advanced) -> Any:
    return (future(each.record), each.lines, each.outbox)


@pytest.mark.semantics("M2.3")
@pytest.mark.parametrize(
    ("definition", "organisation"),
    [(INCIDENT, HANSA), (CROWDED, ORGANISATION), (FLOWING, ORGANISATION)],
    ids=["incident", "crowded", "flowing"],
)
def test_a_version_that_says_the_same_changes_nothing(definition: Definition, organisation: Organisation) -> None:
    new = again(definition)
    assert new.version == 9

    @settings(max_examples=40, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.sampled_from(people(organisation)[:3]), st.lists(BLOWS, max_size=12), st.lists(BLOWS, max_size=6))
    def life(starter: Actor, before: list[Blow], after: list[Blow]) -> None:
        fields = {"summary": "It broke", "caller": "yuki", "service": "mail", "impact": "high"}
        fields = {name: value for name, value in fields.items() if name in definition.fields}
        record, now = Record("R1", definition.process, definition.version, definition.digest), NOW
        nothing = Event(Kind.OCCUR, "nothing.at_all")
        for blow in [None, *before, nothing]:
            happening = Event(Kind.START, "", starter, fields) if blow is None else nothing
            if isinstance(blow, Blow):
                now += blow.minutes * MINUTE
                happening = event(definition, organisation, record, blow)
            for each in steps(definition, organisation, record, happening._replace(now=now)):
                record = each.record
        if record.final:
            return
        *_, stayed = (each.record for each in steps(definition, organisation, record, nothing._replace(now=now)))
        gone = through_json(taken(definition, new, organisation, record, now).record)
        assert future(gone) == future(stayed)
        check(new, gone)
        for blow in after:
            now += blow.minutes * MINUTE
            happening = event(definition, organisation, stayed, blow)._replace(now=now)
            there = list(steps(definition, organisation, stayed, happening))
            here = list(steps(new, organisation, gone, happening))
            assert [told(each) for each in here] == [told(each) for each in there]
            stayed, gone = (there[-1].record, here[-1].record) if there else (stayed, gone)

    life()
