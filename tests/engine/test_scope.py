"""The names an expression sees, and how values that are written are filled in."""

import pytest

from engine.record import Event, Kind
from tests.engine.builders import BOB, act, begun, occur

NAMES = """
calendar: %s
fields: {out: long_text, at: datetime, service: {type: ref, of: service}, share: number, list: {type: list, of: text}}
tables: {limits: {given: [share], gives: [least, most], rows: [["1", 60%%, 2.5], ["2", {a: 1}, null]]}}
states:
  first:
    do: [{task: Look, for: [desk]}]
    transitions:
      tell: {by: [agent], ask: [share, at], then: [{set: {out: %s}}]}
      heard: {event: news, then: [{set: {out: "{{ event.deep.x }}"}}]}
      said: {event: out.replied}
"""


@pytest.mark.parametrize(
    ("written", "out"),
    [
        ('"{{ id }} {{ state }} {{ open_tasks }}"', "THG1 first 1"),
        (
            '"{{ now }} {{ created_at }} {{ updated_at }}"',
            "2026-03-06 10:00 UTC 2026-03-06 10:00 UTC 2026-03-06 10:00 UTC",
        ),
        ('"{{ created_by }} {{ actor.id }} {{ parent }}{{ watchers }}"', "Bob Baker bob "),
        ('"{{ service.owner.manager }}{{ service.owner.id }} {{ service.label }}"', "dan E-mail"),
        ('"{{ service.title }} {{ service.agreement.title }} {{ service.colour }}"', "E-mail Gold "),
        ('"{{ limits.least }} {{ limits.most + 1 }}"', "60% 3.5"),
        ("\"{{ at + '1 business day' }}\"", "2026-03-10 10:00 UTC"),
        ("\"{{ at - '2 business days' }}\"", "2026-03-04 10:00 UTC"),
        ("\"{{ '2026-03-06 12:00' > at }}\"", "yes"),
        ('"{{ event.share }}"', "1"),
        ("literal", "literal"),
        ("=out", None),
        ("null", None),
        ('"{{ tasks }}"', None),
    ],
)
def test_a_definition_may_read(written: str, out: str | None) -> None:
    life = begun(NAMES % ("office", written), service="mail", at="2026-03-06 11:00").happen(act("tell", BOB, share=1))
    assert (life.fields["out"], life.record.faults) == (out, {})


def test_a_table_without_a_row_that_fits_gives_nothing() -> None:
    life = begun(NAMES % ("office", '"{{ limits.least }}-"')).happen(act("tell", BOB, share=3))
    assert life.fields["out"] == "-"


def test_a_name_without_a_meaning_fails_the_step() -> None:
    life = begun(NAMES % ("office", "=nonsense")).happen(act("tell"))
    assert life.record.faults["1"].text == 'out: "nonsense": nothing is named "nonsense" here'


def test_an_event_brings_its_members() -> None:
    assert begun(NAMES % ("office", "x")).happen(occur("news", deep={"x": 1.5})).fields["out"] == "1.5"


def test_before_the_start_the_starter_is_the_one_who_created_it() -> None:
    text = """
start: {to: first}
fields:
  by: {type: user, default: =created_by}
  at: {type: datetime, default: =created_at}
  on: {type: datetime, default: =updated_at}
states: {first: {}}
"""
    life = begun(text)
    assert life.fields["by"] == {"id": "bob", "label": "Bob Baker"}
    assert (life.fields["at"], life.fields["on"]) == ("2026-03-06T10:00:00Z", "2026-03-06T10:00:00Z")
    assert begun(text, None).fields["by"] is None


@pytest.mark.parametrize(("calendar", "hours"), [("office", 1), ("\"='office'\"", 1), ("null", 0)])
def test_the_calendar_of_the_process_says_what_its_clocks_show(calendar: str, hours: int) -> None:
    life = begun(NAMES % (calendar, "x")).happen(act("tell", BOB, at="2026-03-06 12:00"))
    assert life.fields["at"] == f"2026-03-06T{12 - hours}:00:00Z"


def test_a_calendar_may_be_one_a_field_refers_to() -> None:
    life = begun("calendar: =hours\nfields: {hours: {type: ref, of: calendar}, at: datetime}\nstates: {first: {}}")
    life.record = life.record._replace(fields={"hours": {"id": "office", "label": "Office"}, "at": None})
    life.happen(Event(Kind.EDIT, actor=BOB, data={"at": "2026-03-06 12:00"}))
    assert life.fields["at"] == "2026-03-06T11:00:00Z"


def test_a_fact_may_be_called_with_names() -> None:
    text = """
fields: {service: {type: ref, of: service}}
states: {first: {do: [{set: {service: "=weather(service, where='x')"}}]}}
"""
    life = begun(text, service="mail")
    assert (life.fields["service"], life.record.faults) == (None, {})
