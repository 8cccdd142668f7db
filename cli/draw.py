"""`steward draw`: a process as a picture or as Mermaid text, with neither server nor database."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import FindingsError, UsageError
from cli.folder import TEST, read_folder
from cli.terminal import verbs
from language.diagram import diagram
from language.drawing import svg
from language.layout import layout
from language.mermaid import mermaid
from language.problems import LanguageError, did_you_mean
from language.reading import read_definition
from settings import settings

app = verbs()


class Format(StrEnum):
    """How a process is drawn."""

    SVG = "svg"
    MERMAID = "mermaid"


@app.command()
def draw(
    process: Annotated[str, typer.Argument(help="A process of your definitions, or a file.")],
    form: Annotated[Format, typer.Option("--format", help="A picture, or text that many tools draw.")] = Format.SVG,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write; without it: here.")] = None,
) -> None:
    """Draw the states of a process, what is done in them, and every way between them."""
    file, source = _found(process)
    try:
        shown = diagram(read_definition(source))
    except LanguageError as error:
        lines = [f"{file}:{problem}" for problem in error.problems]
        raise FindingsError(f"{file} cannot be drawn before it is right", lines) from error
    text = mermaid(shown) if form is Format.MERMAID else svg(shown, layout(shown))
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}") from error


def _found(process: str) -> tuple[Path, str]:
    """Find the definition of a process by its name or its file."""
    named = Path(process)
    is_file = named.suffix == ".yaml"
    folder = read_folder(named.parent if is_file else settings().definitions, settings().definitions)
    known = {file.stem: (file, text) for file, text in folder.definitions.items()}
    found = known.get(named.stem if is_file else process)
    if found is None:
        hint = did_you_mean(process, known) or f"There are: {', '.join(known) or 'none'}."
        what = f"{process} is a test: draw its definition." if process.endswith(TEST) else hint
        raise UsageError(f"there is no process {process} here. {what}")
    return found
