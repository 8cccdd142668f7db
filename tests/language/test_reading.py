"""What may be written in each part of a definition, and what becomes of it."""

from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from language.codes import CODES
from language.definition import (
    ANYONE,
    Call,
    Choose,
    Definition,
    Fail,
    Go,
    Group,
    Literal,
    Notify,
    Repeat,
    Schedule,
    Set,
    Task,
    Wait,
)
from language.durations import Duration
from language.expressions import Expression, Text
from language.problems import LanguageError
from language.reading import read_definition, read_definition_leniently
from language.schema.steps import waits_for_certain
from language.values import FieldType, Shape
from language.walking import steps_within

INCIDENT = (Path(__file__).parents[2] / "definitions" / "incident.yaml").read_text()

HEAD = "process: p\nversion: 1\ntitle: P\nnumber: PP\nowner: boss\n"


def text_of(
    *, start: str = "{to: a}", fields: str = "{x: text}", states: str = "{a: {final: true}}", more: str = ""
) -> str:
    return f"{HEAD}start: {start}\nfields: {fields}\nstates: {states}\n{more}"


def read(**parts: str) -> Definition:
    return read_definition(text_of(**parts))


def codes(**parts: str) -> list[str]:
    return [problem.code for problem in read_definition_leniently(text_of(**parts))[1]]


def step(written: str) -> Any:
    """Read one step in the `do` of a state."""
    return read(states=f"{{a: {{do: [{written}]}}}}").states["a"].do[0]


def refused_step(written: str) -> list[str]:
    return codes(states=f"{{a: {{do: [{written}]}}}}")


def test_the_source_is_kept_and_pinned_by_its_digest() -> None:
    definition = read_definition(INCIDENT)
    assert definition.source == INCIDENT
    assert definition.digest == sha256(INCIDENT.encode()).hexdigest()
    assert (definition.process, definition.version, definition.number) == ("incident", 1, "INC")


def test_the_same_text_gives_the_same_definition() -> None:
    assert read_definition(INCIDENT) == read_definition(INCIDENT)


def test_reading_is_quick_enough_for_a_workflow() -> None:
    def once() -> float:
        begin = perf_counter()
        read_definition(INCIDENT)
        return perf_counter() - begin

    assert min(once() for _ in range(5)) < 0.1  # 5 ms on an idle machine


def test_every_part_keeps_its_place() -> None:
    definition = read_definition(INCIDENT)
    line = INCIDENT.split("\n")[definition.states["pending"].place.line - 1]
    assert line == "  pending:"
    assert definition.states["pending"].place.column == 3


def test_all_mistakes_of_form_are_raised_at_once() -> None:
    with pytest.raises(LanguageError) as refused:
        read_definition(text_of(start="{too: a}", fields="{x: txt}", more="ownr: x\n"))
    assert [problem.code for problem in refused.value.problems] == [
        "missing-key",
        "unknown-key",
        "unknown-type",
        "unknown-key",
    ]


def test_a_text_that_is_no_yaml_gives_nothing() -> None:
    definition, problems = read_definition_leniently("a: [")
    assert definition is None
    assert [problem.code for problem in problems] == ["syntax"]


def test_a_start_without_by_and_event_is_for_anyone() -> None:
    assert read().start.by == (ANYONE,)
    assert read(start="{to: a, event: alert}").start.by == ()
    assert read(start="{to: a, by: agent}").start.by == ("agent",)


def test_a_start_knows_no_after_and_no_from() -> None:
    assert codes(start="{to: a, after: 1 day}") == ["unknown-key"]


def test_a_start_may_have_a_schedule_and_is_then_for_nobody_else() -> None:
    start = read(start="{to: a, at: 2026-01-05 09:00, every: 1 week}").start
    assert start.schedule == Schedule("2026-01-05 09:00", Duration.parse("1 week"))
    assert (start.at, start.every, start.by) == (None, None, ())
    assert read(start="{to: a, at: 2026-01-05 09:00, by: agent}").start.by == ("agent",)


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("{to: a, every: 1 week}", "every-without-at"),
        ("{to: a, at: 2026-01-05 09:00, every: 0 days}", "bad-duration"),
        ("{to: a, at: Monday, every: 1 week}", "bad-time"),
        ("{to: a, at: =x}", "bad-time"),
        ("{to: a, at: [2026-01-05 09:00]}", "wrong-kind"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(start: str, code: str) -> None:
    assert codes(start=start) == [code]


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        ("text", Shape(FieldType.TEXT)),
        ("{type: choice, options: [a, 1.10, no]}", Shape(FieldType.CHOICE, options=("a", "1.10", "no"))),
        ("{type: ref, of: service}", Shape(FieldType.REF, of="service")),
        ("{type: list, of: user}", Shape(FieldType.LIST, of=Shape(FieldType.USER))),
        ("{type: list, of: service}", Shape(FieldType.LIST, of="service")),
        (
            "{type: list, of: {what: text, how: {type: choice, options: [a]}}}",
            Shape(
                FieldType.LIST,
                columns={"what": Shape(FieldType.TEXT), "how": Shape(FieldType.CHOICE, options=("a",))},
            ),
        ),
    ],
)
def test_a_field_has_a_shape(written: str, shape: Shape) -> None:
    assert read(fields=f"{{x: {written}}}").fields["x"].shape == shape


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("[text]", "wrong-kind"),
        ("{of: service}", "missing-key"),
        ("{type: [text]}", "wrong-kind"),
        ("ref", "bad-of"),
        ("{type: text, of: user}", "bad-of"),
        ("{type: text, options: [a]}", "bad-options"),
        ("{type: choice, options: [any]}", "bad-name"),
        ("{type: choice, options: [a, a]}", "named-twice"),
        ("{type: choice, options: [[a], b]}", "wrong-kind"),
        ("{type: list, of: {a: list}}", "bad-of"),
        ("{type: list, of: {a: {type: list, of: text}}}", "bad-of"),
        ("{type: list, of: list}", "bad-of"),
        ("{type: list, of: [a]}", "wrong-kind"),
        ("{type: list, of: 12}", "bad-name"),
        ("{type: ref, of: 12}", "bad-name"),
        ("{type: text, required: yes}", "wrong-kind"),
        ("{type: text, default: [=x]}", "nested-expression"),
        ('{type: text, default: {a: ["{{ x }}"]}}', "nested-expression"),
        ("{type: text, default: =x y}", "bad-expression"),
        ('{type: text, default: "{{ x"}', "bad-expression"),
        ("{type: text, value: [x]}", "wrong-kind"),
        ("{type: text, when: [x]}", "wrong-kind"),
        ("{type: text, title: [x]}", "wrong-kind"),
        ("{type: text, write: ag-ent}", "bad-name"),
        ("{type: text, write: [[agent]]}", "wrong-kind"),
    ],
)
def test_a_field_that_cannot_be_is_refused(written: str, code: str) -> None:
    assert code in codes(fields=f"{{x: {written}}}")
    assert code in CODES


@pytest.mark.parametrize("name", ["state", "comment", "X", "and", "none", "a-b", "1a", "x" * 51])
def test_a_field_needs_a_name_of_its_own(name: str) -> None:
    assert codes(fields=f"{{{name}: text}}")[:1] in (["bad-name"], ["name-taken"])


def test_values_are_literals_expressions_or_texts() -> None:
    fields = read(
        fields="{a: {type: text, default: 1.10}, b: {type: text, default: =a}, "
        'c: {type: text, default: "{{ a }}!"}, d: {type: text, default: {k: [1]}}}'
    ).fields
    assert fields["a"].default == Literal(Decimal("1.10"))
    assert isinstance(fields["b"].default, Expression)
    assert isinstance(fields["c"].default, Text)
    assert fields["d"].default == Literal({"k": [1]})


@pytest.mark.parametrize(("quote", "column"), [("", 1), ('"', 2)], ids=["plain", "quoted"])
def test_a_mistake_in_an_expression_is_shown_at_its_letter(quote: str, column: int) -> None:
    text = text_of(fields=f"\n  x: {{type: text, default: {quote}=a + * b{quote}}}")
    [problem] = read_definition_leniently(text)[1]
    line = text.split("\n")[problem.line - 1]
    assert line[problem.column - 1] == "*"


def test_a_mistake_in_an_expression_over_two_lines_is_shown_at_its_begin() -> None:
    text = text_of(fields='\n  x: {type: text, default: "=a\n    + * b"}')
    [problem] = read_definition_leniently(text)[1]
    assert (problem.line, problem.column) == (8, 28)


TABLE = "tables: {{t: {{given: [k, n], gives: [out, k2], rows: [{rows}]}}}}\n"
TABLE_FIELDS = "{k: {type: choice, options: [a, b]}, n: number, k2: user}"


def test_cells_become_plain_values_of_their_fields() -> None:
    definition = read(
        fields=TABLE_FIELDS, more=TABLE.format(rows="[a, 1.50, 60%, ann], [any, any, {share: 60%, quorum: 3}, null]")
    )
    first, second = definition.tables["t"].rows
    assert first.cells == ("a", "1.5", "60%", {"id": "ann", "label": "ann"})
    assert second.cells == ("any", "any", {"share": "60%", "quorum": 3}, None)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("[c, 1, x, ann]", "bad-cell"),
        ("[a, 1, x]", "row-length"),
        ("x", "wrong-kind"),
        ("", "wrong-kind"),
        ("[a, 1, x, any, y]", "row-length"),
    ],
)
def test_a_row_that_cannot_be_is_refused(rows: str, code: str) -> None:
    assert codes(fields=TABLE_FIELDS, more=TABLE.format(rows=rows)) == [code]


@pytest.mark.semantics("N1.6")
def test_a_table_has_at_most_500_rows() -> None:
    rows = ", ".join(["[a, 1, x, ann]"] * 501)
    assert codes(fields=TABLE_FIELDS, more=TABLE.format(rows=rows)) == ["too-many-rows"]


def target(**keys: str) -> str:
    written = {"runs_in": "a", "within": "1 hour", **keys}
    return "targets: {t: {" + ", ".join(f"{key}: {value}" for key, value in written.items()) + "}}\n"


def test_a_target_without_options_has_one_time() -> None:
    assert read(more=target()).targets["t"].within == {"": Duration.parse("1 hour")}


def test_thresholds_are_kept_in_order() -> None:
    [first, second] = read(more=target(at="{100%: [{set: {x: late}}], 50%: [{set: {x: half}}]}")).targets["t"].at
    assert (first.name, second.name) == ("50%", "100%")


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"kind": "slo"}, "bad-choice"),
        ({"within": "soon"}, "bad-duration"),
        ({"within": "[1 hour]"}, "wrong-kind"),
        ({"per": "x"}, "per-and-within"),
        ({"at": "[75%]"}, "wrong-kind"),
        ({"at": "{0%: [{set: {x: a}}]}"}, "bad-percent"),
        ({"at": "{75: [{set: {x: a}}]}"}, "bad-percent"),
        ({"at": "{75%: []}"}, "wrong-kind"),
        ({"at": "{75%: [{go: a}]}"}, "step-not-here"),
        ({"agreement": "service"}, "not-an-expression"),
        ({"pauses_in": "[a]"}, "runs-and-pauses"),
    ],
)
def test_a_target_that_cannot_be_is_refused(keys: dict[str, str], code: str) -> None:
    assert code in codes(more=target(**keys))
    assert code in CODES


def test_each_kind_of_step_is_read() -> None:
    task = step(
        '{task: "Do {{ x }}", id: t, for: [agent, =x], due: 2 hours, at: {50%: [{notify: told, to: agent}]}, '
        "form: [x, {own: text}], escalate_to: boss}"
    )
    assert isinstance(task, Task)
    assert [(line.name, line.own is None) for line in task.form] == [("x", True), ("own", False)]
    assert step("{call: a.b, with: {i: =x}, save: {x: =result.o}, timeout: 1 hour, retry: 2}") == step(
        "{retry: 2, timeout: 1 hour, save: {x: =result.o}, with: {i: =x}, call: a.b}"
    )
    assert isinstance(step("{call: a.b}"), Call)
    assert isinstance(step("{set: {x: 1}}"), Set)
    assert isinstance(step("{choose: [{when: x == 'a', do: [{fail: no}]}, {do: [{go: a}]}]}"), Choose)
    assert isinstance(step("{repeat: {do: [{set: {x: a}}], at_most: 3, until: x == 'a'}}"), Repeat)
    assert isinstance(step("{do: [{set: {x: a}}], when: x == 'a', on_error: [{set: {x: b}}]}"), Group)
    assert isinstance(step('{fail: "no {{ x }}"}'), Fail)
    assert step("{go: a}").to == "a"
    assert isinstance(step("{go: a}"), Go)


def test_a_wait_is_for_a_duration_a_time_or_an_event() -> None:
    assert step("{wait: 2 hours}").for_ == Duration.parse("2 hours")
    assert isinstance(step("{wait: =x}").until, Expression)
    wait = step("{wait: {event: part.came, at_most: 1 day}, save: {x: =event.part}}")
    assert isinstance(wait, Wait)
    assert (wait.event, wait.at_most) == ("part.came", Duration.parse("1 day"))


@pytest.mark.parametrize(
    ("written", "message", "text"),
    [
        ("told", "told", None),
        ('"told"', None, "told"),
        ("Told you", None, "Told you"),
        ('"Hi {{ x }}"', None, "Hi {{ x }}"),
    ],
)
def test_a_bare_word_names_a_message_and_all_else_is_a_text(
    written: str, message: str | None, text: str | None
) -> None:
    notify = step(f"{{notify: {written}, to: agent}}")
    assert isinstance(notify, Notify)
    assert notify.message == message
    assert (notify.text.source if isinstance(notify.text, Text) else notify.text) == text


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("x", "wrong-kind"),
        ("{id: x}", "unknown-step"),
        ("{tsk: x}", "unknown-step"),
        ("{task: x}", "missing-key"),
        ("{task: [x], for: agent}", "wrong-kind"),
        ("{task: x, for: agent, form: x}", "wrong-kind"),
        ("{task: x, for: agent, form: [1]}", "bad-name"),
        ("{task: x, for: agent, at: {50%: [{set: {x: a}}]}}", "due-missing"),
        ("{task: x, for: agent, id: [a]}", "wrong-kind"),
        ("{call: suggest}", "bad-name"),
        ("{call: [a.b]}", "wrong-kind"),
        ("{call: a.b, timeout: 1 month}", "bad-duration"),
        ("{call: a.b, retry: 21}", "bad-number"),
        ("{call: a.b, retry: true}", "bad-number"),
        ("{call: a.b, with: [a]}", "wrong-kind"),
        ("{notify: [a], to: agent}", "wrong-kind"),
        ("{set: {}}", "nothing-here"),
        ("{wait: [a]}", "wrong-kind"),
        ("{choose: x}", "wrong-kind"),
        ("{choose: [{when: x == 'a', do: [{go: a}]}]}", "choose-without-else"),
        ("{choose: [{do: [{go: a}]}, {do: [{go: a}]}]}", "unreachable-branch"),
        ("{repeat: {do: [{set: {x: a}}]}}", "repeat-without-end"),
        ("{repeat: {do: [{set: {x: a}}], at_most: 1001}}", "bad-number"),
        ("{do: x}", "wrong-kind"),
        ("{do: []}", "wrong-kind"),
        ("{go: [a]}", "wrong-kind"),
        ("{fail: [a]}", "wrong-kind"),
        ('{fail: "{{"}', "bad-expression"),
        ("{set: {x: a}, go: a}", "two-steps"),
        ("{set: {x: a}, id: b}, {set: {x: a}, id: b}", "duplicate-id"),
    ],
)
@pytest.mark.semantics("N1.5")
def test_a_step_that_cannot_be_is_refused(written: str, code: str) -> None:
    assert code in refused_step(written)
    assert code in CODES


@pytest.mark.parametrize(
    ("turn", "waits"),
    [
        ("{task: x, for: agent}", True),
        ("{wait: 1 hour}", True),
        ("{wait: 1 hour, when: x == 'a'}", False),
        ("{set: {x: a}}", False),
        ("{do: [{wait: 1 hour}]}", True),
        ("{repeat: {do: [{wait: 1 hour}]}}", True),
        ("{choose: [{when: x == 'a', do: [{wait: 1 hour}]}, {do: [{wait: 1 hour}]}]}", True),
        ("{choose: [{when: x == 'a', do: [{wait: 1 hour}]}, {do: [{set: {x: a}}]}]}", False),
    ],
)
def test_a_turn_waits_for_certain_when_every_way_through_it_does(turn: str, waits: bool) -> None:
    assert waits_for_certain((step(turn),)) is waits
    assert refused_step(f"{{repeat: {{do: [{turn}]}}}}") == ([] if waits else ["repeat-without-end"])


def test_every_step_is_found_wherever_it_stands() -> None:
    written = (
        "{choose: [{when: x == 'a', do: [{go: a}]}, {do: [{fail: no}]}]},"
        "{repeat: {do: [{wait: 1 day}]}},"
        "{task: x, for: b, due: 1 day, at: {50%: [{set: {x: a}}]}, on_error: [{do: [{call: a.b}]}]}"
    )
    steps = read(states=f"{{a: {{do: [{written}]}}}}").states["a"].do
    kinds = [type(one) for one in steps_within(steps)]
    assert kinds == [Choose, Go, Fail, Repeat, Wait, Task, Set, Group, Call]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{to: [{to: a}, {to: a}]}", "unreachable-branch"),
        ("{to: {a: b}}", "wrong-kind"),
        ("{to: []}", "wrong-kind"),
        ("{to: A}", "bad-name"),
        ("{to: a, after: 1 day, auto: true}", "two-times"),
        ("{to: a, every: 1 day, auto: true}", "two-times"),
        ("{every: 0 days}", "bad-duration"),
        ("{every: =x}", "bad-duration"),
        ("{auto: true}", "auto-without-to"),
        ("{auto: true, then: [{set: {x: 1}}]}", "auto-without-to"),
        ("{auto: true, when: x == 1, then: [{set: {y: 1}}, {notify: told, to: [b]}]}", "auto-without-to"),
        ("{to: a, by: b, needs: [x], ask: [x]}", "named-twice"),
        ("{to: a, by: b, needs: [x, x]}", "named-twice"),
        ("{to: a, by: b, blocked: No}", "blocked-without-when"),
        ("{to: a, by: []}", "nothing-here"),
        ("{to: a, event: A B}", "bad-name"),
        ("{to: a, by: b, then: [{wait: 1 day}]}", "step-not-here"),
        ("{to: a, by: b, from: [a]}", "unknown-key"),
        ("x", "wrong-kind"),
    ],
)
def test_a_transition_that_cannot_be_is_refused(written: str, code: str) -> None:
    assert code in codes(states=f"{{a: {{transitions: {{t: {written}}}}}}}")
    assert code in CODES


def test_a_transition_may_lead_to_one_of_several_states() -> None:
    transition = (
        read(states="{a: {transitions: {t: {to: [{to: b, when: x is filled}, {to: a}], by: c}}}}")
        .states["a"]
        .transitions["t"]
    )
    assert [(way.state, way.when is None) for way in transition.to] == [("b", False), ("a", True)]
    assert transition.asked == ()


def test_a_transition_at_the_top_says_where_it_is_possible() -> None:
    assert read(more="transitions: {t: {from: [a], by: b, needs: [x], ask: [comment]}}\n").transitions["t"].from_ == (
        "a",
    )
    assert read(more="transitions: {t: {from: [a], by: b, needs: [x], ask: [comment]}}\n").transitions["t"].asked == (
        "x",
        "comment",
    )
    assert codes(more="transitions: {t: {by: b}}\n") == ["missing-key"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{final: true, do: [{set: {x: a}}]}", "final-goes-on"),
        ("{blocked: No}", "blocked-without-when"),
        ("{entry: [{go: a}]}", "step-not-here"),
        ("{entry: [{call: a.b, on_error: [{set: {x: a}}]}]}", "step-not-here"),
        ("{transitions: [a]}", "wrong-kind"),
        ("", "wrong-kind"),
    ],
)
def test_a_state_that_cannot_be_is_refused(written: str, code: str) -> None:
    assert code in codes(states=f"\n  a: {written}\n  b: {{final: true}}\n")
    assert code in CODES


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("calendar: [a]\n", "wrong-kind"),
        ("correlate: A\n", "bad-name"),
        ("read: [A]\n", "bad-name"),
        ("tables: x\n", "wrong-kind"),
    ],
)
def test_what_stands_at_the_top_is_checked(more: str, code: str) -> None:
    assert set(codes(more=more)) <= {code}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("number: 1\n", "bad-number-prefix"),
        ("number: [A]\n", "wrong-kind"),
        ("version: 1.5\n", "bad-number"),
        ("version: [1]\n", "bad-number"),
    ],
)
def test_numbers_and_versions_are_checked(written: str, code: str) -> None:
    key = written.partition(":")[0]
    text = "\n".join(line for line in text_of().split("\n") if not line.startswith(key))
    assert [problem.code for problem in read_definition_leniently(text + written)[1]] == [code]


def test_an_auto_transition_may_stay_where_it_ends_what_made_it_happen() -> None:
    written = "{auto: true, when: x == 1, then: [{notify: told, to: [b]}, {set: {x: 2}}]}"
    ways = read(states=f"{{a: {{transitions: {{go_on: {written}}}}}}}").states["a"].transitions
    assert (ways["go_on"].auto, ways["go_on"].to) == (True, ())
