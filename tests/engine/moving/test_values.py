"""Values go along: under another name, as another type if they are such a value, and never lost in silence."""

import pytest

from tests.engine.builders import BOB, Life, act, begun, complete, edit
from tests.engine.moving.house import kept, moved, version

STATES = """
states:
  open: {transitions: {end: {to: over, by: [agent]}}}
  over: {final: true}
"""


def fields(written: str) -> str:
    return f"fields: {{{written}}}\n{STATES}"


def written(life: Life) -> list[tuple[str, object, object]]:
    return [(line.name, line.data["old"], line.data["new"]) for line in life.lines if line.what == "field"]


@pytest.mark.semantics("M2.4")
def test_a_field_that_is_called_otherwise_keeps_its_value_and_who_wrote_it_last() -> None:
    life = begun(fields("severity: text")).happen(edit(BOB, severity="high"))
    moved(life, fields("impact: text") + "migrate: {from: 1, fields: {severity: impact}}")
    assert (life.fields, life.record.written) == ({"impact": "high"}, {"impact": 2})
    assert (life.line("field_renamed").name, life.line("field_renamed").data) == ("impact", {"old": "severity"})


def test_a_renamed_field_goes_before_one_that_had_the_name() -> None:
    life = begun(fields("a: text, b: text"), a="one", b="two")
    moved(life, fields("b: text") + "migrate: {from: 1, fields: {a: b}}")
    assert life.fields == {"b": "one"}
    assert (life.line("field_dropped").name, life.line("field_dropped").data) == ("b", {"old": "two"})


def test_a_field_that_is_there_anew_under_an_old_name_begins_empty() -> None:
    life = begun(fields("a: text"), a="one")
    moved(life, fields("a: number, b: text") + "migrate: {from: 1, fields: {a: b}}")
    assert life.fields == {"a": None, "b": "one"}


@pytest.mark.semantics("M2.4")
def test_a_field_that_is_no_more_is_journalled_with_its_value() -> None:
    life = begun(fields("a: text, b: {type: text, internal: true}, c: text"), a="one", b="two")
    moved(life, fields("a: text"))
    dropped = [(line.name, line.data, line.internal) for line in life.lines if line.what == "field_dropped"]
    assert dropped == [("b", {"old": "two"}, True)]


@pytest.mark.parametrize(
    ("old", "new", "value", "becomes"),
    [
        ("n: text", "n: number", "12.50", "12.5"),
        ("n: number", "n: text", "7", "7"),
        ("n: text", "n: {type: choice, options: [high, low]}", "low", "low"),
        ("n: {type: choice, options: [high, low]}", "n: {type: choice, options: [low]}", "low", "low"),
        ("n: text", "n: user", "bob", {"id": "bob", "label": "Bob Baker"}),
        ("n: datetime", "n: text", "2026-03-06T10:00:00Z", "2026-03-06T10:00:00Z"),
    ],
)
def test_a_value_that_the_new_type_allows_goes_along(old: str, new: str, value: str, becomes: object) -> None:
    life = begun(fields(old), n=value)
    before = life.fields["n"]
    moved(life, fields(new))
    assert life.fields == {"n": becomes}
    assert written(life) == ([] if before == becomes else [("n", before, becomes)])


@pytest.mark.semantics("M2.4")
@pytest.mark.parametrize(
    ("old", "new", "value", "reason"),
    [
        ("n: text", "n: number", "many", 'n: "many" is no value in version 2: "many" is not a number'),
        ("n: text", "n: user", "nobody", 'n: "nobody" is no value in version 2: there is no person "nobody"'),
        ("n: text", "n: {type: choice, options: [high]}", "low", 'n: "low" is no value in version 2: "low" is not one'),
        ("n: user", "n: {type: list, of: user}", "bob", 'n: "Bob Baker" is no value in version 2: a mapping is not a'),
        ("n: number", "n: {type: text, valid: len(n) > 5, help: Say more}", "7", "n: Say more"),
    ],
)
def test_a_value_that_the_new_type_does_not_allow_keeps_the_record(old: str, new: str, value: str, reason: str) -> None:
    assert kept(begun(fields(old), n=value), fields(new))[0].startswith(reason)


def test_what_must_hold_anew_is_not_asked_of_what_stays_as_it_was() -> None:
    life = moved(begun(fields("n: text"), n="low"), fields("n: {type: text, valid: len(n) > 5}"))
    assert life.fields == {"n": "low"}


def test_what_must_hold_is_asked_of_what_became_something_else() -> None:
    life = begun(fields("n: text"), n="70")
    assert kept(life, fields("n: {type: number, valid: n < 50, help: At most 50}")) == ["n: At most 50"]


def test_a_new_field_begins_with_its_default_and_tables_follow() -> None:
    life = begun(fields("impact: {type: choice, options: [high, low], default: low}"))
    text = fields(
        "impact: {type: choice, options: [high, low]}, n: {type: number, default: 3}, m: {type: number, default: =n},"
        " priority: {type: choice, options: [P1, P2]}"
    )
    moved(life, f"tables: {{t: {{given: [impact], gives: [priority], rows: [[high, P1], [any, P2]]}}}}\n{text}")
    assert life.fields == {"impact": "low", "n": "3", "m": "3", "priority": "P2"}


def test_a_kept_field_follows_the_new_version_whatever_it_was() -> None:
    table = "tables: {t: {given: [n], gives: [p], rows: [[any, %s]]}}\n"
    old = fields("n: text, p: {type: choice, options: [P1]}") + table % "P1"
    life = begun("start: {to: open, ask: [n]}\n" + old, n="x")
    moved(life, fields("n: text, p: {type: choice, options: [high]}") + table % "high")
    assert life.fields == {"n": "x", "p": "high"}
    assert life.line("field_dropped").data == {"old": "P1"}


def test_what_is_sealed_goes_along_as_it_is_and_becomes_nothing_else() -> None:
    sealed = fields("n: {type: text, sensitive: true}")
    life = begun(fields("m: text") + "start: {to: open}")
    life.definition, life.record = version(1, sealed), life.record._replace(fields={"n": {"sealed": "abc"}})
    assert kept(life, fields("n: text")) == [
        "n is sealed before or after, and what is sealed cannot be made anything else"
    ]
    assert moved(life, sealed + "title: Other").fields == {"n": {"sealed": "abc"}}
    moved(life, version(3, fields("m: text")))
    assert life.line("field_dropped").data == {"old": {"sealed": True}}


TASK = """
fields: {got: text}
states:
  open:
    do:
      - {task: Count, id: count, for: [desk], form: [{n: %s}, {m: text}]}
      - {wait: 1 hour}
      - {set: {got: "{{ tasks.count.n }}"}}
  over: {final: true}
transitions: {end: {from: [open], to: over, by: [agent]}}
"""


def test_what_was_filled_in_at_a_task_is_read_as_the_new_version_has_it() -> None:
    life = begun(TASK % "text").happen(complete("1/open/do/0", n="5", m="x"))
    moved(life, TASK % "number")
    assert life.pass_(3_600).fields["got"] == "5"
    assert life.happen(act("end")).state == "over"


def test_what_was_filled_in_at_a_task_keeps_the_record_where_it_is_no_value() -> None:
    life = begun(TASK % "text").happen(complete("1/open/do/0", n="some", m="x"))
    assert kept(life, TASK % "number")[0].startswith('n of the task count: "some" is no value in version 2')
