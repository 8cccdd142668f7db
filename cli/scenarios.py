"""`steward test`: the scenarios of definitions on a simulated clock, with neither server nor database."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cli.errors import FindingsError, UsageError
from cli.findings import definitions_of, organisation_of
from cli.folder import TEST, Folder, chosen, folders
from cli.progress import tracked
from cli.terminal import err, out, print_json, verbs
from engine.scenarios.report import Report
from engine.scenarios.running import run_tests
from language.problems import LanguageError
from settings import settings

app = verbs()


@app.command("test")
def run(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Test files, definitions or folders; without any, all of yours.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the reports as JSON.")] = False,
) -> None:
    """Run the scenarios of definitions: every case, and what the cases have reached."""
    since = time.perf_counter()
    reports = tuple(_reports(files or []))
    if as_json:
        print_json([{"file": str(file), **_json(report)} for file, report in reports])
    else:
        _print(reports, time.perf_counter() - since)
    if not reports:
        raise UsageError(f"there are no tests (PROCESS{TEST}) here")
    if not all(report.passed for _file, report in reports):
        raise FindingsError("")


def _reports(given: list[Path]) -> Iterator[tuple[Path, Report]]:
    for folder in folders(given, settings().definitions):
        tests = _tests(given, folder)
        try:
            organisation, definitions = organisation_of(folder), definitions_of(folder)
            for file in tracked(tests, "Testing"):
                yield file, run_tests(folder.tests[file], definitions, organisation, str(file))
        except LanguageError as error:
            hint = "`steward check` says all that is wrong here."
            raise FindingsError(f"the tests of {folder.path} cannot be read. {hint}", str(error).split("\n")) from error


def _tests(given: list[Path], folder: Folder) -> list[Path]:
    """Choose the tests that were named, themselves or by their definitions."""
    named = {file.name.removesuffix(TEST).removesuffix(".yaml") for file in chosen(given, folder)}
    return [file for file in folder.tests if file.name.removesuffix(TEST) in named]


def _json(report: Report) -> dict[str, object]:
    cases = [{**case._asdict(), "passed": case.passed} for case in report.cases]
    return {**report._asdict(), "cases": cases, "coverage": [part._asdict() for part in report.coverage]}


def _print(reports: tuple[tuple[Path, Report], ...], seconds: float) -> None:
    console = out()
    for file, report in reports:
        for case in report.cases:
            if not case.passed:
                console.print(f"[bold red]failed[/] {escape(case.name)} [dim]{escape(str(file))}:{case.line}[/]")
                console.print("\n".join(f"  {line}" for line in escape(case.failure).split("\n")), soft_wrap=True)
        _print_coverage(console, report)
    failed = sum(not case.passed for _file, report in reports for case in report.cases)
    passed = sum(len(report.cases) for _file, report in reports) - failed
    said = f"{passed} passed" + (f", {failed} failed" if failed else "")
    err().print(f"{said} in {seconds:.2f} s", style="red" if failed else "green")


def _print_coverage(console: Console, report: Report) -> None:
    reached = [
        f"{len(part.all) - len(part.missed)} of {len(part.all)} {part.what}" for part in report.coverage if part.all
    ]
    console.print(f"[bold]{escape(report.process)}[/]: {len(report.cases)} cases reach {', '.join(reached)}")
    for part in report.coverage:
        if part.missed:
            console.print(f"  [yellow]no case reaches these {part.what}:[/] {escape(', '.join(part.missed))}")
