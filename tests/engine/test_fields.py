"""Writing fields: who may, what is read, what tables and expressions make of it, what must hold afterwards."""

from typing import Any

import pytest

from engine.record import Event, Kind, Record, Refused
from tests.engine.builders import ANN, BOB, CLEO, DAN, NOW, a_definition, act, begun, edit, occur, outcome

FIELDS = """
calendar: office
write: [agent]
fields:
  summary: {type: text, required: true}
  owner: user
  team: {type: group, default: desk}
  service: {type: ref, of: service}
  people: {type: list, of: user}
  rows: {type: list, of: {title: text, who: user, parts: {type: ref, of: service}}}
  when: datetime
  cost: money
  limited: {type: number, valid: limited < size, help: Smaller than the size., default: 1}
  size: {type: number, default: 10}
  total: {type: number, value: =size + limited}
  double: {type: number, value: =total + total}
  kind: {type: choice, options: [a, b]}
  reply: {type: text, when: kind == 'b', required: true}
  fixed: {type: text, locked: kind == 'a'}
  mine: {type: text, write: [boss, owner]}
  level: {type: choice, options: [low, high]}
tables:
  level: {given: [kind, service], gives: [level], rows: [[a, mail, high], [null, any, null], [any, any, low]]}
states: {first: {transitions: {x: {by: [agent], ask: [mine, kind, fixed, limited]}}}}
"""


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("owner", "bob", {"id": "bob", "label": "Bob Baker"}),
        ("team", {"id": "desk"}, {"id": "desk", "label": "Desk"}),
        ("service", "mail", {"id": "mail", "label": "E-mail"}),
        ("people", ["bob"], [{"id": "bob", "label": "Bob Baker"}]),
        (
            "rows",
            [{"title": "T", "who": "bob"}],
            [{"title": "T", "who": {"id": "bob", "label": "Bob Baker"}, "parts": None}],
        ),
        ("when", "2026-03-06 13:00", "2026-03-06T12:00:00Z"),
        ("cost", 2.5, "2.50"),
        ("summary", "x", "x"),
    ],
)
def test_a_value_is_read_after_its_field_and_gets_its_labels(name: str, raw: object, value: object) -> None:
    life = begun(FIELDS, summary="s", **({} if name == "summary" else {name: raw}))
    assert life.happen(edit(BOB, **{name: raw})).fields[name] == value


@pytest.mark.parametrize(
    ("event", "texts"),
    [
        (edit(BOB, owner="bobb"), ['owner: there is no person "bobb". Did you mean "bob"?']),
        (edit(BOB, service="male"), ['service: there is no service "male". Did you mean "mail"?']),
        (edit(BOB, people=["zed"]), ['people: there is no person "zed"']),
        (edit(BOB, kind="c"), ['kind: "c" is not one of a, b']),
        (edit(BOB, summarx="x"), ['no field named "summarx". Did you mean "summary"?']),
        (edit(BOB, summary=" "), ["summary must be filled in"]),
        (edit(BOB, total=1), ["total: its own expression keeps it up to date, so nobody writes it"]),
        (edit(BOB, level="low"), ["level: the table level keeps it up to date, so nobody writes it"]),
        (edit(ANN, summary="y"), ["only agent may write summary"]),
        (edit(BOB, mine="y"), ["only boss, owner (Ann Archer) may write mine"]),
        (edit(BOB, fixed="y"), ["fixed is read-only now (kind == 'a')"]),
        (act("x", BOB, fixed="y"), ["fixed is read-only now (kind == 'a')"]),
        (act("x", BOB, mine="y"), ["only boss, owner (Ann Archer) may write mine"]),
        (edit(BOB, limited=10), ["limited: Smaller than the size."]),
        (edit(BOB, size=1), ["limited: Smaller than the size."]),
        (edit(BOB, kind="b"), ["reply must be filled in"]),
        (
            edit(ANN, summary="", owner="zed"),
            [
                "only agent may write summary",
                "only agent may write owner",
                'owner: there is no person "zed"',
            ],
        ),
    ],
)
def test_a_refused_write_says_why_in_full(event: Event, texts: list[str]) -> None:
    assert begun(FIELDS, summary="s", kind="a", owner="ann").refused(event) == texts


def test_writers_of_its_own_narrow_the_writers_of_the_record() -> None:
    life = begun(FIELDS, summary="s", owner="bob").happen(edit(BOB, mine="y"))
    assert life.fields["mine"] == "y"
    assert life.refused(edit(DAN, mine="x")) == ["only agent may write mine"]
    assert life.refused(edit(CLEO, mine="x")) == ["only boss, owner (Bob Baker) may write mine"]


def test_each_field_of_a_form_is_judged_as_the_record_stood_before() -> None:
    life = begun(FIELDS, summary="s")
    assert life.happen(act("x", BOB, kind="a", fixed="f")).fields["fixed"] == "f"
    assert life.happen(edit(BOB, kind="b", reply="r")).fields["reply"] == "r"


def test_defaults_then_tables_and_expressions_follow_what_was_written() -> None:
    life = begun(FIELDS, summary="s", kind="a", service="mail")
    assert {name: life.fields[name] for name in ("team", "limited", "total", "double", "level")} == {
        "team": {"id": "desk", "label": "Desk"},
        "limited": "1",
        "total": "11",
        "double": "22",
        "level": "high",
    }
    assert life.happen(edit(BOB, kind=None, size=20)).fields["level"] is None
    assert life.fields["double"] == "42"


def test_writing_what_is_there_already_is_nothing_but_counts_as_written() -> None:
    life = begun(FIELDS, summary="s").happen(edit(BOB, summary="s"))
    assert (life.lines, life.record.revision, life.record.written["summary"]) == ([], 1, 2)


def test_an_internal_field_is_internal_in_the_journal() -> None:
    text = "read: [agent]\nfields: {a: {type: text, internal: true}, b: text}\nstates: {first: {}}"
    assert [line.internal for line in begun(text, a="x", b="y").lines] == [True, False, False]


def test_a_default_that_cannot_be_had_is_a_fault_and_nothing_is_lost() -> None:
    life = begun("fields: {team: {type: group, default: gone}, summary: text}\nstates: {first: {}}", summary="s")
    assert (life.state, life.fields["team"]) == ("first", None)
    assert life.record.faults["1"].text == 'team has no default: there is no group "gone"'


def test_a_default_may_be_computed_from_what_was_filled_in() -> None:
    text = "fields: {owner: user, boss: {type: user, default: =owner.manager}}\nstates: {first: {}}"
    assert begun(text, owner="ann").fields["boss"] == {"id": "dan", "label": "Dan Drake"}


COMPUTED = """
fields:
  span: {type: duration, value: =until - since}
  since: datetime
  until: datetime
  pick: {type: choice, options: [desk, gone]}
  team: group
tables: {team: {given: [pick], gives: [team], rows: [[desk, desk], [gone, gone]]}}
states: {first: {}}
"""


def test_what_cannot_be_computed_is_empty_and_says_so_when_something_is_lost() -> None:
    life = begun(COMPUTED, since="2026-03-06 10:00", until="2026-03-06 11:00", pick="desk")
    assert (life.fields["span"], life.fields["team"]["label"]) == ("60 minutes", "Desk")
    life.happen(edit(BOB, until="2026-03-06 09:00", pick="gone"))
    assert (life.fields["span"], life.fields["team"]) == (None, None)
    assert [(line.name, line.data["because"]) for line in life.lines if line.what == "not_computed"] == [
        ("team", 'there is no group "gone"'),
        ("span", "a length of time of -1 hour is not a whole number of minutes from 0 up"),
    ]
    assert life.happen(edit(BOB, until="2026-03-06 08:00")).told() == []


SET = """
fields:
  n: {type: number, valid: n < 5}
  double: {type: number, value: =n + n, valid: double != 6}
  summary: {type: text, required: true}
  info: text
states:
  first:
    transitions:
      good: {by: [agent], then: [{set: {n: 4, info: x}}]}
      bad: {by: [agent], then: [{set: {info: y, n: 7}}]}
      odd: {by: [agent], then: [{set: {info: y, n: 3}}]}
      clear: {by: [agent], then: [{set: {info: y, summary: null}}]}
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bad", "n: it must be so that n < 5 (n is 7, not less than 5)"),
        ("odd", "double: it must be so that double != 6 (double is 6)"),
        ("clear", "summary must be filled in"),
    ],
)
def test_a_step_writes_all_or_nothing_and_never_what_is_not_valid(name: str, text: str) -> None:
    life = begun(SET, summary="s").happen(act("good")).happen(act(name))
    assert (life.fields["n"], life.fields["info"], life.fields["summary"]) == ("4", "x", "s")
    assert life.record.faults["1"].text == text


def test_an_event_from_outside_writes_what_its_transition_asks_for() -> None:
    text = """
fields: {n: {type: number, valid: n < 5}, other: text}
states:
  first:
    transitions:
      many: {event: counted, needs: [n], ask: [comment], to: second, when: n > 2}
      few: {event: counted, ask: [n]}
  second: {}
"""
    life = begun(text).happen(occur("counted", n=2, other="x", comment="c"))
    assert (life.state, life.fields) == ("first", {"n": "2", "other": None})
    assert life.happen(occur("counted", n="9")).told() == ["not_awaited"]
    assert life.lines[0].data["because"][0] == "many: n: it must be so that n < 5 (n is 9, not less than 5)"
    assert life.happen(occur("counted", n="many")).fields["n"] == "2"
    assert life.happen(occur("counted", n=3)).state == "second"


def test_without_a_calendar_a_local_time_cannot_be_read() -> None:
    text = "calendar: =summary\nfields: {summary: text, at: datetime}\nstates: {first: {}}"
    life = begun(text, summary="gone")
    (text,) = life.refused(edit(BOB, at="2026-03-06 10:00"))
    assert text.endswith('there is no calendar "gone" in the organisation. Add it, or name another.')
    assert life.happen(edit(BOB, at="2026-03-06T10:00:00Z")).fields["at"] == "2026-03-06T10:00:00Z"


@pytest.mark.parametrize("raw", [[], {}, {"id": None}, True, 1, float("nan"), "\x00", [[[]]], {"id": {"id": 1}}])
@pytest.mark.parametrize("name", list(a_definition(FIELDS).fields))
def test_nothing_that_is_given_for_a_field_raises(name: str, raw: Any) -> None:
    record = begun(FIELDS, summary="s").record
    found = outcome(a_definition(FIELDS), record, edit(BOB, **{name: raw})._replace(now=NOW))
    assert not isinstance(found, Refused) or found.reasons


def test_required_fields_are_asked_for_at_the_start() -> None:
    definition = a_definition(FIELDS)
    event = Event(Kind.START, actor=BOB, data={"kind": "b"}, now=NOW)
    found = outcome(definition, Record("T1", "thing", 1, definition.digest), event)
    assert isinstance(found, Refused)
    assert [(reason.text, reason.path) for reason in found.reasons] == [
        ("summary must be filled in", "with.summary"),
        ("reply must be filled in", "with.reply"),
    ]


def test_a_field_may_be_nothing_but_computed() -> None:
    assert begun("fields: {n: {type: number, value: =1 + 1}}\nstates: {first: {}}").fields == {"n": "2"}


def test_looking_something_up_again_is_spared_while_it_stays() -> None:
    life = begun(COMPUTED, pick="desk")
    assert life.happen(edit(BOB, since="2026-03-06 10:00")).told() == []
    assert not any("desk" in key for key in life.record.seen)
