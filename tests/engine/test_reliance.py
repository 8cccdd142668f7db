"""What a record relies on is named as a change names what it touches, and nothing else is."""

import pytest

from engine.listing import listing
from engine.reliance import relies_on, touched
from language.organisation import Organisation
from tests.engine.boards import ADA, NAME, asked
from tests.engine.builders import BOB, HOUR, ORGANISATION, Life, act, begun, vote
from tests.engine.test_seats import working

TEXT = """
calendar: office
fields:
  service: {type: ref, of: service}
  services: {type: list, of: service}
  rows: {type: list, of: {who: user}}
  caller: user
  keeper: {type: user, value: =service.owner}
  copy: {type: user, value: =caller}
  many: {type: yes_no, value: len(services.owner) > 1}
  begin: datetime
states:
  first:
    transitions:
      go: {to: second, at: =begin, when: "not frozen(service, now, now) and caller.active", blocked: Not now}
      on: {to: second, by: [agent]}
      own: {by: [agent], when: service.group is filled}
  second:
    transitions:
      by_itself: {to: third, auto: true, when: "caller.manager == keeper and 2 > 3"}
      end: {to: third, by: [agent]}
  third: {final: true}
"""


def relied(life: Life) -> list[str]:
    names = relies_on(life.definition, life.record)
    assert listing(life.definition, life.record)["relies_on"] == list(names)
    return list(names)


def test_it_relies_on_what_fields_that_are_kept_read() -> None:
    assert relied(begun(TEXT.replace("many: {type: yes_no, value: len(services.owner) > 1}", ""), service="mail")) == [
        "service:mail"
    ]
    assert (
        relied(begun("fields: {s: {type: ref, of: service}, k: {type: user, value: =s.owner}}\nstates: {first: {}}"))
        == []
    )
    assert relied(begun("fields: {caller: user}\nstates: {first: {}}", caller="ann")) == []


def test_a_timer_that_is_blocked_relies_on_what_refused_it() -> None:
    text = TEXT.replace("  many: {type: yes_no, value: len(services.owner) > 1}\n", "")
    life = begun(text, service="mail", caller="eve", begin="2026-03-06 10:30Z")
    assert relied(life) == ["service:mail"]
    assert relied(life.pass_(HOUR)) == ["service:mail", "freezes", "user:eve"]


def test_a_transition_by_itself_relies_on_what_it_waits_for_and_a_final_record_on_nothing() -> None:
    text = TEXT.replace("  many: {type: yes_no, value: len(services.owner) > 1}\n", "")
    life = begun(text, service="mail", caller="ann").happen(act("on"))
    assert relied(life) == ["service:mail", "user:ann"]
    assert relied(life.happen(act("end"))) == []


def test_lists_and_rows_are_looked_into() -> None:
    text = """
fields:
  who: {type: list, of: user}
  rows: {type: list, of: {x: user}}
  told: {type: yes_no, value: "=who is filled and who.name is empty or rows.x is empty"}
states: {first: {}}
"""
    life = begun(text, BOB, rows=[{"x": "ann"}, {"x": "dan"}], who=[])
    assert relied(life) == ["user:ann", "user:dan"]


def test_every_reference_on_the_way_is_relied_on() -> None:
    text = """
fields:
  service: {type: ref, of: service}
  boss: {type: user, value: =service.owner.manager}
  many: {type: number, value: "=len(service.group.members)"}
  over: {type: user, value: =created_by.manager}
states: {first: {}}
"""
    ways = ["service:mail", "service:mail.owner", "service:mail.group"]
    assert relied(begun(text, BOB, service="mail")) == [*ways, "user:bob"]


def test_it_relies_on_calendars_and_on_those_with_a_seat_that_is_open() -> None:
    life = asked("votes: 3", "due: 2 business days", absences="ben 05 09 sub").happen(vote(NAME, ADA))
    assert relied(life) == ["user:sub", "user:ben", "user:cat", "user:don", "user:elf"]
    assert relied(working("")) == ["user:ada", "user:ben"]
    assert relied(begun("states: {first: {do: [{wait: 1 day}]}}")) == []
    life = begun("calendar: office\ntargets: {t: {runs_in: [first], within: 1 business day}}\nstates: {first: {}}")
    assert relied(life) == ["calendar:office"]


def other(kind: str, name: str, **row: object) -> Organisation:
    """The organisation with a row that is another, or new."""
    return ORGANISATION.merged(Organisation({kind: {name: {**(ORGANISATION.find(kind, name) or {}), **row}}}))


AWAY = {"from": "2026-03-06T00:00:00Z", "until": "2026-03-07T00:00:00Z"}
STANDING_IN = other("absence", "a1", person="bob", delegate="ann", **AWAY).merged(
    Organisation({"absence": {"a2": {"person": "dan", "delegate": "bob", **AWAY}}})
)


@pytest.mark.parametrize(
    ("after", "names"),
    [
        (ORGANISATION, ()),
        (other("user", "bob", email="bob@example.org"), ("user:bob", "service:web.owner")),
        (
            other("user", "bob", groups=["empty"]),
            ("user:bob", "group:desk", "group:empty", "service:web.owner", "service:mail.group", "service:web.group"),
        ),
        (other("user", "new", groups=["desk"]), ("user:new", "group:desk", "service:mail.group", "service:web.group")),
        (other("group", "desk", lead="bob"), ("group:desk", "service:mail.group", "service:web.group")),
        (other("service", "mail", owner="bob"), ("service:mail", "freezes")),
        (other("configuration_item", "m1", title="M"), ("configuration_item:m1", "freezes")),
        (other("freeze", "march", title="Spring"), ("freeze:march", "freezes")),
        (other("maintenance", "disk", title="A new disk"), ("maintenance:disk", "freezes", "maintenances")),
        (other("calendar", "office", title="The office"), ()),
        (other("calendar", "office", holidays=[]), ("calendar:office",)),
        (other("calendar", "new", holidays=[]), ("calendar:new",)),
        (other("agreement", "gold", title="Au"), ("agreement:gold", "service:mail.agreement")),
        (other("absence", "a1", person="bob", delegate="ann", **AWAY), ("user:bob",)),
    ],
)
def test_a_change_touches_what_it_is_about(after: Organisation, names: tuple[str, ...]) -> None:
    assert touched(ORGANISATION, after) == names


def test_what_leads_to_a_changed_row_is_touched_as_far_as_references_are_followed() -> None:
    item = {"service": "mail", "owner": None, "group": None, "hosted_on": None, "part_of": None}
    items = {
        "m0": item,
        **{f"m{number}": {**item, "service": None, "part_of": f"m{number - 1}"} for number in (1, 2, 3)},
    }
    before = ORGANISATION.merged(Organisation({"configuration_item": items}))
    named = touched(before, before.merged(other("user", "dan", email="dan@example.org")))
    assert {"user:dan", "service:mail.owner", "user:bob.manager.manager", "group:desk.lead.manager"} <= {*named}
    assert "configuration_item:m2.part_of.part_of.service.owner" in named
    assert "configuration_item:m3.part_of.part_of.part_of.service.owner" not in named


def test_a_delegate_who_is_away_or_leaves_touches_those_they_stand_in_for() -> None:
    without = {"absence": {**STANDING_IN.of("absence"), "a3": {"person": "ann", "delegate": None, **AWAY}}}
    assert touched(STANDING_IN, STANDING_IN.merged(Organisation(without))) == ("user:ann", "user:bob", "user:dan")
    gone = STANDING_IN.merged(other("user", "ann", active=False))
    assert touched(STANDING_IN, gone) == ("user:ann", "user:bob", "user:dan")
    assert touched(STANDING_IN, ORGANISATION) == ("user:bob", "user:dan")
