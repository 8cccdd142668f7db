"""Runs the tests of a definition: `run_tests` takes the text of a test file and says how its cases went."""

from collections.abc import Iterator, Mapping

from engine.explain import clock_time
from engine.journal import tell
from engine.scenarios.courses import Course
from engine.scenarios.coverage import Reached
from engine.scenarios.reading import read_script
from engine.scenarios.report import CaseReport, Report
from engine.scenarios.scene import Scene
from engine.scenarios.script import Case
from engine.scenarios.steps import carry_out
from engine.scenarios.world import World
from language.definition import Definition
from language.organisation import Organisation

LAST_LINES = 40
"""How much of a journal a failure shows."""


def run_tests(source: str, definitions: Mapping[str, Definition], organisation: Organisation, file: str = "") -> Report:
    """Run every case of a test file; `file` is its name for messages (`PROCESS.test.yaml` when it is not given).

    Raises LanguageError with all problems of the text.
    """
    script = read_script(source, definitions, organisation)
    reached = Reached(definitions[script.process])
    name = file or f"{script.process}.test.yaml"
    cases = tuple(run_case(World(definitions, script, case, reached), case, name) for case in script.cases)
    return Report(script.process, cases, reached.coverage())


def run_case(scene: Scene, case: Case, file: str) -> CaseReport:
    """Carry out the steps of a case in its scene, up to the first at which something is not as it should be."""
    for step in case.steps:
        wrong = carry_out(scene, step)
        if wrong:
            line = step.place.line
            said = "\n".join((f"{file}:{line}: {wrong}", *_journal(scene, scene.courses.get(step.record))))
            return CaseReport(case.name, case.place.line, case.rules, line, said)
    return CaseReport(case.name, case.place.line, case.rules)


def _journal(scene: Scene, course: Course | None) -> Iterator[str]:
    """Tell the journal so far, on the clocks of the record's calendar."""
    if course is None:
        return
    hours = scene.calendar(course)
    yield f"{course.record.id} so far (it is {clock_time(hours, scene.now)}):"
    if len(course.journal) > LAST_LINES:
        yield "  …"
    for told in course.journal[-LAST_LINES:]:
        who = f" — {told.who}" if told.who else ""
        yield f"  {clock_time(hours, told.at)}  {tell(told.line, hours)}{who}"
