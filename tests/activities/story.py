"""A record that lives in a test without Temporal: the engine decides, the store keeps, the test is its workflow."""

from typing import Any

from activities.projection import projection_of
from engine.advance import advance
from engine.chain import event_told, line_json, seal
from engine.facts import answer
from engine.listing import listing
from engine.record import Actor, Advanced, Event, Kind, Needs, Record
from engine.snapshot import snapshot
from language.organisation import Organisation
from language.organisation_reading import read_organisation
from language.reading import read_definition
from store import definitions
from store.database import Database
from store.projections import project
from tests import organisations
from workflows.messages import Head, ProjectionInput

PARCEL = """
process: parcel
version: 1
title: Parcel
number: PAR
owner: ann
calendar: office
read: [anyone]
write: [ann]
start: {to: packed, ask: [contents, weight, handed_over]}
fields:
  contents: {type: text, required: true}
  weight: {type: number, internal: true}
  handed_over: datetime
states:
  packed:
    entry: [{notify: packed, to: [ann, bob, zoe, dispatch], with: {place: ramp}}]
    transitions:
      send: {to: sent, by: [ann], then: [{notify: "Off it goes: {{ contents }}", to: [dispatch]}]}
  sent: {final: true}
"""

PACKED = """---
subject: "{{ id }}: {{ contents }} is packed"
---
Dear {{ recipient }}, **{{ contents }}** waits at {{ place }} since {{ handed_over }}.

[Open]({{ link }})
"""

AROUND = """
people:
  ann: {name: Ann Archer, email: ann@example.org, groups: [dispatch], roles: []}
  bob: {name: Bob Baker, email: bob@example.org, groups: [dispatch], roles: []}
  cat: {name: Cat Cooper, groups: [dispatch], roles: []}
  zoe: {name: Zoe Zander, email: zoe@example.org, groups: [], roles: [], active: false}
groups:
  dispatch: {title: Dispatch of parcels}
services:
  mail: {title: E-mail and calendar, owner: ann}
  lorries: {title: Lorries, owner: ann, group: dispatch}
calendars:
  office: {zone: Europe/Berlin, hours: {mon: 08:00-17:00, tue: 08:00-17:00}}
"""

NOON = 1772794800.0
"""Friday 2026-03-06, 12:00 in Berlin."""


async def nowhere(_record: str, _event: Event) -> int:
    """Reach no record: for actions that need none."""
    raise AssertionError("this action reaches no record")


def around() -> Organisation:
    """The organisation of the tests."""
    read = read_organisation({"around.yaml": AROUND})
    assert isinstance(read, Organisation)
    return read


async def prepare(url: str, source: str = PARCEL) -> None:
    """Fill a database with the organisation and the process."""
    database = Database(url)
    await organisations.apply(database, around().to_json(), by="ann", at=1.0)
    published = {"packed": PACKED}
    await definitions.publish(database, "parcel", 1, source, title="Parcel", messages=published, by="ann", at=1.0)
    await database.close()


class Story:
    """A record and the one who carries its events to the store; `head` is what its workflow would say."""

    def __init__(self, database: Database, name: str = "PAR0000001") -> None:
        self._database = database
        self._definition = read_definition(PARCEL)
        self._around = around()
        self._fence = 100.0
        self.record = Record(name, "parcel", 1, self._definition.digest)
        self.gone = False

    async def start(self, **fields: Any) -> "Story":
        """Begin: the parcel is packed."""
        await self.take(START._replace(data={**START.data, **fields}))
        return self

    async def take(self, event: Event) -> None:
        """Let something happen, and have it projected."""
        before, advanced = self.record, self.advanced(event)
        self.record = advanced.record
        await self._project(before, advanced)

    async def lose(self, event: Event) -> None:
        """Have an event projected of which Temporal never hears."""
        await self._project(self.record, self.advanced(event))

    async def keep(self, event: Event) -> None:
        """Let something happen whose projection has not come yet."""
        self.record = self.advanced(event).record

    async def send(self) -> None:
        """Let Ann send the parcel, which ends it."""
        await self.take(SEND)

    async def head(self, name: str) -> Head | None:
        """What its workflow says of itself."""
        assert name == self.record.id
        return None if self.gone else Head(self.record.seq, self.record.head)

    async def snapshot(self, name: str) -> dict[str, Any]:
        """All of it, as its workflow carries it."""
        assert name == self.record.id
        return snapshot(self.record)

    def advanced(self, event: Event) -> Advanced:
        """What the engine makes of an event, with the facts it needs."""
        event = event._replace(now=NOON, actor=event.actor or Actor("ann"))
        while isinstance(outcome := advance(self._definition, self.record, event), Needs):
            event = event._replace(facts={**event.facts, **answer(self._around, outcome.keys, NOON)})
        assert isinstance(outcome, Advanced), outcome
        return seal(outcome, self.record.head)

    async def _project(self, before: Record, advanced: Advanced) -> None:
        await project(self._database, projection_of(self.projection(before, advanced)))

    def projection(self, before: Record, advanced: Advanced) -> ProjectionInput:
        """An event as its workflow sends it to the store."""
        self._fence += 1
        return ProjectionInput(
            record=snapshot(advanced.record),
            event=event_told(advanced),
            lines=[line_json(line) for line in advanced.lines],
            outbox=[row._asdict() for row in advanced.outbox],
            fence=self._fence,
            previous_head=before.head,
            index=listing(self._definition, advanced.record),
        )


START = Event(Kind.START, data={"contents": "Books", "handed_over": "2026-03-06T10:00:00Z"})
SEND = Event(Kind.ACT, "send")
