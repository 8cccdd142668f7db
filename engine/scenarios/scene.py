"""What a case has around its records, whoever carries them out: its clock, its organisation, what actions answer.

`World` carries records out on the pure engine; the conformance tests have a scene on a real server.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from engine.actions import Action, actions
from engine.bookings import bookings
from engine.errors import Missing, StepFailed
from engine.facts import answer
from engine.news import ORGANISATION_CHANGED
from engine.planning import SoughtBookings, looks_at_bookings, sought
from engine.plans import Booking
from engine.record import Actor, Event, Json, Kind, Needs, Plain, Reason, Record, Refused
from engine.record_facts import is_about_records
from engine.scenarios.courses import Course
from engine.scenarios.known import LOOKED_UP
from engine.scenarios.record_facts import as_the_store_says
from engine.scenarios.script import Answers, Case, Script
from engine.scope import calendar_of, moment
from engine.sensitive import sealed
from engine.turn import Turn
from language.calendars import ALWAYS_OPEN, Calendar
from language.definition import Definition
from language.inputs import Zone, read
from language.operations import EvaluationRefused
from language.organisation import Organisation
from language.values import FieldType, Shape

DATETIME = Shape(FieldType.DATETIME)
Reasons = tuple[Reason, ...]


class Scene(ABC):
    """The surroundings of one case. Its records are in `courses`, by their names; `now` is in seconds.

    Instants and lengths of time that are less than `exact` seconds apart are the same to it.
    """

    exact = 1.0

    def __init__(self, definitions: Mapping[str, Definition], script: Script, case: Case) -> None:
        """Begin when the case does, with no records."""
        self.courses: dict[str, Course] = {}
        self.definitions = definitions
        self._organisation = script.organisation
        self._answers = dict(case.answers)
        self._said = dict(case.facts)
        self._facts: Plain = {}
        self.now: float = _seconds(case.at, lambda _local: 0.0)  # near enough for finding the calendar
        self.now = self.instant(case.at, self.of_process(script.process))

    @abstractmethod
    def happen(self, course: Course, event: Event, name: str = "") -> Reasons:
        """Let something happen to a record, with everything that comes of it; give the reasons why it is refused.

        A record that starts is one of the case's by the `name` it gets.
        """

    @abstractmethod
    def until(self, instant: float) -> Reasons:
        """Let time pass, with everything that is due on the way."""

    @abstractmethod
    def about_records(self, key: str) -> Json:
        """Answer a fact about the records of the case."""

    def booked(self, wanted: SoughtBookings) -> tuple[Booking, ...]:
        """Give what the records of the case have booked, of what matters to a fact."""
        everything = (each for course in self.courses.values() for each in bookings(course.definition, course.record))
        return tuple(each for each in everything if wanted.matter(each))

    def course(self, process: str) -> Course | None:
        """Make the course of a record of a process that is yet to be started; None where there is no such process."""
        return self.of_process(process) if process in self.definitions else None

    def of_process(self, process: str) -> Course:
        """Make the course of a record, of a process that there is."""
        definition = self.definitions[process]
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

    def absent(self, who: str, since: float, until: float, delegate: str | None) -> Reasons:
        """Let somebody be away for a time (seconds)."""
        times = {name: moment(each).isoformat() for name, each in (("from", since), ("until", until))}
        number = f"absence-{len(self._organisation.of('absence')) + 1}"
        row = {"person": who, "delegate": delegate, **times}
        return self.reorganise(Organisation({"absence": {number: row}}))

    def reorganise(self, rows: Organisation) -> Reasons:
        """Let the organisation have these rows, too; every open record is told that it has changed."""
        self._organisation = self._organisation.merged(rows)
        self.say({})
        changed = Event(Kind.OCCUR, ORGANISATION_CHANGED, now=self.now)
        told = (self.happen(course, changed) for course in tuple(self.courses.values()) if not course.record.final)
        return next((reasons for reasons in told if reasons), ()) or self.until(self.now)

    def calendar(self, course: Course) -> Calendar:
        """Give the calendar of a record's process; one that cannot be told is always open, in UTC."""
        while True:
            event = Event(Kind.TICK, now=self.now, facts=self._facts)
            try:
                return calendar_of(Turn(course.definition, course.record, event))
            except Missing as missing:
                self.learn(missing.keys)
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
            facts = {**facts, **self.learn(found.keys)}
        return found

    def sealed(self, course: Course, event: Event) -> Plain | Refused:
        """Seal what is given for sensitive fields, as the edge would; here anybody can read the seal."""
        known = event._replace(facts=self._facts)
        while isinstance(data := sealed(course.definition, course.record, known, json.dumps), Needs):
            known = known._replace(facts=self.learn(data.keys))
        return data

    def learn(self, keys: Iterable[str]) -> Plain:
        """Ask for facts, and give everything that is known now; what is the same at another time is kept."""
        asked = {key: self.fact(key) for key in keys}
        self._facts = {**self._facts, **{key: each for key, each in asked.items() if _stays(key)}}
        return {**self._facts, **asked}

    def fact(self, key: str) -> Json:
        """Answer a fact, as the case, the organisation or the records say."""
        told = self.told(key)
        return self.about_records(key) if told is None else told

    def told(self, key: str) -> Json | None:
        """Answer a fact as the case or its organisation says; None for one about records."""
        name = json.loads(key)[0]
        if name in self._said:
            return as_the_store_says(name, self._said[name])
        if is_about_records(key):
            return None
        booked = {key: self.booked(sought(self._organisation, key))} if looks_at_bookings(key) else {}
        return answer(self._organisation, (key,), self.now, booked)[key]

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
