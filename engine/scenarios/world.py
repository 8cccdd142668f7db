"""The simulated world of one case: its clock, its records and their courses, and what answers calls and facts."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from engine.actions import Action, actions
from engine.advance import advance, next_event
from engine.calls import open_calls
from engine.errors import Missing, StepFailed
from engine.facts import answer
from engine.messages import MESSAGE
from engine.news import ORGANISATION_CHANGED
from engine.record import (
    Actor,
    Advanced,
    Event,
    Json,
    Kind,
    Needs,
    Outgoing,
    Plain,
    Reason,
    Record,
    Refused,
)
from engine.record_facts import is_about_records, process_of
from engine.records import LOOKING
from engine.scenarios.courses import Course, Told
from engine.scenarios.coverage import Reached
from engine.scenarios.deliveries import deliver
from engine.scenarios.known import LOOKED_UP
from engine.scenarios.record_facts import answer_of_records, as_the_store_says
from engine.scenarios.script import Answers, Case, Script, WantedCall
from engine.scope import calendar_of, moment
from engine.sensitive import sealed
from engine.timers import earliest
from engine.turn import Turn, fact_key
from engine.undoing import ending_calls
from language.calendars import ALWAYS_OPEN, Calendar
from language.definition import Definition
from language.inputs import Zone, read
from language.operations import EvaluationRefused
from language.organisation import Organisation
from language.values import FieldType, Shape

MOST_EVENTS = 5_000
"""How many events a case may bring: a timer that stays blocked for weeks needs a few thousand."""

DATETIME = Shape(FieldType.DATETIME)


class World:
    """Everything around the records of one case; its clock moves only by `until`."""

    def __init__(self, definitions: Mapping[str, Definition], script: Script, case: Case, reached: Reached) -> None:
        """Begin when the case does, with no records."""
        self.courses: dict[str, Course] = {}
        self._post: list[tuple[Course, Outgoing]] = []
        self._definitions = definitions
        self._organisation = script.organisation
        self._reached = reached
        self._answers = dict(case.answers)
        self._said = dict(case.facts)
        self._facts: Plain = {}
        self._events = 0
        self.now = _seconds(case.at, lambda _local: 0.0)  # near enough for finding the calendar
        self.now = self.instant(case.at, self.of_process(script.process))

    def course(self, process: str) -> Course | None:
        """Make the course of a record of a process that is yet to be started; None where there is no such process."""
        return self.of_process(process) if process in self._definitions else None

    def of_process(self, process: str) -> Course:
        """Make the course of a record, of a process that there is."""
        definition = self._definitions[process]
        number = 1 + sum(course.definition.number == definition.number for course in self.courses.values())
        name = f"{definition.number}{number:07}"
        return Course(definition, Record(name, process, definition.version, definition.digest))

    def actor(self, person: str) -> Actor:
        """Give a person of the organisation as an actor."""
        row = self._organisation.of("user")[person]
        return Actor(person, str(row["name"]), tuple(row["roles"]), tuple(row["groups"]))

    def say(self, facts: Mapping[str, Json]) -> None:
        """Let the organisation answer these facts so from now on."""
        self._said.update(facts)
        self._facts = {}

    def absent(self, who: str, since: float, until: float, delegate: str | None) -> tuple[Reason, ...]:
        """Let somebody be away for a time (seconds); every open record is told that the organisation has changed."""
        times = {name: moment(each).isoformat() for name, each in (("from", since), ("until", until))}
        number = f"absence-{len(self._organisation.of('absence')) + 1}"
        row = {"person": who, "delegate": delegate, **times}
        self._organisation = self._organisation.merged(Organisation({"absence": {number: row}}))
        self.say({})
        changed = Event(Kind.OCCUR, ORGANISATION_CHANGED, now=self.now)
        told = (self.happen(course, changed) for course in tuple(self.courses.values()) if not course.record.final)
        return next((reasons for reasons in told if reasons), ()) or self.until(self.now)

    def happen(self, course: Course, event: Event, name: str = "") -> tuple[Reason, ...]:
        """Let something happen to a record, and deliver what goes on from it to others, until nothing goes on.

        A record that starts is one of the case's by the `name` it gets. Gives the reasons why it is refused.
        """
        reasons = self.take(course, event)
        if name and not reasons:
            self.courses[name] = course
        while self._post:
            deliver(self, *self._post.pop(0))
        return reasons or self._too_much()

    def take(self, course: Course, event: Event) -> tuple[Reason, ...]:
        """Let something happen to a record, with everything that is due before it, and answer the calls that it opens.

        Nothing is delivered to other records. Gives the reasons why it is refused.
        """
        data = self._sealed(course, event)
        if isinstance(data, Refused):
            return data.reasons
        waiting = [event._replace(data=data)]
        while waiting:
            self._events += 1
            if reasons := self._too_much():
                return reasons
            following = next_event(course.record, waiting[0])
            outcome = self._advance(course, following)
            if isinstance(outcome, Refused):
                return outcome.reasons
            self._take(course, outcome)
            if following == waiting[0]:
                del waiting[0]
            waiting = [*self._results(course), *waiting]
        return ()

    def _too_much(self) -> tuple[Reason, ...]:
        if self._events <= MOST_EVENTS:
            return ()
        return (Reason("state", "no-end", f"more than {MOST_EVENTS} events in one case: let less time pass"),)

    def until(self, instant: float) -> tuple[Reason, ...]:
        """Let time pass, stopping at every deadline on the way."""
        while (due := self._due(instant)) is not None:
            course, self.now = due
            reasons = self.happen(course, Event(Kind.TICK, now=self.now))
            if reasons:
                return reasons
        self.now = instant
        return ()

    def calendar(self, course: Course) -> Calendar:
        """Give the calendar of a record's process; one that cannot be told is always open, in UTC."""
        while True:
            event = Event(Kind.TICK, now=self.now, facts=self._facts)
            try:
                return calendar_of(Turn(course.definition, course.record, event))
            except Missing as missing:
                self._learn(missing.keys)
            except (StepFailed, EvaluationRefused):
                return ALWAYS_OPEN

    def instant(self, written: str, course: Course) -> float:
        """Give the instant of a time that a case writes; without an offset it is one of the record's calendar."""
        return _seconds(written, self.zone(course))

    def zone(self, course: Course) -> Zone:
        """Give the clocks on which a case reads times of a record."""
        hours = self.calendar(course)
        return lambda local: hours.ahead(local.replace(tzinfo=UTC).timestamp())

    def actions(self, course: Course, person: str) -> tuple[Action, ...]:
        """List what a person may do to a record now."""
        definition, record, actor = course.definition, course.record, self.actor(person)
        facts = self._facts
        while isinstance(found := actions(definition, record, actor, self.now, facts), Needs):
            facts = {**facts, **self._learn(found.keys)}
        return found

    def _due(self, instant: float) -> tuple[Course, float] | None:
        """Give the course whose deadline comes first, up to an instant, and when it acts."""
        dues = ((earliest(course.record), course) for course in self.courses.values())
        times = [(max(due, self.now), course) for due, course in dues if due is not None and due <= instant]
        when, course = min(times, key=lambda pair: pair[0], default=(0.0, None))
        return None if course is None else (course, when)

    def _sealed(self, course: Course, event: Event) -> Plain | Refused:
        """Seal what is given for sensitive fields, as the edge would; here anybody can read the seal."""
        known = event._replace(facts=self._facts)
        while isinstance(data := sealed(course.definition, course.record, known, json.dumps), Needs):
            known = known._replace(facts=self._learn(data.keys))
        return data

    def _advance(self, course: Course, event: Event) -> Advanced | Refused:
        known = event._replace(facts=self._facts, facts_at=self.now)
        while isinstance(outcome := advance(course.definition, course.record, known), Needs):
            known = known._replace(facts={**known.facts, **self._learn(outcome.keys)})
        return outcome

    def _learn(self, keys: Iterable[str]) -> Plain:
        """Ask for facts, and give everything that is known now; what is asked about records is not kept."""
        asked = {key: self._fact(key) for key in keys}
        self._facts = {**self._facts, **{key: each for key, each in asked.items() if _stays(key)}}
        return {**self._facts, **asked}

    def _fact(self, key: str) -> Json:
        name = json.loads(key)[0]
        if name in self._said:
            return as_the_store_says(name, self._said[name])
        if not is_about_records(key):
            return answer(self._organisation, (key,), self.now)[key]
        definition = self._definitions.get(process_of(key)) if name in LOOKING else None
        return answer_of_records(definition, self.courses.values(), key)

    def _take(self, course: Course, outcome: Advanced) -> None:
        """Write down what an event has brought about."""
        if course.definition is self._reached.definition:
            self._reached.note(course.record.fields, outcome)
        who = outcome.event.actor.label if outcome.event.actor else ""
        course.record = outcome.record
        course.journal.extend(Told(self.now, who, line) for line in outcome.lines)
        for row in outcome.outbox:
            if row.kind == MESSAGE:
                course.sent.extend(self._recipients(row))
            else:
                self._post.append((course, row))

    def _recipients(self, row: Outgoing) -> tuple[str, ...]:
        """Say to whom a message goes, as the relay would find them out: `message to person`."""
        people = self._fact(fact_key("people", row.body["to"]))["value"]
        return tuple(f"{row.body['message'] or row.body['text']} to {person['id']}" for person in people)

    def _results(self, course: Course) -> list[Event]:
        """Give the results of the calls that have been opened, where the case has an answer for them.

        A call that was asked to stop does so at once.
        """
        stopped = {"cancelled": True}
        results = [Event(Kind.RESULT, path, data=stopped, now=self.now) for path in ending_calls(course.record)]
        for call in open_calls(course.record):
            this = (call.key, course.record.tokens[call.path].seq)
            if this in course.asked:
                continue
            course.asked[this] = None
            course.called.append(WantedCall(call.action, call.input))
            given = self.answer(call.action)
            if given is not None:
                results.append(Event(Kind.RESULT, call.path, data=given, now=self.now))
        return results

    def is_answered(self, name: str) -> bool:
        """Say whether the case says what an action, or a record of a process, comes to."""
        return name in self._answers

    def answer(self, action: str) -> Plain | None:
        """Give what the case says that an action or a record comes to; None where it says nothing (any more)."""
        answers = self._answers.get(action)
        if answers is None or not answers.each:
            return None
        if answers.in_turn:
            self._answers[action] = Answers(answers.each[1:], in_turn=True)
        return answers.each[0]


def _stays(key: str) -> bool:
    """Say whether a fact is the same at another time, until the organisation changes."""
    return json.loads(key)[0] in LOOKED_UP and not is_about_records(key)


def _seconds(written: str, zone: Zone) -> float:
    return datetime.fromisoformat(str(read(DATETIME, written, zone))).timestamp()
