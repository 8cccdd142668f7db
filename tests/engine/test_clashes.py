"""What speaks against everything that is booked is found by the same rules as a plan's own conflicts."""

from itertools import product

from engine.clashes import clashes
from engine.facts import answer
from engine.plans import Booking
from engine.turn import fact_key
from engine.windows import said, seconds, spans
from tests.engine.test_planning import NIGHT, ORGANISATION, a_booking

EVENING = ("07 20:00", "07 21:30")
BOOKED = (
    a_booking("configuration_item:rack", *NIGHT, record="CHG1"),
    a_booking("configuration_item:web", *NIGHT, record="CHG1"),
    a_booking("configuration_item:web", *EVENING, record="CHG2"),
    a_booking("service:mail", *EVENING, record="CHG3"),
    a_booking("service:gone", *EVENING, record="CHG4"),
    a_booking("service:intranet", *EVENING, record="CHG5"),
)


def asked(booking: Booking) -> list[tuple[str, str]]:
    """Ask the fact for one booking alone."""
    name = booking.what.partition(":")[2]
    key = fact_key("conflicts", booking.record, name, said(booking.since), said(booking.until))
    others = tuple(each for each in BOOKED if each.record != booking.record)
    return [(row["kind"], row["with"]) for row in answer(ORGANISATION, [key], 0.0, {key: others})[key]["value"]]


def test_every_booking_has_what_the_fact_says_about_it() -> None:
    found = clashes(ORGANISATION, BOOKED)
    assert {each: [(row.kind, row.other) for row in found.get(each, ())] for each in BOOKED} == {
        each: asked(each) for each in BOOKED
    }
    assert [row.kind for row in found[BOOKED[1]]] == ["maintenance", "same"]
    assert "CHG2 on web from 2026-03-07 20:00 UTC" in found[BOOKED[0]][0].text
    assert BOOKED[4] not in found


def test_bookings_of_one_record_do_not_speak_against_each_other() -> None:
    own = tuple(
        Booking("CHG1", what, *times) for what, times in product(("service:mail", "service:shop"), ((1.0, 2.0),))
    )
    assert clashes(ORGANISATION, own) == {}


def test_every_freeze_and_all_maintenance_is_given_whatever_it_covers() -> None:
    assert [each.id for each in spans(ORGANISATION, "freeze")] == ["year_end", "racks", "databases"]
    [fan] = spans(ORGANISATION, "maintenance")
    assert (fan.title, fan.since) == ("A new fan", seconds("2026-03-07 21:00Z"))
