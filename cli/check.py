"""`steward check`: the mistakes in definitions, with neither server nor database."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from activities.registry import shapes
from cli.connectors import actions
from cli.errors import FindingsError, UsageError
from cli.findings import Finding, findings
from cli.folder import chosen, folders
from cli.printing import Checked, print_for_github, print_for_people
from cli.progress import counted
from cli.sarif import sarif
from cli.terminal import err, print_json, verbs
from settings import settings

app = verbs()


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; without any, the folder of your definitions.")
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="For people, programs, GitHub Actions or code scanning.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Find every mistake in definitions, their tests, messages and the organisation: file:line:column code."""
    if as_json and form not in (None, Format.JSON):
        raise UsageError(f"--json and --format {form} exclude each other")
    checked = _checked(files or [])
    if not checked.texts:
        raise UsageError("there are no definitions here")
    _write(checked, Format.JSON if as_json else form or Format.TEXT)
    if any(finding.problem.severity == "error" for finding in checked.found):
        raise FindingsError("")


def _checked(given: Sequence[Path]) -> Checked:
    texts, found = dict[Path, str](), list[Finding]()
    known = shapes(actions(settings()))
    for folder in folders(given, settings().definitions):
        wanted = chosen(given, folder)
        texts |= {file: text for file, text in folder.texts.items() if file in wanted}
        with counted("Checking", len(folder.files) - len(folder.organisation)) as passed:
            found += [finding for finding in findings(folder, known, passed) if finding.file in wanted]
    return Checked(texts, tuple(found))


def _write(checked: Checked, form: Format) -> None:
    match form:
        case Format.TEXT:
            print_for_people(checked)
            _count(checked)
        case Format.JSON:
            print_json([{"file": str(file), **problem._asdict()} for file, problem in checked.found])
        case Format.GITHUB:
            print_for_github(checked.found)
        case Format.SARIF:
            print_json(sarif(checked.found, Path.cwd()))


def _count(checked: Checked) -> None:
    errors = sum(finding.problem.severity == "error" for finding in checked.found)
    counts = ((errors, "mistake"), (len(checked.found) - errors, "warning"))
    said = [f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count]
    files = f"{len(checked.texts)} file{'s' * (len(checked.texts) != 1)}"
    err().print(f"{files}: {' and '.join(said) or 'no mistakes'}", style="red" if errors else "green")
