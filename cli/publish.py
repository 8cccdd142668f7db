"""`steward publish`: definitions for everybody, checked and tested by the API before new records follow them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.client import Api, api
from cli.drafts import Draft, drafts
from cli.errors import FindingsError, UsageError
from cli.folder import chosen, folders
from cli.progress import tracked
from cli.terminal import complain, out, print_json, verbs
from settings import settings

app = verbs()

NEW = 201


@app.command()
def publish(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Definitions or folders; without any, all of yours.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write what is published as JSON.")] = False,
) -> None:
    """Publish definitions with their messages; each is checked and tested first, and what is published never changes.

    Running records stay with the version they began with.
    """
    given, done, refused = files or [], list[Mapping[str, Any]](), 0
    with api() as to:
        for draft in tracked(_drafts(given), "Publishing"):
            try:
                answer = _publish(to, draft)
            except FindingsError as error:
                complain(FindingsError(f"{draft.file} is not published. {error.text}", _placed(error.more, draft)))
                refused += 1
            else:
                done.append(answer)
                if not as_json:
                    _print(draft, answer)
    if as_json:
        print_json(done)
    if refused:
        raise FindingsError("")
    if not done:
        raise UsageError("there are no definitions here")


def _drafts(given: list[Path]) -> list[Draft]:
    found = []
    for folder in folders(given, settings().definitions):
        named = chosen(given, folder)
        found += [draft for draft in drafts(folder) if draft.file in named]
    return found


def _publish(to: Api, draft: Draft) -> Mapping[str, Any]:
    body = {
        "source": draft.source,
        "tests": draft.tests,
        "messages": dict(draft.messages),
        "beside": list(draft.beside),
    }
    answer = to.post("/definitions", body)
    return {**answer.body, "new": answer.status == NEW}


def _print(draft: Draft, answer: Mapping[str, Any]) -> None:
    name = f"[bold]{answer['process']} {answer['version']}[/]"
    out().print(f"{name} is published" if answer["new"] else f"{name} was published already, just so")
    for found in answer["findings"]:
        place = f"{draft.parts.get(found['file'], found['file'])}:{found['line']}:{found['column']}"
        out().print(f"  {place} {found['severity']} {found['code']}: {found['message']}", markup=False)


def _placed(lines: tuple[str, ...], draft: Draft) -> list[str]:
    """Put files for the parts of a draft: `definition:63:22 …` becomes `definitions/incident.yaml:63:22 …`."""
    return [_placed_line(line, draft) for line in lines]


def _placed_line(line: str, draft: Draft) -> str:
    part, colon, rest = line.partition(":")
    return f"{draft.parts[part]}{colon}{rest}" if part in draft.parts else line
