"""`steward check`: the mistakes in definitions, with neither server nor database."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from activities.registry import shapes
from cli.errors import FindingsError, UsageError
from cli.findings import Finding, findings
from cli.folder import chosen, folders
from cli.terminal import err, out, print_json, verbs
from settings import settings

app = verbs()


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; without any, the folder of your definitions.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write a list of findings as JSON.")] = False,
) -> None:
    """Find every mistake in definitions, their tests, messages and the organisation: file:line:column code."""
    given, found, looked_at = files or [], list[Finding](), 0
    for folder in folders(given, settings().definitions):
        wanted = chosen(given, folder)
        looked_at += len(wanted)
        found += [finding for finding in findings(folder, shapes()) if finding.file in wanted]
    if not looked_at:
        raise UsageError("there are no definitions here")
    if as_json:
        print_json([{"file": str(each.file), **each.problem._asdict()} for each in found])
    else:
        _print(found, looked_at)
    if any(finding.problem.severity == "error" for finding in found):
        raise FindingsError("")


def _print(found: list[Finding], looked_at: int) -> None:
    console = out()
    for file, problem in found:
        kind = "[yellow]warning[/] " if problem.severity == "warning" else ""
        place, _space, text = str(problem._replace(severity="error")).partition(" ")
        code, _colon, rest = text.partition(":")
        console.print(f"[bold]{escape(str(file))}[/]:{place} {kind}[red]{code}[/]:{escape(rest)}", soft_wrap=True)
    errors = sum(finding.problem.severity == "error" for finding in found)
    warnings = len(found) - errors
    counts = ((errors, "mistake"), (warnings, "warning"))
    said = [f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count]
    err().print(f"{looked_at} files: {' and '.join(said) or 'no mistakes'}", style="red" if errors else "green")
