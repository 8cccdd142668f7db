"""Several records in one case: children and events between them really run, or come to what the case says."""

import pytest

from engine.scenarios.report import Report
from engine.scenarios.running import run_tests
from language.problems import LanguageError
from language.reading import read_definition
from tests.engine.scenarios.trying import ORGANISATION

ORDER = """
process: order
version: 1
title: Order
number: ORD
owner: boss
calendar: office
start: {to: open, by: [anyone], needs: [name], ask: [size]}
fields:
  name: text
  size: number
  cost: {type: number, default: 0}
  last: text
  job: {type: ref, of: job}
  ready: {type: list, of: job}
states:
  open:
    do:
      - run: job
        with: {title: "{{ name }}", size: =size}
        save: {cost: =result.fields.cost + 1, last: =result.state, job: =result.id}
        on_error: [{set: {last: =error.text}}, {go: failed}]
      - {run: job, with: {title: "=name + ' again'", size: 1}, when: last == 'done'}
      - set: {ready: "=find('job', state='done', size=[1, 2], since=created_at, newest=5)"}
      - {start: note, with: {about: =id}, save: {last: =result.id}}
      - {send: order.ready, to: "=linked('note', 'order')"}
      - {go: done}
    transitions:
      stop: {to: done, by: [anyone]}
      tell: {by: [anyone], then: [{send: job.hurry, to: "=linked('job', 'parent', state='open')"}]}
      whole:
        to: done
        by: [anyone]
        when: count_of('job', size=1) > 0 and job.title == 'Lamp'
        blocked: There is no job.
  done: {final: true}
  failed: {final: true}
"""

JOB = """
process: job
version: 1
title: Job
number: JOB
owner: boss
calendar: office
read: [anyone]
start: {to: open, by: [desk], needs: [title], ask: [size]}
fields:
  title: text
  size: {type: number, index: true, valid: size < 10, help: That is too much}
  cost: {type: number, default: 5}
  tags: {type: list, of: text, index: true, default: [a]}
  code: {type: text, sensitive: true}
states:
  open:
    transitions:
      done: {to: done, by: [desk]}
      hurry: {event: job.hurry, then: [{set: {cost: 9}}]}
      late: {to: done, after: 3 days}
  done: {final: true}
"""

NOTE = """
process: note
version: 1
title: Note
number: NOT
owner: boss
start: {to: open, by: [desk], ask: [about]}
fields: {about: {type: ref, of: order}, order: {type: ref, of: order, value: =about}, read: yes_no}
states: {open: {transitions: {ready: {event: order.ready, then: [{set: {read: true}}]}}}, gone: {final: true}}
"""

DEFINITIONS = {each.process: each for each in map(read_definition, (ORDER, JOB, NOTE))}


def case(steps: str, more: str = "", size: int = 2) -> Report:
    """Run a case of an order; its first step stands on line 8."""
    lines = "\n".join(f"      {line}" for line in steps.strip().split("\n"))
    head = f"given: {{name: Lamp, size: {size}}}"
    source = f"tests: order\ncases:\n  - name: A lamp\n    at: 2026-03-06 10:00\n    as: ann\n    {head}\n{more}"
    return run_tests(f"{source}    steps:\n{lines}\n", DEFINITIONS, ORGANISATION)


def failure(steps: str, more: str = "", size: int = 2) -> str:
    return case(steps, more, size).cases[0].failure


def problems(steps: str, more: str = "") -> str:
    with pytest.raises(LanguageError) as refused:
        case(steps, more)
    return str(refused.value)


def test_children_really_run_one_after_the_other() -> None:
    assert (
        failure("""
- expect: {started: [{job: {title: Lamp, size: 2}}], state: open}
- {act: done, as: bob, record: job}
- expect: {state: open, fields: {cost: 6, last: done, job: JOB0000001}, started: [{job: {title: Lamp again}}]}
- {expect: {state: done, fields: {title: Lamp}}, record: job}
- {act: done, as: bob, record: job_2}
- expect: {state: done, fields: {ready: [JOB0000001, JOB0000002], last: NOT0000001}, started: [note]}
- {expect: {fields: {about: ORD0000001, read: true}}, record: note}
""")
        == ""
    )


def test_time_passes_for_children_too() -> None:
    assert failure("- pass: 7 days\n- expect: {state: done}") == ""


def test_leaving_withdraws_the_child_that_is_waited_for() -> None:
    assert (
        failure("""
- {act: stop, as: ann}
- {expect: {state: withdrawn, journal: [ORD0000001 does not wait for this any more]}, record: job}
""")
        == ""
    )


def test_events_reach_the_records_that_are_found() -> None:
    assert (
        failure("""
- {act: tell, as: ann}
- {expect: {fields: {cost: 9}}, record: job}
- {act: done, as: bob, record: job}
- expect: {fields: {cost: 10}}
""")
        == ""
    )


def test_a_child_may_come_to_what_the_case_says() -> None:
    answers = (
        "    answers: {job: [{state: done, fields: {cost: 41, size: 1, code: sealed}}, {state: withdrawn}], note: {}}\n"
    )
    assert failure("- expect: {state: done, fields: {cost: 42, ready: [JOB0000001], last: NOT0000001}}", answers) == ""


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("{fail: no hands}", "{state: failed, fields: {last: no hands}}"),
        ("[]", "{state: open, started: [job]}"),
        ("{}", "{state: done, fields: {last: NOT0000001, cost: null}}"),
    ],
)
def test_a_child_may_fail_or_never_end(answer: str, expected: str) -> None:
    assert failure(f"- expect: {expected}", f"    answers: {{job: {answer}}}\n") == ""


def test_a_child_that_cannot_be_started_is_an_error_of_the_step() -> None:
    assert failure('- expect: {state: failed, fields: {last: "size: That is too much"}}', size=12) == ""


def test_facts_about_records_are_asked_each_time_and_guard_what_people_do() -> None:
    assert (
        failure("""
- expect: {actions: {ann: {whole: There is no job}}}
- {act: done, as: bob, record: job}
- expect: {actions: {ann: {whole: yes}}}
- {act: whole, as: ann}
- {expect: {state: withdrawn}, record: job_2}
""")
        == ""
    )


def test_a_case_may_answer_facts_about_records() -> None:
    assert (
        failure("""
- {fact: {count_of: 3, linked: [JOB0000001], find: []}}
- expect: {actions: {ann: {whole: There is no job}}}
- {act: tell, as: ann}
- {expect: {fields: {cost: 9}}, record: job}
""")
        == ""
    )


def test_a_record_that_no_one_has_started_is_missing_when_the_case_runs() -> None:
    assert 'no record named "job_3" has been started yet' in failure("- {act: done, as: bob, record: job_3}")


def test_the_name_of_a_child_is_taken() -> None:
    steps = "- {start: job, as: bob, with: {title: x}}"
    assert 'a record named "job" is there already: give this one another name' in failure(steps)


@pytest.mark.parametrize(
    ("steps", "more", "said"),
    [
        ("- {act: done, as: bob, record: jop}", "", 'no record named "jop"'),
        ("- {act: done, as: bob, record: job_x}", "", 'no record named "job_x"'),
        ("- {act: done, as: bob, record: [job]}", "", "the name of a record"),
        ("- expect: {started: [jop]}", "", 'no process named "jop"'),
        ("- expect: {started: [{jop: {}}]}", "", 'no process named "jop"'),
        ("- expect: {started: [{job: {sice: 3}}]}", "", 'no field named "sice"'),
        ("- expect: {}", "    answers: {jop: {}}\n", 'no action named "jop"'),
        ("- expect: {}", "    answers: {job: {state: open}}\n", 'no state named "open"'),
        ("- expect: {}", "    answers: {job: {fields: {size: much}}}\n", 'size: "much" is not a number'),
        ("- expect: {}", "    answers: {job: {stat: done}}\n", "stat"),
    ],
)
def test_a_mistake_about_other_records_is_found(steps: str, more: str, said: str) -> None:
    assert said in problems(steps, more)


def a_case_of(steps: str, *more: str, expected: str, record: str = "thing") -> str:
    """Run a case of a process that does these steps; give its failure."""
    thing = THING.replace("STEPS", steps)
    definitions = {each.process: each for each in map(read_definition, (thing, *more))}
    return (
        run_tests(ONE.replace("EXPECTED", expected).replace("RECORD", record), definitions, ORGANISATION)
        .cases[0]
        .failure
    )


THING = """
process: thing
version: 1
title: Thing
number: THG
owner: boss
fields: {n: number}
start: {to: one, by: [anyone]}
states:
  one: {do: [STEPS, {go: two}]}
  two: {do: [STEPS, {go: one}]}
  off: {final: true}
"""

ONE = """
tests: thing
cases:
  - name: One
    at: 2026-03-06 10:00
    as: ann
    given: {}
    steps: [{expect: EXPECTED, record: RECORD}]
"""

BLINK = """
process: blink
version: 1
title: Blink
number: BLI
owner: boss
fields: {n: number}
start: {to: "off"}
states: {"off": {final: true}}
"""


def test_records_that_set_each_other_off_without_end_stop_the_case() -> None:
    assert "more than 5000 events in one case" in a_case_of("{run: blink}", BLINK, expected="{state: one}")


def test_a_process_that_runs_itself_without_end_stands_still_twenty_deep() -> None:
    expected = "{faults: [have set off the next one]}"
    assert a_case_of("{run: thing}", expected=expected, record="thing_21") == ""


def test_a_process_that_there_is_not_is_an_error_of_the_step() -> None:
    assert a_case_of("{run: gone}", expected="{faults: [no process named gone]}") == ""


HASTY = """
process: thing
version: 1
title: Thing
number: THG
owner: boss
fields: {n: number}
start: {to: one, by: [anyone]}
states:
  one:
    do: [{set: {n: 1}}, {run: blink}]
    transitions: {on: {to: two, auto: true, when: n == 1}}
  two: {final: true}
"""


def test_a_child_that_is_left_in_the_same_moment_is_never_started() -> None:
    definitions = {each.process: each for each in map(read_definition, (HASTY, BLINK))}
    source = ONE.replace("EXPECTED", "{state: two, started: []}").replace("RECORD", "thing")
    assert run_tests(source, definitions, ORGANISATION).cases[0].failure == ""


LOOKING = """
process: thing
version: 1
title: Thing
number: THG
owner: boss
fields: {thing: {type: ref, of: thing}, n: number, kind: {type: choice, options: [a, b]}}
start: {to: one, by: [anyone], ask: [thing, kind]}
states:
  one:
    transitions:
      look: {by: [anyone], ask: [thing], then: [{set: {n: "=count_of('thing', since=now - '1 hour', kind='a')"}}]}
      lost: {to: two, by: [anyone], when: "len(find('gone', kind='a')) == 0", blocked: No}
  two: {final: true}
"""

LOOKED = """
tests: thing
cases:
  - name: One
    at: 2026-03-06 10:00
    as: ann
    given: {kind: a}
    steps:
      - pass: 2 hours
      - {start: thing, as: ann, with: {kind: a}, record: second}
      - {start: thing, as: ann, record: third}
      - {act: look, as: ann, with: {thing: NONE}, refused: 'there is no thing "NONE"'}
      - {act: look, as: ann, with: {thing: THG0000002}}
      - expect: {fields: {n: 1, thing: THG0000002}}
      - {act: lost, as: ann}
      - expect: {state: two}
"""


def test_records_are_found_by_when_they_began_and_only_where_there_are_some() -> None:
    definitions = {"thing": read_definition(LOOKING)}
    assert run_tests(LOOKED, definitions, ORGANISATION).cases[0].failure == ""


ALARM = """
process: alarm
version: 1
title: Alarm
number: ALA
owner: boss
correlate: key
fields: {key: {type: text, index: true}}
start: {to: open, by: [anyone], ask: [key]}
states:
  open: {transitions: {end: {to: done, by: [anyone]}}}
  done: {final: true}
"""

ALARMED = """
tests: alarm
cases:
  - name: One
    at: 2026-03-06 10:00
    as: ann
    given: {key: k}
    steps:
      - {start: alarm, as: ann, with: {key: k}, record: second, refused: ALA0000001 is open and has this already}
      - {act: end, as: ann}
      - {start: alarm, as: ann, with: {key: k}, record: third}
"""


def test_no_two_open_records_are_found_by_the_same_value() -> None:
    assert run_tests(ALARMED, {"alarm": read_definition(ALARM)}, ORGANISATION).cases[0].failure == ""


KEEPER = """
process: keeper
version: 1
title: Keeper
number: KEE
owner: boss
correlate: about
start: {to: open, by: [anyone], needs: [about]}
fields: {about: {type: text, index: true}, other: text, was: text}
states:
  open:
    do: [{start: keeper, once: true, with: {about: lamp}, save: {other: =result.id, was: "{{ result.existed }}"}}]
    transitions: {end: {to: done, by: [anyone]}}
  done: {final: true}
"""


def test_a_record_that_is_started_once_is_taken_by_all_that_ask_for_the_same() -> None:
    text = """
tests: keeper
cases:
  - name: One lamp for all
    at: 2026-03-06 10:00
    as: ann
    given: {about: door}
    steps:
      - expect: {fields: {other: KEE0000002, was: "no"}}
      - {expect: {fields: {other: KEE0000002, was: "yes"}}, record: keeper_2}
      - {start: keeper, record: wall, as: ann, with: {about: wall}}
      - {expect: {fields: {other: KEE0000002, was: "yes"}}, record: wall}
      - {act: end, as: ann, record: keeper_2}
      - {start: keeper, record: roof, as: ann, with: {about: roof}}
      - {expect: {fields: {other: KEE0000005, was: "no"}}, record: roof}
"""
    report = run_tests(text, {"keeper": read_definition(KEEPER)}, ORGANISATION)
    assert [case.failure for case in report.cases] == [""]
