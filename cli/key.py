"""`steward key`: the keys of sensitive values, in the file that the settings name."""

import typer

from cli.errors import FindingsError
from cli.sealing import add_key
from cli.terminal import out, verbs
from settings import settings
from store.errors import NoSealingKeyError

app = verbs()
key = typer.Typer(no_args_is_help=True, help="The keys that sensitive values are sealed with.")
app.add_typer(key, name="key")


@key.callback()
def _group() -> None:
    """Keep `add` a word of its own: without this, typer would take it away from the only command."""


@key.command()
def add() -> None:
    """Make a key that seals from now on; those there are go on opening what they have sealed.

    Restart the API afterwards. Keep every key as long as a record has a value that was sealed with it.
    """
    file = settings().sealing_key_file
    try:
        count = add_key(file)
    except NoSealingKeyError as error:
        raise FindingsError(str(error)) from error
    others = {1: "the only one", 2: "and one more opens"}.get(count, f"and {count - 1} more open")
    out().print(f"{file} has a new key, {others}. Restart the API, and keep a copy apart from the database.")
