"""The checker knows the other processes: the steps that reach their records, references to them, facts about them."""

import pytest

from language.checker import check
from language.problems import Problem
from language.reading import read_definition
from language.surroundings import Surroundings
from language.walking import processes_started

JOB = """\
process: job
version: 1
title: Job
number: JOB
owner: boss
start: {to: open, by: [agent], needs: [title], ask: [size, order, reason]}
fields:
  title: text
  size: {type: number, index: true}
  order: {type: ref, of: order}
  orders: {type: list, of: order, index: true}
  doer: user
  urgent: {type: yes_no, required: true, default: false}
  notes: {type: list, of: text}
  kind: {type: choice, options: [small, big]}
  grade: {type: choice, options: [a, b], sensitive: true}
states:
  open: {transitions: {done: {to: done, event: job.done}, left: {to: done, event: parent.left}}}
  done: {final: true}
"""

ORDER = """\
process: order
version: 1
title: Order
number: ORD
owner: boss
start: {to: open, by: [agent], ask: [name, count]}
fields:
  name: text
  count: number
  job: {type: ref, of: job}
  jobs: {type: list, of: job}
  service: {type: ref, of: service}
states:
  open:
    entry: [{start: job, with: {title: x}, save: {job: =result.id}}]
    do:
      - run: job
        with: {title: "{{ name }}", size: =count, order: =id}
        save: {count: =result.fields.size, name: =result.state}
        when: job.grade is empty or job is empty or (job.state == 'open' and job.size > 3)
      - {send: job.done, to: =job, with: {why: =name}}
      - {send: job.done, to: "=linked('job', 'order', state=['open', 'withdrawn'])"}
      - {send: anything, to: =parent}
      - {task: Look, for: [job.doer], due: 2 hours, when: "count(jobs, 'state', 'done') == 1"}
    transitions:
      all: {to: done, auto: true, when: "len(linked('job', 'parent')) == 2"}
      few: {to: done, auto: true, when: "count_of('job', size=count, since=created_at, state='done') > 2"}
      one: {to: done, auto: true, when: "len(find('job', urgent=true, kind=['small'], doer=actor, newest=10)) > 2"}
      both: {to: done, auto: true, when: "find('job', order=id, orders=[id], kind=name) == linked('job', 'orders')"}
  done: {final: true}
"""

AROUND = Surroundings(roles=("agent", "boss"), processes={"job": read_definition(JOB)})


def problems_of(old: str = "", new: str = "") -> tuple[Problem, ...]:
    assert old in ORDER
    return check(ORDER.replace(old, new, 1), AROUND)


def test_what_reaches_other_records_is_sound() -> None:
    assert problems_of() == ()
    assert check(JOB, Surroundings(roles=("agent", "boss"), processes={"order": read_definition(ORDER)})) == ()


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("unknown-process", "run: job", "run: jop"),
        ("unknown-process", "start: job", "start: jop"),
        ("bad-name", "run: job", "run: Job"),
        ("not-asked", "size: =count,", "doer: =actor,"),
        ("unknown-field", "size: =count,", "sice: =count,"),
        ("unknown-field", "size: =count,", "reason: because,"),
        ("wrong-type", "size: =count,", "size: =created_at,"),
        ("bad-value", "size: =count,", "size: much,"),
        ("missing-input", 'title: "{{ name }}", ', ""),
        ("unknown-attribute", "=result.fields.size", "=result.fields.sice"),
        ("wrong-type", "=result.fields.size", "=result.fields.urgent"),
        ("unknown-attribute", "{job: =result.id}", "{job: =result.state}"),
        ("not-here", "with: {why: =name}", "with: {why: =result.id}"),
        ("sensitive-read", "=result.fields.size", "=result.fields.grade"),
        ("sensitive-read", "job.size > 3", "job.grade == 'a'"),
        ("sensitive-read", "size=count", "grade=name"),
        ("unknown-option", "job.state == 'open'", "job.state == 'opne'"),
        ("unknown-attribute", "job.size > 3", "job.sice > 3"),
        ("wrong-type", "job.size > 3", "job.doer > 3"),
        ("unknown-kind", "of: job}", "of: jop}"),
        ("unknown-event", "send: job.done, to: =job", "send: job.dine, to: =job"),
        ("bad-name", "send: job.done, to: =job", "send: Job Done, to: =job"),
        ("not-an-expression", "to: =parent", "to: parent"),
        ("missing-key", "{send: anything, to: =parent}", "{send: anything}"),
        ("wrong-type", "to: =parent", "to: =count"),
        ("wrong-type", "to: =parent", "to: =service"),
        ("unknown-process", "linked('job', 'parent')", "linked('jop', 'parent')"),
        ("wrong-arguments", "linked('job', 'parent')", "linked('job')"),
        ("wrong-arguments", "linked('job', 'parent')", "linked(name, 'parent')"),
        ("unknown-field", "linked('job', 'parent')", "linked('job', name)"),
        ("unknown-field", "linked('job', 'parent')", "linked('job', 'ordre')"),
        ("not-linked", "linked('job', 'parent')", "linked('job', 'kind')"),
        ("not-linked", "linked('job', 'parent')", "linked('job', 'doer')"),
        ("not-indexed", "linked('job', 'parent')", "linked('job', 'notes')"),
        ("unknown-option", "'withdrawn']", "'wihdrawn']"),
        ("wrong-arguments", "state=['open', 'withdrawn']", "newest=3"),
        ("wrong-type", "since=created_at", "since=count"),
        ("wrong-type", "newest=10", "newest=true"),
        ("unknown-field", "size=count", "sice=count"),
        ("not-indexed", "size=count", "title=name"),
        ("unknown-option", "kind=['small']", "kind=['smal']"),
        ("wrong-type", "doer=actor", "doer=count"),
        ("name-taken", "process: order", "process: service"),
        ("name-taken", "  done: {final: true}", "  done: {final: true}\n  withdrawn: {}"),
        ("step-not-here", "start: job, with: {title: x}", "run: job, with: {title: x}"),
    ],
)
def test_a_mistake_about_other_records_is_found_where_it_was_made(code: str, old: str, new: str) -> None:
    found = [problem for problem in problems_of(old, new) if problem.code == code]
    assert found, problems_of(old, new)
    line = next(
        number
        for number, (a, b) in enumerate(zip(ORDER.split("\n"), ORDER.replace(old, new, 1).split("\n"), strict=False), 1)
        if a != b
    )
    assert any(abs(problem.line - line) <= 1 for problem in found), found


def test_what_is_missing_is_said_by_name() -> None:
    [problem] = problems_of('title: "{{ name }}", ', "")
    assert problem.message == "no job can be started without title"


def test_a_final_state_may_be_named_withdrawn() -> None:
    assert [
        each.code for each in problems_of("  done: {final: true}", "  done: {final: true}\n  withdrawn: {final: true}")
    ] == []


def test_a_definition_names_the_processes_of_which_it_starts_records() -> None:
    assert processes_started(read_definition(ORDER)) == ("job",)


ONCE = "entry: [{start: job, with: {title: x}, once: true, save: {job: =result.id, late: =result.existed}}]"


@pytest.mark.parametrize(
    ("correlates", "hint"),
    [
        ("", "Say in job by which field it correlates."),
        ("correlate: title\n", ""),
        ("correlate: size\n", "Fill size under with."),
    ],
)
def test_a_start_that_happens_once_fills_the_field_by_which_records_are_found(correlates: str, hint: str) -> None:
    job = JOB.replace("start: {to", f"{correlates}start: {{to").replace(
        "  title: text", "  title: {type: text, index: true}"
    )
    around = Surroundings(roles=("agent", "boss"), processes={"job": read_definition(job)})
    first = "entry: [{start: job, with: {title: x}, save: {job: =result.id}}]"
    text = ORDER.replace(first, ONCE).replace("  count: number", "  count: number\n  late: yes_no")
    found = [(problem.code, problem.hint) for problem in check(text, around)]
    assert found == ([("nothing-to-find-by", hint)] if hint else [])
