"""`steward apply`: the organisation for everybody, checked by the API, with the difference shown first."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from cli.client import Api, api
from cli.difference import counted, difference
from cli.errors import FindingsError, UsageError
from cli.folder import ORGANISATION, Folder, folders
from cli.terminal import out, print_json, verbs
from settings import settings

app = verbs()

ADDRESS = "/organisation/apply"
STYLES = {"+": "green", "~": "yellow", "-": "red"}


@app.command()
def apply(
    path: Annotated[
        Path | None, typer.Argument(help="A folder of definitions, or its organisation/; without any, yours.")
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Apply without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the changes as JSON; with --yes or --dry-run.")
    ] = False,
) -> None:
    """Apply what has changed in the files of the organisation since they were last applied.

    The difference is shown first. What was changed through the API meanwhile stays, unless the files have changed the
    same row. Where anything is wrong, nothing is applied. The files of a folder are applied together, as a whole.
    """
    (folder,) = folders([] if path is None else [path], settings().definitions)
    body = {"files": _files(folder), "beside": list(folder.definitions.values())}
    if not (yes or dry_run) and (as_json or not sys.stdin.isatty()):
        raise UsageError("nobody can be asked here: say --yes to apply, or --dry-run to see what would change")
    with api() as to:
        planned = _sent(to, body, dry_run=True)
        if not as_json:
            _print(planned)
        if not dry_run and planned["changes"] and (yes or _agreed()):
            applied = _sent(to, body, dry_run=False, version=planned["version"])
            planned = applied
            if not as_json:
                out().print(f"Applied: the organisation is version {applied['version']} now.")
        if as_json:
            print_json(planned)


def _files(folder: Folder) -> dict[str, str]:
    """Give the texts of a folder's organisation, by their paths."""
    texts = {str(file): text for file, text in _own(folder).items()}
    if not texts:
        raise UsageError(f"there is no organisation in {folder.path / ORGANISATION}")
    return texts


def _own(folder: Folder) -> Mapping[Path, str]:
    """Give the folder's own organisation, not the one it gets because it has none."""
    inside = folder.path / ORGANISATION
    return {file: text for file, text in folder.organisation.items() if file.parent == inside}


def _sent(to: Api, body: Mapping[str, Any], *, dry_run: bool, version: int | None = None) -> Mapping[str, Any]:
    seen = {} if version is None else {"If-Match": f'"{version}"'}
    answer: Mapping[str, Any] = to.post(ADDRESS, {**body, "dry_run": dry_run}, **seen).body
    return answer


def _print(planned: Mapping[str, Any]) -> None:
    console = out()
    for line in difference(planned["changes"]):
        style = STYLES.get(line.strip()[:1], "bold") if line.startswith(" ") else "bold"
        console.print(f"[{style}]{escape(line)}[/]")
    console.print(f"{counted(planned['changes']) or 'The files say nothing new'}.")
    for warning in planned["warnings"]:
        console.print(f"[bold yellow]Look:[/] {escape(warning)}")


def _agreed() -> bool:
    """Ask whether to apply; raise FindingsError where the answer is no."""
    if typer.confirm("Apply these changes?"):
        return True
    raise FindingsError("nothing is applied")
