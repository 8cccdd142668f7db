"""What reads the texts of strangers, and with which errors each may refuse; all else is a mistake of ours.

`corpora/NAME/` keeps inputs of each: what is right, what was hostile, and whatever `make fuzz` has found.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from python_multipart.exceptions import FormParserError
from sqlalchemy import NullPool, create_engine, literal, select
from starlette.exceptions import HTTPException

from api.alerts import Notification, occurrences
from api.cloud_events import CloudEvent, _json
from api.mail_reading import read_mail
from api.multipart import _Cutter
from api.paging import place_of
from api.problems import RefusalError
from language.checker import check
from language.expressions import ExpressionError, parse, parse_text
from language.messages import read_message
from language.problems import LanguageError
from portal.records.wanted import wanted_at
from store.correspondence import Correspondence, tag_in
from store.errors import CursorError, DataError, LinkBrokenError
from store.listing import _last
from store.sealing import Seals
from store.signing import Signing
from store.tables import record
from tests.language.mutating import AROUND

CORPORA = Path(__file__).parent / "corpora"
LONGEST = 3.0
"""Seconds of processor time, many times what anything here needs."""
WORDS = (
    *(
        b"{{",
        b"}}",
        b"{%",
        b"__class__",
        b"&a *a",
        b"!!python/object:os.system",
        b"<<: ",
        b"\x00",
        b"\xff",
        b"\xe2\x80\xae",
    ),
    *(
        b"[" * 500,
        b"(" * 500,
        b"9" * 5_000,
        b"1e999",
        b"-",
        b"\r\n",
        b"\n\n",
        b": ",
        b"--x",
        b"--x--",
        b"=?utf-8?b?",
        b"NaN",
    ),
    *(
        b'"\\ud800"',
        b"Content-Type: multipart/mixed; boundary=x\r\n",
        b"Content-Disposition: form-data; name=",
        b"\t",
        b"''",
    ),
)
"""What grammars of ours, and of what stands around them, know."""


class Target(NamedTuple):
    """A reader of bytes, and the errors with which it refuses."""

    read: Callable[[bytes], object]
    refuses: tuple[type[Exception], ...]


class Outcome(NamedTuple):
    """What became of an input: what was answered or refused, in short; how long it took; a mistake of ours, if any."""

    said: str
    seconds: float
    mistake: str


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _form(data: bytes) -> object:
    """Read a form in parts, as it comes: the first byte says how large they are."""
    cutter, size = _Cutter(b"x"), max(1, data[:1].ljust(1, b"1")[0])
    return [piece for at in range(1, len(data), size) for piece in cutter.cut(data[at : at + size])]


def _notification(data: bytes) -> object:
    return list(occurrences(Notification.model_validate(_json(data)), "group"))


def _expression(data: bytes) -> object:
    """Read an expression; what it says of itself is the same expression again."""
    found = parse(_text(data))
    assert parse(found.text) == found
    return found


def _place(data: bytes) -> object:
    """Read a cursor that somebody wrote; what it says must be something that a database can be asked for."""
    cursor = base64.urlsafe_b64encode(data).decode()
    for sort, key in (("-updated", record.c.updated_at), ("id", record.c.id)):
        try:
            value, ordinal = _last(cursor, sort, key)
        except CursorError:
            continue
        with create_engine("sqlite://", poolclass=NullPool).connect() as connection:
            connection.execute(select(literal(value, key.type), literal(ordinal, record.c.ordinal.type))).one()
        return value
    return place_of(cursor, float, str)


def _named(data: bytes) -> object:
    """Say which record a mail is about, by whatever names one in its head."""
    text = _text(data)
    return OURS.read_reply(text) or OURS.record_of(text) or tag_in(text) or None


SIGNING = Signing(Seals(lambda: ("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",)))
OURS = Correspondence("Steward <steward@example.org>", "steward@example.org")

TARGETS: Mapping[str, Target] = {
    "definition": Target(lambda data: check(_text(data), AROUND), (LanguageError,)),
    "expression": Target(_expression, (ExpressionError,)),
    "text": Target(lambda data: parse_text(_text(data)), (ExpressionError,)),
    "message": Target(lambda data: read_message(_text(data)), (LanguageError,)),
    "mail": Target(read_mail, ()),
    "form": Target(_form, (FormParserError, RefusalError, HTTPException)),
    "event": Target(lambda data: CloudEvent.model_validate(_json(data)), (RefusalError, ValidationError)),
    "cursor": Target(_place, (CursorError, DataError)),
    "query": Target(lambda data: wanted_at(f"?{_text(data)}").filters(50), (RefusalError, RequestValidationError)),
    "link": Target(lambda data: SIGNING.read_link(_text(data)), (LinkBrokenError,)),
    "name": Target(_named, ()),
    "alert": Target(_notification, (RefusalError, ValidationError)),
}


def corpus(name: str) -> list[Path]:
    """Give the inputs that are kept for a target."""
    return sorted(file for file in (CORPORA / name).iterdir() if file.is_file())


def outcome(name: str, data: bytes) -> Outcome:
    """Have a target read an input."""
    target, began, mistake = TARGETS[name], time.process_time(), ""
    try:
        said = type(target.read(data)).__name__
    except target.refuses as refusal:
        said = type(refusal).__name__
    except Exception as error:  # noqa: BLE001 - whatever else it is, it is what we look for
        said, mistake = type(error).__name__, f"{type(error).__name__}: {str(error)[:200]}"
    took = time.process_time() - began
    return Outcome(said, took, mistake or (f"it took {took:.1f} s" if took > LONGEST else ""))


def mutated(data: bytes, others: list[bytes], chance: Random) -> bytes:
    """Spoil an input: pieces taken out, doubled, turned, grafted from another, or words put in."""
    for _ in range(chance.randint(1, 4)):
        at, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        end = min(end, at + chance.choice((1, 8, 200)))
        piece = data[at:end]
        data = data[:at] + chance.choice(list(_spoilt(piece, others, chance))) + data[end:]
    return data[:100_000]


def _spoilt(piece: bytes, others: list[bytes], chance: Random) -> Iterator[bytes]:
    other = chance.choice(others)
    yield b""
    yield piece * 2
    yield piece[::-1]
    yield bytes(each ^ (1 << chance.randrange(8)) for each in piece)
    yield piece + chance.choice(WORDS)
    yield other[(cut := chance.randrange(len(other) + 1)) : cut + 100]
    yield json.dumps(piece.decode("utf-8", "replace")).encode()
