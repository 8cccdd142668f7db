"""A small process, its organisation and short ways of running tests of it."""

from textwrap import dedent, indent

from engine.scenarios.report import CaseReport, Report
from engine.scenarios.running import run_tests
from language.definition import Definition
from language.organisation_reading import read_organisation
from language.problems import LanguageError
from language.reading import read_definition

REPAIR = """
process: repair
version: 1
title: Repair
number: REP
owner: boss
calendar: office
read: [desk, caller]
write: [desk]
start: {to: open, by: [desk, caller], needs: [title], ask: [caller, size]}
fields:
  title:  {type: text, required: true}
  caller: user
  size:   {type: choice, options: [big, small], default: small}
  price:  number
  parts:  {type: list, of: text}
  ready:  datetime
  days:   number
  frost:  {type: yes_no, default: false}
tables:
  length:
    given: [size]
    gives: [days]
    rows:
      - [small, 1]
      - [big, 5]
targets:
  mending: {runs_in: [open], pauses_in: [held], within: 4 business hours}
states:
  open:
    do:
      - task: Look at it
        id: look
        for: [desk]
        form: [price, {result: {type: choice, options: [ok, broken]}}]
        due: 4 business hours
      - {call: parts.order, with: {title: =title}, save: {parts: =result.parts}}
      - {notify: "The parts are there", to: [caller]}
    transitions:
      hold:   {to: held, by: [desk]}
      finish: {to: done, by: [desk], when: open_tasks == 0, blocked: Finish the task first.}
      ship:   {to: done, by: [desk], when: "not frozen([], now, now + '1 hour')", blocked: It is frozen.}
      drop:   {to: dropped, event: dropped}
  held:
    transitions: {resume: {to: open, by: [desk]}}
  done:    {final: true}
  dropped: {final: true}
transitions:
  rename: {from: [open, held], by: [desk, caller], needs: [title], ask: [comment]}
"""

PEOPLE = """
people:
  ann: {name: Ann Weber}
  bob: {name: Bob Baker, groups: [desk]}
  eva: {name: Eva Brandt, groups: [desk]}
roles: {boss: {}}
groups: {desk: {lead: eva}}
calendars:
  office:
    zone: Europe/Berlin
    hours: {mon: 09:00-17:00, tue: 09:00-17:00, wed: 09:00-17:00, thu: 09:00-17:00, fri: 09:00-17:00}
"""

ORGANISATION = read_organisation({"organisation.yaml": PEOPLE})
GIVEN = "given: {title: The lamp, caller: ann}"


def a_process(source: str = REPAIR, **replaced: str) -> dict[str, Definition]:
    """Give the process, with texts of its definition replaced: `a_process(old=new)` where both are texts of it."""
    for old, new in replaced.items():
        source = source.replace(old, new)
    definition = read_definition(source)
    return {definition.process: definition}


def a_case(steps: str, case: str = GIVEN) -> str:
    """Write a test file of one case, which begins on a Friday at 10:00; its first step stands on line 8."""
    head = f"tests: repair\ncases:\n  - name: A lamp\n    at: 2026-03-06 10:00\n    as: ann\n    {case}\n    steps:\n"
    return head + indent(dedent(steps).strip("\n"), "      ") + "\n"


def run(steps: str, case: str = GIVEN, definitions: dict[str, Definition] | None = None) -> CaseReport:
    """Run one case, and give its report."""
    return run_file(a_case(steps, case), definitions).cases[0]


def run_file(source: str, definitions: dict[str, Definition] | None = None) -> Report:
    """Run a whole test file."""
    return run_tests(source, definitions or a_process(), ORGANISATION)


def passes(steps: str, case: str = GIVEN) -> bool:
    """Say whether a case passes; where it does not, print why."""
    report = run(steps, case)
    print(report.failure)
    return report.passed


def problems(source: str) -> list[str]:
    """Give the mistakes found in a test file, one a text."""
    try:
        run_file(source)
    except LanguageError as error:
        return [str(problem) for problem in error.problems]
    return []
