"""Rights by role, action and state, over all that is shipped: the engine says what the words of a definition say.

Every record that the shipped scenarios make is met once in each of its states (with and without open tasks, approvals
and faults), by somebody of every role and of every group alone, and by every person that it names. They try everything.
"""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from engine.actions import NO, actions
from engine.advance import advance
from engine.approvals import name_of
from engine.record import Actor, Advanced, Event, Kind, Needs, Reason, Record, Refused
from engine.scenarios.courses import Course
from engine.scenarios.coverage import Reached
from engine.scenarios.reading import read_script
from engine.scenarios.running import run_case
from engine.scenarios.scene import Reasons
from engine.scenarios.script import Case, Script
from engine.scenarios.world import World
from engine.turn import Turn
from engine.visibility import readers, sight, viewer
from language.definition import Definition
from language.organisation_reading import read_organisation
from language.reading import read_definition
from tests.engine.builders import NOW, outcome
from tests.engine.rights_oracle import Oracle, words

SHIPPED = Path(__file__).parents[2] / "definitions"
FILES = sorted(path for path in SHIPPED.glob("*.yaml") if not path.name.endswith(".test.yaml"))
DEFINITIONS = {path.stem: read_definition(path.read_text("utf-8")) for path in FILES}
ORGANISATION = read_organisation({path.name: path.read_text("utf-8") for path in SHIPPED.glob("organisation/*.yaml")})
ROWS = [words(path) for path in SHIPPED.glob("organisation/*.yaml")]
ROLES = tuple(name for rows in ROWS for name in rows.get("roles", ()))
GROUPS = tuple(name for rows in ROWS for name in rows.get("groups", ()))
OFFICES = (
    *(Actor(f"some_{name}", "", (name,)) for name in ROLES),
    *(Actor(f"one_of_{name}", "", (), (name,)) for name in GROUPS),
    Actor("stranger"),
)
Standing = tuple[str, ...]
"""How a record stands: its process, its state, and of what something is open."""


ANYWHERE = ""
"""Stands for every place that a refusal can point to."""


class Attempt(NamedTuple):
    """Something to try, and whether the words allow it, by the place where a refusal would point."""

    event: Event
    allowed: Mapping[str, bool]


class Watched(World):
    """The world of a case in which every record is tried as soon as it stands as none has stood before."""

    def __init__(self, oracles: Mapping[str, Oracle], met: set[Standing], script: Script, case: Case) -> None:
        super().__init__(DEFINITIONS, script, case, Reached(DEFINITIONS[script.process]))
        self.oracles = oracles
        self.met = met
        self.known: dict[str, Any] = {}
        self.new: list[tuple[Definition, Record]] = []
        self.wrong: list[str] = []

    def take(self, course: Course, event: Event) -> Reasons:
        """Try all records on the way, too."""
        reasons = super().take(course, event)
        for definition, record in self.new:
            self.known = {}
            self.wrong += self.mistakes(definition, record)
        self.new = []
        return reasons

    def _take(self, course: Course, outcome: Advanced) -> None:
        super()._take(course, outcome)
        record = outcome.record
        stands = {each.kind for each in record.tokens.values() if each.kind in ("task", "approval", "fault")}
        standing = (record.process, record.state, *sorted(stands))
        if standing not in self.met:
            self.met.add(standing)
            self.new.append((course.definition, record))

    def mistakes(self, definition: Definition, record: Record) -> Iterator[str]:
        """Tell where the engine and the words say different things about a record."""
        oracle = self.oracles[record.process]
        persons = tuple(Actor(each) for each in dict.fromkeys(oracle.persons(record)))
        for actor in (*OFFICES, *persons):
            who = f"{record.process} in {record.state}, {actor.id}"
            for event, allowed in attempts(oracle, record, actor):
                against = [each.path for each in self.against(definition, record, event) if each.kind == "who"]
                for path, may in allowed.items():
                    if (not against if path == ANYWHERE else path not in against) is not may:
                        yield f"{who}: {event.kind} {event.name} {path}, and the words say {may}"
            seen, said = self.sight_of(definition, record, actor), oracle.sight(actor, record)
            if seen != said:
                yield f"{who} sees it {seen or 'not'}, and the words say {said or 'not'}"
            offered, possible = self.offered(definition, record, actor), people_s(oracle, record, actor)
            if offered != possible:
                yield f"{who} is offered {offered}, and the words offer {possible}"

    def against(self, definition: Definition, record: Record, event: Event) -> tuple[Reason, ...]:
        """Give the reasons against an event."""
        event = event._replace(facts=self.known)
        while isinstance(found := advance(definition, record, event), Needs):
            self.known |= self.learn(found.keys)
            event = event._replace(facts=self.known, asked=event.asked + 1)
        return found.reasons if isinstance(found, Refused) else ()

    def sight_of(self, definition: Definition, record: Record, actor: Actor) -> str:
        """Say how much somebody sees, which the rows for the lists say alike."""
        told = str(sight(Turn(definition, record, Event(Kind.TICK)), actor) or "")
        among = [full for who, full in readers(definition, record) if who in viewer(actor)]
        assert told == ("full" if any(among) else "public" if among else "")
        return told

    def offered(self, definition: Definition, record: Record, actor: Actor) -> dict[str, bool]:
        """Give the actions that somebody is shown, and whether it is for them."""
        while isinstance(found := actions(definition, record, actor, record.updated_at, self.known), Needs):
            self.known |= self.learn(found.keys)
        refused = {each.name for each in found if any(reason.kind == "who" for reason in each.reasons)}
        assert all(each.possible == NO for each in found if each.name in refused)
        return {each.name: each.name not in refused for each in found}


def people_s(oracle: Oracle, record: Record, actor: Actor) -> dict[str, bool]:
    """Give the transitions that people take from where a record stands, and whether somebody is one of them."""
    here = {name: each["by"] for name, each in oracle.transitions(record.state).items() if "by" in each}
    return {name: oracle.may(actor, by, record) for name, by in here.items()}


def attempts(oracle: Oracle, record: Record, actor: Actor) -> Iterator[Attempt]:
    """Give all that somebody could try on a record; one that has ended refuses everybody, and not for who they are."""
    for event, allowed in _attempts(oracle, record, actor):
        may = {path: each or record.final for path, each in allowed.items()}
        yield Attempt(event._replace(actor=actor, now=record.updated_at), may)


def _attempts(oracle: Oracle, record: Record, actor: Actor) -> Iterator[tuple[Event, Mapping[str, bool]]]:
    sees, here = oracle.sight(actor, record), oracle.transitions(record.state)
    for name in sorted(oracle.every_transition()):
        may = name not in here or ("by" in here[name] and oracle.may(actor, here[name]["by"], record))
        yield Event(Kind.ACT, name), {ANYWHERE: may}
    written = {name: oracle.is_kept(name) or oracle.writes(actor, name, record) for name in oracle.fields}
    yield Event(Kind.EDIT, data=dict.fromkeys(oracle.fields)), written
    yield Event(Kind.COMMENT, data={"text": "x"}), {ANYWHERE: bool(sees)}
    yield Event(Kind.COMMENT, data={"text": "x", "internal": True}), {ANYWHERE: sees == "full"}
    for kind in (Kind.WATCH, Kind.UNWATCH):
        yield Event(kind), {ANYWHERE: bool(sees)}
        yield Event(kind, "carla"), {ANYWHERE: sees == "full" or (bool(sees) and actor.id == "carla")}
    for kind in (Kind.RETRY, Kind.SKIP):
        yield Event(kind, next(iter(record.faults), "1")), {ANYWHERE: oracle.mends(actor, record)}
    for path, seated in oracle.seats(record).items():
        if record.tokens[path].kind == "task":
            for kind in (Kind.CLAIM, Kind.COMPLETE, Kind.RELEASE):
                yield Event(kind, path), {ANYWHERE: actor.id in seated}
        else:
            vote = Event(Kind.VOTE, name_of(path, record.tokens[path].data), data={"choice": "yes"})
            yield vote, {ANYWHERE: actor.id in seated}


@pytest.fixture(scope="module")
def met() -> set[Standing]:
    """Keep how records have stood already."""
    return set()


@pytest.mark.parametrize("process", DEFINITIONS)
def test_who_may_do_what_in_every_state_is_what_the_definition_says(process: str, met: set[Standing]) -> None:
    file = SHIPPED / f"{process}.test.yaml"
    script = read_script(file.read_text("utf-8"), DEFINITIONS, ORGANISATION)
    known = [*ROWS, words(file).get("organisation", {})]
    rows = {
        kind: {name: row for each in known for name, row in each.get(kind, {}).items()}
        for kind in ("people", "groups", "services")
    }
    oracles = {path.stem: Oracle(words(path), rows) for path in FILES}
    for case in script.cases:
        world = Watched(oracles, met, script, case)
        assert run_case(world, case, file.name).line, case.name
        assert world.wrong == [], case.name
    assert {state for name, state, *_ in met if name == process} == set(oracles[process].text["states"])


@pytest.mark.parametrize("process", DEFINITIONS)
def test_who_may_start_a_record_is_what_the_definition_says(process: str) -> None:
    definition, text = DEFINITIONS[process], words(SHIPPED / f"{process}.yaml")
    oracle = Oracle(text, {})
    start = text["start"]
    asked = [*start.get("needs", ()), *start.get("ask", ())]
    persons = [name for name in asked if oracle.fields[name]["type"] == "user"]
    internal = [name for name in asked if oracle.fields[name].get("internal")]
    for office, named in itertools.product(OFFICES, (False, True)):
        actor = office._replace(id="carla")
        stands = Record("X1", process, 1, "", fields={name: {"id": "carla"} for name in persons if named})
        given = dict.fromkeys(persons, "carla") if named else {}
        event = Event(Kind.START, actor=actor, data={**given, **dict.fromkeys(internal, "x")})
        reasons = refusal(definition, event)
        against = [each.path for each in reasons if each.kind == "who"]
        by = start.get("by", ["anyone"])
        by_office = any(each in (*actor.roles, *actor.groups) for each in by)
        full = by_office or oracle.sight(actor, stands) == "full"
        assert ("" in against) is not oracle.may(actor, by, stands), (actor, named, against)
        assert [name for name in internal if f"with.{name}" in against] == ([] if full else internal), (actor, against)


def refusal(definition: Definition, event: Event) -> tuple[Reason, ...]:
    """Give the reasons against a start."""
    record = Record("X1", definition.process, definition.version, definition.digest)
    found = outcome(definition, record, event._replace(now=NOW), ORGANISATION)
    return found.reasons if isinstance(found, Refused) else ()
