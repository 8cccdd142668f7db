"""The simulated world of one case: its records live on the pure engine, and its clock moves only by `until`."""

import json
from collections.abc import Mapping

from engine.advance import advance, next_event
from engine.calls import open_calls
from engine.identity import standing
from engine.messages import MESSAGE
from engine.record import Advanced, Event, Json, Kind, Needs, Outgoing, Reason, Refused
from engine.record_facts import process_of
from engine.records import LOOKING
from engine.scenarios.courses import Course, Told
from engine.scenarios.coverage import Reached
from engine.scenarios.deliveries import deliver
from engine.scenarios.record_facts import answer_of_records
from engine.scenarios.scene import Reasons, Scene
from engine.scenarios.script import Case, Script, WantedCall
from engine.timers import earliest
from engine.turn import fact_key
from engine.undoing import ending_calls
from language.definition import Definition

MOST_EVENTS = 5_000
"""How many events a case may bring: a timer that stays blocked for weeks needs a few thousand."""


class World(Scene):
    """Everything around the records of one case, simulated."""

    def __init__(self, definitions: Mapping[str, Definition], script: Script, case: Case, reached: Reached) -> None:
        """Begin when the case does, with no records."""
        super().__init__(definitions, script, case)
        self._post: list[tuple[Course, Outgoing]] = []
        self._reached = reached
        self._events = 0

    def happen(self, course: Course, event: Event, name: str = "") -> Reasons:
        """Let something happen to a record, and deliver what goes on from it to others, until nothing goes on.

        A record that starts is one of the case's by the `name` it gets. Gives the reasons why it is refused.
        """
        reasons = self.take(course, event)
        if name and not reasons:
            self.courses[name] = course
        while self._post:
            deliver(self, *self._post.pop(0))
        return reasons or self._too_much()

    def take(self, course: Course, event: Event) -> Reasons:
        """Let something happen to a record, with everything that is due before it, and answer the calls that it opens.

        Nothing is delivered to other records. Gives the reasons why it is refused.
        """
        data = self.sealed(course, event)
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

    def _too_much(self) -> Reasons:
        if self._events <= MOST_EVENTS:
            return ()
        return (Reason("state", "no-end", f"more than {MOST_EVENTS} events in one case: let less time pass"),)

    def until(self, instant: float) -> Reasons:
        """Let time pass, stopping at every deadline on the way."""
        while (due := self._due(instant)) is not None:
            course, self.now = due
            reasons = self.happen(course, Event(Kind.TICK, now=self.now))
            if reasons:
                return reasons
        self.now = instant
        return ()

    def _due(self, instant: float) -> tuple[Course, float] | None:
        """Give the course whose deadline comes first, up to an instant, and when it acts."""
        dues = ((earliest(course.record), course) for course in self.courses.values())
        times = [(max(due, self.now), course) for due, course in dues if due is not None and due <= instant]
        when, course = min(times, key=lambda pair: pair[0], default=(0.0, None))
        return None if course is None else (course, when)

    def _advance(self, course: Course, event: Event) -> Advanced | Refused:
        known = event._replace(facts=self._facts, facts_at=self.now)
        while isinstance(outcome := advance(course.definition, course.record, known), Needs):
            known = known._replace(facts={**known.facts, **self.learn(outcome.keys)}, asked=known.asked + 1)
        return outcome

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
        people = self.fact(fact_key("people", row.body["to"]))["value"]
        return tuple(f"{row.body['message'] or row.body['text']} to {person['id']}" for person in people)

    def _results(self, course: Course) -> list[Event]:
        """Give the results of the calls that have been opened, where the case has an answer for them.

        A call that was asked to stop does so at once.
        """
        stopped = {"cancelled": True}
        results = [Event(Kind.RESULT, path, data=stopped, now=self.now) for path in ending_calls(course.record)]
        for call in open_calls(course.record):
            this = (call.key, course.record.tokens[standing(course.record, call.path)].seq)
            if this in course.asked:
                continue
            course.asked[this] = None
            course.called.append(WantedCall(call.action, call.input))
            given = self.answer(call.action)
            if given is not None:
                results.append(Event(Kind.RESULT, call.path, data=given, now=self.now))
        return results

    def about_records(self, key: str) -> Json:
        """Answer a fact about records from those of the case."""
        definition = self.definitions.get(process_of(key)) if json.loads(key)[0] in LOOKING else None
        return answer_of_records(definition, self.courses.values(), key)
