"""Small definitions, an organisation, and records that live through events, for the tests of the engine."""

import json
from functools import cache
from typing import Any

from engine import size
from engine.advance import advance, next_event
from engine.chain import seal
from engine.facts import answer
from engine.record import Actor, Advanced, Event, Kind, Line, Needs, Outcome, Outgoing, Record, Refused
from engine.snapshot import restore, snapshot
from language.definition import Definition
from language.organisation import Organisation
from language.organisation_reading import read_organisation
from language.reading import read_definition

NOW = 1772791200.0  # Friday 2026-03-06 10:00 UTC, 11:00 on the clocks of the office
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0

ANN = Actor("ann", "Ann Archer", ("requester",))
BOB = Actor("bob", "Bob Baker", ("agent",), ("desk",))
CLEO = Actor("cleo", "Cleo Cole", ("agent",), ("desk",))
DAN = Actor("dan", "Dan Drake", ("boss",))

ORGANISATION = read_organisation(
    {
        "all.yaml": """
roles: {agent: {title: Agent}, requester: {title: Requester}, boss: {title: Boss}, nobodys: {title: Nobody's}}
groups:
  desk: {title: Desk, lead: cleo}
  empty: {title: Nobody}
people:
  ann: {name: Ann Archer, roles: [requester], groups: [], manager: dan}
  bob: {name: Bob Baker, roles: [agent], groups: [desk], manager: cleo}
  cleo: {name: Cleo Cole, roles: [agent], groups: [desk], manager: dan}
  dan: {name: Dan Drake, roles: [boss], groups: []}
  eve: {name: Eve Early, roles: [agent], groups: [desk], active: false}
calendars:
  office:
    zone: Europe/Berlin
    hours: {mon: 09:00-17:00, tue: 09:00-17:00, wed: 09:00-17:00, thu: 09:00-17:00, fri: 09:00-17:00}
    holidays: [2026-03-09]
agreements:
  gold: {title: Gold, calendar: office, targets: {fix: {P1: 1 hour, P3: 4 business hours}}}
  plain: {title: Plain}
services:
  mail: {title: E-mail, owner: dan, group: desk, criticality: high, agreement: gold}
  web: {title: Web shop, owner: bob, group: desk, criticality: high, agreement: plain}
freezes:
  march: {title: March freeze, services: [mail], from: 2026-03-06 12:00, until: 2026-03-06 14:00, calendar: office}
  always: {services: all, from: 2027-01-01 00:00, until: 2027-01-02 00:00, calendar: office}
"""
    }
)

HEAD = {
    "process": "process: thing",
    "version": "version: 1",
    "title": "title: Thing",
    "number": "number: THG",
    "owner": "owner: boss",
    "write": "write: [agent]",
    "fields": "fields: {summary: text}",
}


@cache
def a_definition(text: str) -> Definition:
    """Read a definition of which only what matters is written; the rest of its head is filled in.

    Without a `start` of its own it begins in its first state, and every field may be filled in.
    """
    keys = [line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()]
    head = [line for key, line in HEAD.items() if key not in keys]
    if "start" not in keys:
        draft = read_definition("\n".join([*head, "start: {to: draft}", text]))
        head.append(f"start: {{to: {next(iter(draft.states))}, ask: [{', '.join(draft.fields)}]}}")
    return read_definition("\n".join([*head, text]))


def outcome(definition: Definition, record: Record, event: Event, organisation: Organisation = ORGANISATION) -> Outcome:
    """Give what an event comes to, with the facts it asks for."""
    while isinstance(found := advance(definition, record, event), Needs):
        assert not set(found.keys) & set(event.facts), found
        facts = {**event.facts, **answer(organisation, found.keys, event.now)}
        event = event._replace(facts=facts, asked=event.asked + 1)
    return found


def through_json(record: Record) -> Record:
    """Send a record through JSON and back, as continue-as-new and the store do."""
    return restore(json.loads(json.dumps(snapshot(record))))


class Life:
    """A record that lives through events: where it stands, and what the last one brought about."""

    def __init__(self, definition: Definition, organisation: Organisation = ORGANISATION, now: float = NOW) -> None:
        """Begin before the start."""
        self.definition = definition
        self.organisation = organisation
        self.record = Record("THG1", definition.process, definition.version, definition.digest)
        self.now = now
        self.lines: list[Line] = []
        self.outbox: list[Outgoing] = []

    @property
    def state(self) -> str:
        return self.record.state

    @property
    def fields(self) -> dict[str, Any]:
        return dict(self.record.fields)

    def happen(self, event: Event) -> "Life":
        """Let what is due and then the event happen; it must be taken."""
        self.lines, self.outbox = [], []
        event = event._replace(now=self.now)
        while True:
            following = next_event(self.record, event)
            if following.kind is Kind.TICK and not self._due():
                return self
            found = outcome(self.definition, self.record, following, self.organisation)
            assert isinstance(found, Advanced), found
            sealed = seal(found, self.record.head)
            assert sealed.record.seq == self.record.seq + 1
            assert through_json(sealed.record) == sealed.record
            grown = size.of(sealed.record) - size.of(self.record)
            assert sealed.record.size - self.record.size == grown
            self.record = through_json(sealed.record)
            self.lines.extend(sealed.lines)
            self.outbox.extend(sealed.outbox)
            if following is event:
                return self

    def refused(self, event: Event) -> list[str]:
        """Let an event be refused; give the texts of the reasons."""
        found = outcome(self.definition, self.record, event._replace(now=self.now), self.organisation)
        assert isinstance(found, Refused), found
        assert found.reasons
        return [reason.text for reason in found.reasons]

    def pass_(self, seconds: float) -> "Life":
        """Let time pass, stopping at every deadline on the way."""
        end = self.now + seconds
        lines: list[Line] = []
        outbox: list[Outgoing] = []
        while (due := self._earliest()) is not None and due <= end:
            self.now = max(self.now, due)
            self.happen(Event(Kind.TICK))
            lines, outbox = lines + self.lines, outbox + self.outbox
        self.now = end
        self.lines, self.outbox = lines, outbox
        return self

    def told(self) -> list[str]:
        """The kinds of the journal's lines, without the fields written."""
        return [line.what for line in self.lines if line.what != "field"]

    def line(self, what: str) -> Line:
        """The only line of a kind."""
        (found,) = [line for line in self.lines if line.what == what]
        return found

    def sent(self) -> list[tuple[str, list[list[str]]]]:
        """The messages sent: name or text, and to whom."""
        return [(row.body["message"] or row.body["text"], row.body["to"]) for row in self.outbox]

    def open(self, kind: str) -> list[str]:
        """The paths of what is open of a kind."""
        return [path for path, token in self.record.tokens.items() if token.kind == kind]

    def _earliest(self) -> float | None:
        from_record = next_event(self.record, Event(Kind.EDIT, now=float("inf")))
        if from_record.kind is not Kind.TICK:
            return None
        return min(
            [
                *(timer.due if timer.retry is None else timer.retry for timer in self.record.timers.values()),
                *(token.due for token in self.record.tokens.values() if token.due is not None),
                *(clock.alarm for clock in self.record.targets.values() if clock.alarm is not None),
            ]
        )

    def _due(self) -> bool:
        due = self._earliest()
        return due is not None and due <= self.now


def begun(text: str, who: Actor | None = BOB, /, **fields: Any) -> Life:
    """Give a record of a definition that has been started with these fields."""
    return Life(a_definition(text)).happen(Event(Kind.START, actor=who, data=fields))


def act(name: str, who: Actor = BOB, /, **data: Any) -> Event:
    return Event(Kind.ACT, name, who, data)


def edit(who: Actor = BOB, /, **data: Any) -> Event:
    return Event(Kind.EDIT, "", who, data)


def comment(text: str, who: Actor = BOB, *, internal: bool = False) -> Event:
    return Event(Kind.COMMENT, "", who, {"text": text, "internal": internal})


def occur(name: str, **data: Any) -> Event:
    return Event(Kind.OCCUR, name, None, data)


def result(path: str, **data: Any) -> Event:
    return Event(Kind.RESULT, path, None, {"result": data})


def failure(path: str, code: str = "failed", text: str = "It broke") -> Event:
    return Event(Kind.RESULT, path, None, {"error": {"code": code, "text": text}})


def complete(path: str, who: Actor = BOB, /, **data: Any) -> Event:
    return Event(Kind.COMPLETE, path, who, data)


def claim(path: str, who: Actor = BOB) -> Event:
    return Event(Kind.CLAIM, path, who)


def release(path: str, who: Actor = BOB) -> Event:
    return Event(Kind.RELEASE, path, who)


def vote(name: str, who: Actor = BOB, choice: str = "yes", comment: str | None = None, **data: Any) -> Event:
    return Event(Kind.VOTE, name, who, {"choice": choice, "comment": comment, **data})


def retry(number: str, who: Actor = BOB) -> Event:
    return Event(Kind.RETRY, number, who)


def skip(number: str, who: Actor = BOB, /, **data: Any) -> Event:
    return Event(Kind.SKIP, number, who, data)
