"""Sensitive fields: no part of a definition reads one, gives it a value or finds by it; all may ask if it is filled."""

import pytest

from language.checker import check
from language.definition import Definition
from language.inputs import ValueRefused, read
from language.messages import names_of
from language.operations import kind_in_words
from language.reading import read_definition
from language.surroundings import ActionShape, Surroundings
from language.values import FieldType, Sealed, Shape, plain, show, typed

SECRET = Shape(FieldType.TEXT, sealed=True)
AROUND = Surroundings(
    people=("ann",),
    roles=("agent", "payroll", "boss"),
    actions={"identity.grant": ActionShape({"password": SECRET, "name": Shape(FieldType.TEXT)}, ("password",))},
    messages={"leaky": ("id", "password"), "fine": ("id",)},
)
HIRE = """\
process: hire
version: 1
title: Hire
number: HIR
owner: boss
start: {to: new, by: [agent], ask: [name, password, salary, level, caller]}
fields:
  name: text
  password: {type: text, sensitive: true, required: true}
  salary: {type: money, sensitive: [payroll, caller], when: level == 'high', locked: password is filled}
  level: {type: choice, options: [high, low]}
  grade: {type: choice, options: [a, b], sensitive: true}
  boss_of: {type: user, sensitive: true}
  caller: user
  plainly: {type: text, sensitive: false}
tables:
  pay: {given: [level], gives: [step], rows: [[high, 1], [low, 2], [null, 3]]}
states:
  new:
    do:
      - {call: identity.grant, with: {password: =password, name: =name}, on_error: [{set: {name: no}}]}
      - {notify: fine, to: [boss]}
      - {set: {password: null}}
      - {task: Look, for: [agent], form: [salary], id: look, due: 1 day}
    transitions:
      done: {to: over, by: [agent], needs: [password], when: salary is empty or password is filled, blocked: Not yet}
  over: {final: true}
"""


def codes(old: str, new: str) -> list[str]:
    assert old in HIRE
    return [problem.code for problem in check(HIRE.replace(old, new, 1), AROUND)]


def a_hire() -> Definition:
    return read_definition(HIRE)


def test_a_definition_may_ask_fill_in_empty_and_hand_on_a_sensitive_field() -> None:
    assert check(HIRE, AROUND) == ()


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("sensitive-read", "when: salary is empty or", "when: salary > 5 or"),
        ("sensitive-read", "when: salary is empty or", "when: tasks.look.salary is empty and tasks.look.salary > 5 or"),
        ("sensitive-read", "task: Look", 'task: "Look at {{ salary }}"'),
        ("sensitive-read", "set: {password: null}", "set: {name: =password}"),
        ("sensitive-read", "set: {password: null}", 'set: {name: "{{ password }}"}'),
        ("sensitive-read", "when: level == 'high'", "when: len(password) > 3"),
        ("sensitive-read", "name: =name", "name: =password"),
        ("sensitive-read", "notify: fine", "notify: leaky"),
        ("sensitive-read", "given: [level]", "given: [grade]"),
        ("sensitive-read", "for: [agent]", "for: [=boss_of]"),
        ("not-people", "for: [agent]", "for: [boss_of]"),
        ("sensitive-read", "states:\n", "targets: {t: {runs_in: [new], per: grade, within: {a: 1 day}}}\nstates:\n"),
        ("sensitive-given", "sensitive: true, required", "sensitive: true, default: x, required"),
        ("sensitive-given", "sensitive: true, required", "sensitive: true, value: =name, required"),
        ("sensitive-given", "set: {password: null}", "set: {password: x}"),
        (
            "sensitive-given",
            "gives: [step], rows: [[high, 1], [low, 2], [null, 3]]",
            "gives: [grade], rows: [[any, a]]",
        ),
        ("sensitive-indexed", "sensitive: true, required", "sensitive: true, index: true, required"),
        ("correlate-not-indexed", "start:", "correlate: password\nstart:"),
        ("sensitive-needed", "password: =password", "password: changeme"),
        ("sensitive-needed", "password: =password", "password: =name"),
        ("wrong-type", "password: =password", "password: =boss_of"),
        ("unknown-people", "sensitive: [payroll", "sensitive: [payrol"),
        ("read-restricted", "sensitive: [payroll", "sensitive: [ann"),
        ("bad-name", "sensitive: [payroll", "sensitive: [Payroll"),
    ],
)
def test_what_would_let_a_sensitive_value_out_is_a_mistake(code: str, old: str, new: str) -> None:
    assert code in codes(old, new)


def test_a_sensitive_field_says_who_may_read_it() -> None:
    fields = a_hire().fields
    assert (fields["password"].shape.sealed, fields["password"].readers) == (True, ())
    assert fields["salary"].readers == ("payroll", "caller")
    assert not fields["plainly"].shape.sealed


def test_messages_know_no_sensitive_field() -> None:
    assert {"name", "plainly"} <= set(names_of(a_hire()))
    assert not {"password", "salary"} & set(names_of(a_hire()))


def test_a_sensitive_value_is_taken_only_sealed() -> None:
    assert read(SECRET, {"sealed": "xyz"}) == {"sealed": "xyz"}
    assert read(SECRET, None) is None


@pytest.mark.parametrize("raw", ["hunter2", {"sealed": 1}, {"sealed": "x", "more": "y"}, ["hunter2"], {}])
def test_a_sensitive_value_that_is_refused_is_not_repeated(raw: object) -> None:
    with pytest.raises(ValueRefused) as refused:
        read(SECRET, raw)
    assert "hunter2" not in refused.value.text


def test_an_expression_sees_that_something_is_there_and_nothing_of_it() -> None:
    value = typed(SECRET, {"sealed": "xyz"})
    assert value == Sealed("xyz")
    assert plain(value) == {"sealed": "xyz"}
    assert (show(value), kind_in_words(value)) == ("sealed", "sensitive")
    assert typed(SECRET, None) is None
