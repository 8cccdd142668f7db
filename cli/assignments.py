"""Reads `field=value` from a command line: what fills fields, answers forms and filters lists."""

import json
from collections.abc import Iterable
from typing import Any

from cli.errors import UsageError

JSON_SIGN = ":="
EXAMPLE = 'Write field=value, field="several words", field:=[1,2] for JSON, or field= to empty it.'


def read_assignments(words: Iterable[str]) -> dict[str, Any]:
    """Read each word: `a=b` gives a text, `a=` empties, `a:=…` is JSON, and `a=b a=c` is a list.

    Raises UsageError, which says how to write it.
    """
    found: dict[str, Any] = {}
    several: dict[str, list[Any]] = {}
    for word in words:
        name, value = _assignment(word)
        if name in found:
            several.setdefault(name, [found[name]]).append(value)
        found.setdefault(name, value)
    return {**found, **several}


def _assignment(word: str) -> tuple[str, Any]:
    name, sign, value = word.partition("=")
    if not sign or not name.removesuffix(":"):
        raise UsageError(f'"{word}" fills no field. {EXAMPLE}')
    if not name.endswith(":"):
        return name, value or None
    try:
        return name[:-1], json.loads(value)
    except ValueError as error:
        raise UsageError(f'the value of "{word}" is not JSON ({error}). {EXAMPLE}') from error
