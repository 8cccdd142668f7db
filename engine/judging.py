"""Judges an event without carrying it out: what would come of it, after everything that has to happen before it."""

from engine.advance import next_event
from engine.deciding import decide
from engine.record import Advanced, Event, Kind, Outcome, Record
from language.definition import Definition


def judge(definition: Definition, record: Record, event: Event, into: Definition | None = None) -> Outcome:
    """Give what the event would come to, with what is due before it done on a copy (docs/language/index.md).

    `into` is the version that a record is to be moved to.
    """
    while True:
        following = next_event(record, event)
        if following.kind is Kind.TICK and event.kind is not Kind.TICK:
            following = following._replace(facts=event.facts, asked=event.asked)
        outcome = decide(definition, record, following, into)
        if following.kind is event.kind or not isinstance(outcome, Advanced):
            return outcome
        record = outcome.record
