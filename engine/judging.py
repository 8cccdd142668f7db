"""Judges an event without carrying it out: what would come of it, after everything that has to happen before it."""

from engine.advance import advance, next_event
from engine.record import Advanced, Event, Kind, Outcome, Record
from language.definition import Definition


def judge(definition: Definition, record: Record, event: Event) -> Outcome:
    """Give what the event would come to, with what is due before it done on a copy (docs/language/index.md)."""
    while True:
        following = next_event(record, event)
        if following.kind is Kind.TICK and event.kind is not Kind.TICK:
            following = following._replace(facts=event.facts)
        outcome = advance(definition, record, following)
        if following.kind is event.kind or not isinstance(outcome, Advanced):
            return outcome
        record = outcome.record
