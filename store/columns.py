"""The column types of the store, the same on both databases, and which values both can carry.

PostgreSQL refuses U+0000 and both refuse lone surrogates, each with an error of its own and at another moment; here
they are one `DataError`, raised before anything is sent. Texts are compared by code point on both (collation "C").
"""

import hashlib
import json
import math
import re
from typing import Any

from sqlalchemy import Dialect, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from store.errors import DataError

Json = Any

LONGEST_KEY = 200
"""Longer texts do not fit an index of PostgreSQL (2,704 bytes) together with their neighbours."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUL = "\\u0000"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def refuse_unstorable(value: Json, path: str = "") -> None:
    """Raise `DataError` with the path of the first text or number inside `value` that no database can carry."""
    match value:
        case str():
            if found := _UNSTORABLE.search(value):
                raise DataError(f"it contains the character U+{ord(found[0]):04X} at {found.start()}: remove it", path)
        case float():
            if not math.isfinite(value):
                raise DataError(f"{value} is no number in JSON", path)
        case dict():
            for key, inner in value.items():
                refuse_unstorable(key, path)
                refuse_unstorable(inner, f"{path}.{key}" if path else str(key))
        case list() | tuple():
            for index, inner in enumerate(value):
                refuse_unstorable(inner, f"{path}[{index}]")
        case _:
            pass


def written(value: Json) -> str:
    """Write a value as JSON; raise `DataError`, with the path, where a part of it cannot be stored."""
    try:
        text = _encode(value)
    except ValueError:  # a number that is none
        refuse_unstorable(value)
        raise
    if _NUL in text or _UNSTORABLE.search(text):  # perhaps: the text of this sign may also stand for itself
        refuse_unstorable(value)
    return text


def storable(text: str) -> str:
    """The text with � in the place of what cannot be stored: for texts of others, like error messages."""
    return _UNSTORABLE.sub("�", text)


def index_key(text: str) -> str:
    """The text as indexes hold it: itself, or its beginning and its SHA-256 when longer than 200 characters."""
    if len(text) <= LONGEST_KEY:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[: LONGEST_KEY - len(digest)]}{digest}"


class PlainText(TypeDecorator[str]):
    """Text of any length, ordered by code point."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Ask PostgreSQL for the order that SQLite has anyway."""
        return dialect.type_descriptor(Text(collation="C") if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's name
        """Refuse what cannot be stored."""
        if value is not None and _UNSTORABLE.search(value):
            refuse_unstorable(value)
        return value


class JsonText(TypeDecorator[Json]):
    """A JSON value, kept as the text it was written as: order of keys included."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str:  # noqa: ARG002 - SQLAlchemy's name
        """Refuse what cannot be stored, by its path."""
        return written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:  # noqa: ARG002 - SQLAlchemy's name
        """The value again."""
        return None if value is None else json.loads(value)
