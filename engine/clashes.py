"""What speaks against everything that is booked, as a calendar shows it: by the rules of `conflicts(…)`."""

from collections.abc import Mapping, Sequence

from engine.planning import Plan, Row
from engine.plans import Booking
from engine.related import around
from language.organisation import Organisation


def clashes(organisation: Organisation, bookings: Sequence[Booking]) -> Mapping[Booking, tuple[Row, ...]]:
    """Give what speaks against each booking that something speaks against: freezes, windows and other bookings.

    Of one record the bookings do not speak against each other, as in the fact.
    """
    of: dict[str, list[Booking]] = {}
    for each in bookings:
        of.setdefault(each.what, []).append(each)
    found: dict[Booking, tuple[Row, ...]] = {}
    for what, booked in of.items():
        _, _, name = what.partition(":")
        beside = [each for other in around(organisation, name) for each in of.get(other, ())]
        plan = Plan(organisation, (name,), beside)
        for each in booked:
            rows = tuple(row for row in plan.conflicts(each.since, each.until) if row.other != each.record)
            if rows:
                found[each] = rows
    return found
