"""Encrypts all that Temporal keeps of records, under keys that only Steward's own programs have.

AES-256-GCM, with a fresh nonce for each payload and the id of its key in the metadata: the first key encrypts, every
key decrypts. What is not encrypted, or was changed, is refused: it reaches a workflow as something that it cannot read.
"""

import base64
import binascii
import hashlib
import logging
import os  # noqa: TID251 - around workflows, not in them
from collections.abc import Callable, Sequence
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

ENCODING = b"binary/encrypted"
REFUSED = b"refused/not-encrypted"
"""The encodings of what is encrypted, and of what is refused, which no converter can read."""
KEY = "encryption-key-id"
NONCE, LENGTH = 12, 32
"""Bytes of a nonce, and of a key."""

Keys = Callable[[], Sequence[str]]

log = logging.getLogger(__name__)


class CodecKeyError(Exception):
    """A key that is needed is not there, or one that is given is none; the text says which."""


class Codec(PayloadCodec):
    """Encrypts and decrypts with the keys there are; one that is not known is looked for anew."""

    def __init__(self, keys: Keys) -> None:
        """Read the keys. Raises CodecKeyError where there is none, or one is none."""
        self._read = keys
        self._current, self._known = _boxes(keys())

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each with the first key."""
        return [self._encrypted(each) for each in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt each; what cannot have come from us is refused. Raises CodecKeyError for a key that is not there."""
        return [self.opened(each) or _refused() for each in payloads]

    def opened(self, payload: Payload) -> Payload | None:
        """Decrypt a payload; None for what is not encrypted, or was changed. Raises CodecKeyError."""
        if payload.metadata.get("encoding") != ENCODING:
            return None
        name = key_of(payload)
        sealed = payload.data
        try:
            plain = self._box(name).decrypt(sealed[:NONCE], sealed[NONCE:], name.encode())
        except (InvalidTag, ValueError):  # the other: it is too short
            return None
        return Payload.FromString(plain)

    def knows(self, name: str) -> bool:
        """Say whether there is a key of that id."""
        return name in self._known

    def names(self) -> tuple[str, ...]:
        """Give the ids of the keys, first the one that encrypts."""
        return (self._current, *sorted(self._known.keys() - {self._current}))

    def _encrypted(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE)
        sealed = self._known[self._current].encrypt(nonce, payload.SerializeToString(), self._current.encode())
        return Payload(metadata={"encoding": ENCODING, KEY: self._current.encode()}, data=nonce + sealed)

    def _box(self, name: str) -> AESGCM:
        if name not in self._known:
            self._current, self._known = _boxes(self._read())
        if name not in self._known:
            raise CodecKeyError(f"there is no key {name}. Put the one back that it was encrypted with")
        return self._known[name]


def encrypting(codec: Codec) -> DataConverter:
    """Give the converter that encrypts everything, the texts of failures included."""
    return replace(
        DataConverter.default, payload_codec=codec, failure_converter_class=DefaultFailureConverterWithEncodedAttributes
    )


def key_of(payload: Payload) -> str:
    """Give the id of the key that a payload is encrypted with; an empty one where it is not encrypted."""
    return payload.metadata.get(KEY, b"").decode(errors="replace")


def key_id(key: str) -> str:
    """Give the id of a key, which tells nothing of it. Raises CodecKeyError for what is no key."""
    return hashlib.sha256(b"steward codec key\n" + _bytes(key)).hexdigest()[:16]


def _boxes(keys: Sequence[str]) -> tuple[str, dict[str, AESGCM]]:
    """Give the id of the first key, and all by their ids."""
    if not keys:
        raise CodecKeyError("there is no key")
    known = {key_id(key): AESGCM(_bytes(key)) for key in keys}
    return key_id(keys[0]), known


def _bytes(key: str) -> bytes:
    try:
        found = base64.b64decode(key, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != LENGTH:
        raise CodecKeyError("one of the keys given is none. `steward key add --codec` makes one")
    return found


def _refused() -> Payload:
    log.error("a payload is refused: it is not encrypted, or was changed")
    return Payload(metadata={"encoding": REFUSED}, data=b"")
