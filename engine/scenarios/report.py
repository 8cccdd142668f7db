"""What came of a test file: each case with its failure, and what the cases have reached."""

from collections.abc import Iterator
from typing import NamedTuple

from engine.scenarios.coverage import Coverage


class CaseReport(NamedTuple):
    """How a case went: its name and line, the rules it proves, where it failed, and what was expected there."""

    name: str
    line: int
    rules: tuple[int, ...] = ()
    failed_at: int = 0
    failure: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.failure


class Report(NamedTuple):
    """What came of all cases of a process."""

    process: str
    cases: tuple[CaseReport, ...]
    coverage: tuple[Coverage, ...]

    @property
    def passed(self) -> bool:
        """Whether every case passed."""
        return all(case.passed for case in self.cases)


def in_words(report: Report) -> str:
    """Say it to people: each failure, how many cases passed, what was reached and what was not."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    for case in report.cases:
        if not case.passed:
            yield f"{case.name} (line {case.line})"
            yield from (f"  {line}" for line in case.failure.split("\n"))
            yield ""
    passed = sum(case.passed for case in report.cases)
    yield f"{report.process}: {passed} of {len(report.cases)} cases passed"
    for part in report.coverage:
        if part.all:
            missed = f"; never reached: {', '.join(part.missed)}" if part.missed else ""
            yield f"  {part.what}: {len(part.all) - len(part.missed)} of {len(part.all)}{missed}"
