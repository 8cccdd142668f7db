"""Every mistake in a test file is found at once, with its place and what to do."""

import pytest

from tests.engine.scenarios.trying import GIVEN, a_case, problems, run_file

STEP_MISTAKES = [
    ("{ackt: hold, as: bob}", '8:9 unknown-step: there is no step "ackt". Did you mean "act"?'),
    ("{}", '8:9 unknown-step: there is no step "". There are: start, act, edit,'),
    ("hold", "8:9 wrong-kind: a step is written as `kind: …`, not as the value"),
    ("{act: hold, edit: {size: big}}", "8:9 two-steps: act and edit are several steps in one"),
    ("{act: hld, as: bob}", '8:15 unknown-transition: no transition named "hld". Did you mean "hold"?'),
    ("{act: hold, as: bib}", '8:25 unknown-person: no person named "bib". Did you mean "bob"?'),
    ("{act: hold}", '8:9 missing-key: this act step needs "as"'),
    ("{act: hold, as: bob, withx: {}}", '8:30 unknown-key: this act step has no key "withx". Did you mean "with"?'),
    ("{act: hold, as: bob, with: {titl: X}}", '8:37 unknown-field: no field named "titl". Did you mean "title"?'),
    ("{act: hold, as: bob, with: [title]}", "8:36 wrong-kind: this is written as `field: value`, not as a list"),
    ("{act: [hold], as: bob}", "8:15 wrong-kind: the name of a transition is expected here, not a list"),
    ("{act: hold, as: bob, record: other}", '8:38 unknown-record: no record named "other". There are: repair.'),
    ("{edit: {sze: big}, as: bob}", '8:17 unknown-field: no field named "sze". Did you mean "size"?'),
    ("{complete: look, as: bob, with: {sze: 1}}", '8:42 unknown-field: no field named "sze"'),
    ("{event: droppd}", '8:17 unknown-event: no event named "droppd". Did you mean "dropped"?'),
    ("{fault: mend, as: bob}", '8:17 bad-choice: "mend" is not a way to mend a fault. Write retry or skip.'),
    ("{fact: {frosen: true}}", '8:17 unknown-fact: no fact named "frosen". Did you mean "frozen"?'),
    ("{fact: {frozen: {reason: cold}}}", '8:25 missing-key: the answer to a fact needs "value"'),
    ("{fact: frozen}", "8:16 wrong-kind: this is written as `fact: value`"),
    ("{pass: 3 busnss days}", '8:16 bad-duration: "3 busnss days" is not a duration. Did you mean "business days"?'),
    ("{pass: {until: soon}}", '8:24 bad-value: "soon" is not a time.'),
    ('{pass: {until: " "}}', "8:24 bad-value: a time is missing here"),
    ("{pass: {until: []}}", "8:24 wrong-kind: a time, like 2026-03-06 10:00, is expected here, not a list"),
    ("{pass: {untl: 2026-03-09 08:00}}", '8:17 unknown-key: pass has no key "untl". Did you mean "until"?'),
    ("{start: repare, as: bob}", '8:17 unknown-process: no process named "repare". Did you mean "repair"?'),
    (
        "{start: repair, record: other}",
        "8:9 missing-key: nobody starts this repair, and neither an outside event nor a schedule may. Say",
    ),
    ("{start: repair, as: bob}", '8:9 duplicate-record: a record named "repair" has been started already'),
    ("{comment: [no], as: bob}", "8:19 wrong-kind: a text is expected here, not a list"),
]

EXPECT_MISTAKES = [
    ("stat: open", '8:18 unknown-key: expect has no key "stat". Did you mean "state"?'),
    ("state: opn", 'unknown-state: no state named "opn". Did you mean "open"?'),
    ("fields: {sze: big}", 'unknown-field: no field named "sze". Did you mean "size"?'),
    ("fields: {size: huge}", 'bad-value: size: "huge" is not one of big, small'),
    ("fields: size", "wrong-kind: this is written as `field: value`"),
    ("open: [{task: look, for: [bib]}]", 'unknown-person: no person named "bib"'),
    ("open: [{for: [bob]}]", 'missing-key: an open task needs "task"'),
    ("open: [{task: look, due: soon}]", 'bad-value: "soon" is not a time'),
    ("targets: {mendng: met}", 'unknown-target: no target named "mendng". Did you mean "mending"?'),
    (
        "targets: {mending: mett}",
        'bad-choice: "mett" is not a word for a target. Write running or paused or met or missed.',
    ),
    ("targets: {mending: {left: 1 business day}}", "bad-duration: write this in minutes, hours or days of 24 hours"),
    ("targets: {mending: {left: long}}", 'bad-duration: "long" is not a duration'),
    ("sent: [task_opened]", "bad-sent: this does not say to whom. Write: message to person"),
    ("sent: [task_opened to bib]", 'unknown-person: no person named "bib". Did you mean "bob"?'),
    ("called: [parts.ordr]", 'unknown-action: no action named "parts.ordr". Did you mean "parts.order"?'),
    ("called: [{parts.ordr: {title: X}}]", 'unknown-action: no action named "parts.ordr"'),
    ("called: [{parts.order: {}, x.y: {}}]", "wrong-kind: this names several in one"),
    ("actions: {bib: {hold: yes}}", 'unknown-person: no person named "bib"'),
    ("actions: {bob: {hld: yes}}", 'unknown-transition: no transition named "hld"'),
]

CASE_MISTAKES = [
    ("given: {titl: X}", '6:13 unknown-field: no field named "titl". Did you mean "title"?'),
    (
        "given: {}\n    answers: {parts.ordr: {}}",
        '7:15 unknown-action: no action named "parts.ordr". Did you mean "parts.order"?',
    ),
    (
        "given: {}\n    answers: {parts.order: {fail: x, cod: y}}",
        '7:38 unknown-key: a failure has no key "cod". Did you mean "code"?',
    ),
    ("givn: {}", '6:5 unknown-key: a case has no key "givn". Did you mean "given"?'),
]

FILE_MISTAKES = [
    ("tests: repar\ncases: []", 'unknown-process: no process named "repar". Did you mean "repair"?'),
    ("tests: repair\ncases: []", "2:8 wrong-kind: cases are a list of one at least, not a list"),
    ("tests: repair", 'missing-key: a test file needs "cases"'),
    ("cases: []", 'missing-key: a test file needs "tests"'),
    ("tests: repair\ncases: [hello]", "2:9 wrong-kind: a case is written with keys, not as the value"),
    ("tests: repair\ncases: [{name: X, at: soon, steps: []}]", '2:23 bad-value: "soon" is not a time'),
    ("tests: repair\ncases: [{name: X, at: soon, steps: []}]", "wrong-kind: steps are a list of one at least"),
    ("tests: repair\ncases: [{name: X}]", 'missing-key: a case needs "at"'),
    ("tests: repair\ncases: [{name: X}]", 'missing-key: a case needs "steps"'),
    (
        "tests: repair\norganisation: {people: {kim: {groups: [dsk]}}}\ncases: []",
        'no group named "dsk". Did you mean "desk"?',
    ),
    ("tests: [", "syntax"),
]


@pytest.mark.parametrize(("step", "problem"), STEP_MISTAKES)
def test_a_mistake_in_a_step_is_found_where_it_is(step: str, problem: str) -> None:
    assert problem in "\n".join(problems(a_case(f"- {step}")))


@pytest.mark.parametrize(("expected", "problem"), EXPECT_MISTAKES)
def test_a_mistake_in_what_is_expected_is_found(expected: str, problem: str) -> None:
    assert problem in "\n".join(problems(a_case(f"- expect: {{{expected}}}")))


@pytest.mark.parametrize(("case", "problem"), CASE_MISTAKES)
def test_a_mistake_in_a_case_is_found(case: str, problem: str) -> None:
    assert problem in "\n".join(problems(a_case("- expect: {state: open}", case)))


@pytest.mark.parametrize(("source", "problem"), FILE_MISTAKES)
def test_a_mistake_in_a_file_is_found(source: str, problem: str) -> None:
    assert problem in "\n".join(problems(source))


def test_all_mistakes_are_found_at_once_in_the_order_of_the_text() -> None:
    found = problems(a_case("- expect: {stat: open}\n- {act: hld, as: bib}", GIVEN.replace("caller", "callr")))
    assert [problem.split()[0] for problem in found] == ["6:30", "8:18", "9:15", "9:24"]


def test_a_step_before_anything_was_started_says_so() -> None:
    (found, *_) = problems(a_case("- expect: {state: open}", "answers: {}"))
    assert 'unknown-record: no record named "repair" has been started yet. Write `given` in the case' in found


def test_a_case_sees_what_the_file_adds_to_the_organisation() -> None:
    extra = "organisation: {people: {kim: {groups: [desk]}}}\ncases:"
    source = a_case("- {act: hold, as: kim}").replace("cases:", extra)
    assert problems(source) == []


def test_a_case_names_the_rules_it_proves() -> None:
    written = a_case("- expect: {state: open}", f"rules: [3, 12]\n    {GIVEN}")
    assert run_file(written).cases[0].rules == (3, 12)
    assert problems(written.replace("[3, 12]", "[0]"))[0].startswith("6:13 bad-number")
