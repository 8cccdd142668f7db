"""`steward schema`: what editors need to know to complete and mark definitions while they are written."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import UsageError
from cli.terminal import out, verbs
from engine.scenarios.json_schema import script_schema
from language.json_schemas.definitions import definition_schema
from language.json_schemas.forms import Form
from language.json_schemas.organisations import message_schema, organisation_schema
from settings import settings

app = verbs()

SCHEMAS: Mapping[str, Callable[[], Form]] = {
    "definition": definition_schema,
    "message": message_schema,
    "organisation": organisation_schema,
    "test": script_schema,
}
"""Every kind of file that process owners write, by the name of its schema."""


@app.command()
def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The folder to write them to; without it, schema/ in yours.")
    ] = None,
) -> None:
    """Write the JSON Schemas of definitions, tests, organisation and messages, for editors."""
    folder = output or settings().definitions / "schema"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, made in SCHEMAS.items():
            file = folder / f"{name}.json"
            file.write_text(json.dumps(made(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            out().print(str(file), markup=False, soft_wrap=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
