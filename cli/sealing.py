"""The keys of sensitive values, where the settings say: from the environment, or a file for nobody but its owner."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from cli.errors import UsageError
from settings import Settings
from store.sealing import Seals, keys_in, keys_of, new_key

OWNER_ONLY = 0o600


def seals(chosen: Settings) -> Seals:
    """Give what seals and opens with the keys of the settings; they are read when they are needed."""
    given = chosen.sealing_keys
    if given is not None:
        return Seals(lambda: keys_of(given.get_secret_value().replace(",", "\n")))
    return Seals(partial(keys_in, chosen.sealing_key_file))


def add_key(file: Path, make: Callable[[], str] = new_key) -> int:
    """Put a new key, which `make` makes, before those in a file, if there is one; give how many there are then.

    Raises UsageError where the file cannot be written, and NoSealingKeyError where it cannot be read.
    """
    keys = (make(), *keys_in(file))
    fresh = file.with_name(f"{file.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=OWNER_ONLY, exist_ok=False)
        fresh.write_text("".join(f"{key}\n" for key in keys), encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        raise UsageError(f"the key cannot be kept in {file} ({error.strerror})") from error
    return len(keys)
