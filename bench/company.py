"""The demo company after a long time: many records of its processes, and a few dozen that lived through the engine.

The many make every question as large as it will get; the few are the last changed, so pages show them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, cast, func, insert, update

from activities.projection import index_of
from bench.many_records import ENDED, NOW, PROCESSES, STATES, fill
from engine.advance import advance
from engine.chain import event_told, line_json, seal
from engine.listing import listing
from engine.record import Actor, Advanced, Event, Kind, Record
from engine.snapshot import snapshot
from language.definition import Definition
from language.organisation_reading import read_organisation
from store import definitions
from store.asking import ask
from store.database import Database
from store.facts import organisation
from store.projections import Projection, project
from store.reading import read
from store.starting import unbegun
from store.tables import approval_seat, journal, record, record_reader, record_value, task_seat
from tests import organisations

ROOT = Path(__file__).resolve().parent.parent / "definitions"
AGENT, REQUESTER, APPROVER, OWNER = "tomasz", "carla", "aisha", "henrik"
EACH = 12
"""Records of each kind that live through the engine."""
FAILS = ("", "a call fails", {"error": {"code": "unreachable", "text": "the system did not answer"}})
TEXT = "Since this morning nothing has left the house.\nPeople are waiting, and so are customers."


Act = tuple[str, str, dict[str, Any]]
"""Who does what, with what."""


class Story(NamedTuple):
    """What becomes of a record: who starts it with what, and who does what then; nobody does `FAILS`."""

    process: str
    by: str
    given: dict[str, Any]
    acts: tuple[Act, ...] = ()


def person(name: str) -> dict[str, str]:
    """Refer to somebody."""
    return {"id": name, "label": name}


CHANGE = {
    "summary": "New certificates for the relay",
    "services": [person("mail")],
    "assignee": person("ines"),
    "impact": "low",
    "likelihood": "low",
    "plan": TEXT,
    "backout_plan": TEXT,
    "planned_start": "2027-03-10T22:00:00Z",
    "planned_end": "2027-03-11T02:00:00Z",
}
PLANNING = {"kind": "planning", "title": "Measure the load", "group": person("mail_team")}
STORIES = (
    Story(
        "incident",
        REQUESTER,
        {"summary": "The mail queue does not move", "caller": person(REQUESTER), "service": person("mail")}
        | {"impact": "high", "urgency": "medium", "description": TEXT},
        (("miriam", "assign", {"assignee": person(AGENT), "group": person("mail_team")}),),
    ),
    Story("change", "kenji", CHANGE, (("kenji", "submit", {}), ("sofia", "assessed", {}))),
    Story("change", "kenji", {**CHANGE, "work": [PLANNING]}, (("kenji", "submit", {}),)),
)

STUCK = Story(
    "major_incident",
    AGENT,
    {"service": person("mail"), "incident": person("INC9000000"), "summary": "No mail leaves the house"},
    (
        ("sofia", "accept", {"manager": person(AGENT), "communication": []}),
        (AGENT, "restored", {"resolution": TEXT}),
        FAILS,
    ),
)
"""Lives once, because one of a service is open."""


async def settle(database: Database, count: int) -> None:
    """Fill an empty, migrated store with the company and that many records."""
    fill(database, count)
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted((ROOT / "organisation").glob("*.yaml"))}
    await organisations.apply(database, read_organisation(texts).to_json(), by="bench", at=NOW)
    for source in _sources():
        found = read(source)
        title, about = found.title, (found.process, found.version)
        await definitions.publish(database, *about, source, title=title, messages={}, by="bench", at=NOW)
    await database.write(_take_over, count)
    for number in range(EACH * len(STORIES)):
        await _live(database, STORIES[number % len(STORIES)], number)
    await _live(database, STUCK, EACH * len(STORIES))


def _sources() -> Iterator[str]:
    for file in sorted(ROOT.glob("*.yaml")):
        if not file.name.endswith(".test.yaml"):
            yield file.read_text(encoding="utf-8")


def _take_over(connection: Connection, count: int) -> None:
    """Let the many follow the published definitions, belong to people of the company, and the feed go on after them."""
    for process in set(PROCESSES):
        _follow(connection, read((ROOT / f"{process}.yaml").read_text(encoding="utf-8")))
    for table, column, old, new in (
        (task_seat, "who", "user:agent1", f"user:{AGENT}"),
        (approval_seat, "who", "user:agent2", f"user:{APPROVER}"),
        (record_reader, "who", "user:person7", f"user:{REQUESTER}"),
        (record_value, "value", "agent1", AGENT),
        (record_value, "value", "group1", "mail_team"),
    ):
        connection.execute(update(table).where(table.c[column] == old).values({column: new}))
    told = {"previous_head": "", "fence": 0.0, "void": False, "at": NOW, "kind": "comment", "name": ""}
    connection.execute(insert(journal).values(record="", seq=1, head="h", feed=count + 1, event={}, lines=[], **told))


def _follow(connection: Connection, definition: Definition) -> None:
    """Let the records of a process follow it, in states that it has."""
    ends = {state.final: name for name, state in list(definition.states.items())[::-1]}
    for old in (*STATES, ENDED):
        new = old if old in definition.states else ends[old == ENDED]
        body = func.replace(cast(record.c.body, Text), f'"state":"{old}"', f'"state":"{new}"')
        told = {"digest": definition.digest, "state": new, "body": body}
        connection.execute(
            update(record).where(record.c.process == definition.process, record.c.state == old).values(told)
        )


async def _live(database: Database, story: Story, number: int) -> None:
    published = await definitions.newest(database, story.process)
    assert published is not None
    definition = read(published.source)
    acts: tuple[Act, ...] = ((story.by, "start", story.given), *story.acts)
    now = NOW - 3_600 + 60 * number
    given = unbegun(definition)._replace(id=f"{definition.number}{9_000_000 + number}")
    for place, act in enumerate(acts):
        event = await _event(database, given, act)
        event = event._replace(kind=Kind.START, name="start") if place == 0 else event
        given = await _happens(database, definition, given, event._replace(id=f"{given.id}.{place}", now=now + place))


async def _event(database: Database, given: Record, act: Act) -> Event:
    """Make an event of what somebody does, or of the failure of the call that a record waits for."""
    who, name, data = act
    if act == FAILS:
        return Event(Kind.RESULT, next(path for path, token in given.tokens.items() if token.kind == "call"), data=data)
    return Event(Kind.ACT, name, await _actor(database, who), data)


async def _actor(database: Database, name: str) -> Actor:
    row = (await organisation(database)).find("user", name)
    assert row is not None, name
    return Actor(name, row["name"], tuple(row["roles"]), tuple(row["groups"]))


async def _happens(database: Database, definition: Definition, before: Record, event: Event) -> Record:
    """Let an event happen to a record as its workflow would, and write it."""
    outcome, _ = await ask(
        database, event.now, lambda known, asked: advance(definition, before, event._replace(facts=known, asked=asked))
    )
    assert isinstance(outcome, Advanced), outcome
    advanced = seal(outcome, before.head)
    await project(
        database,
        Projection(
            record=snapshot(advanced.record),
            event=event_told(advanced),
            lines=[line_json(line) for line in advanced.lines],
            outbox=[],
            fence=event.now,
            previous_head=before.head,
            index=index_of(listing(definition, advanced.record)),
        ),
    )
    return advanced.record
