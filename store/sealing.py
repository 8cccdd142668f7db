"""Seals sensitive values for whatever keeps them, and opens them for those who may: the keys are kept elsewhere.

The first key seals, every key opens, so that a key is changed by putting a new one first. A seal belongs to its
process: in a record of another one it does not open. Sealing is randomised; lengths are hidden within blocks.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from store.columns import Json
from store.errors import NoSealingKeyError, SealBrokenError

BLOCK = 256
"""Bytes: a value inside is as long as the next multiple of this."""

Keys = Callable[[], Sequence[str]]


class Seals:
    """Seals and opens with the keys there are; a key that is not known is looked for anew, once for each seal."""

    def __init__(self, keys: Keys = tuple) -> None:
        """Keep where the keys come from; nothing is read before the first value is sealed or opened."""
        self._read = keys
        self._keys: tuple[str, ...] = ()

    def seal(self, process: str, value: Json) -> str:
        """Seal a plain value for records of a process. Raises NoSealingKeyError."""
        text = json.dumps({"process": process, "value": value}, ensure_ascii=False)
        return self._box().encrypt(_padded(text.encode())).decode()

    def open(self, process: str, sealed: str) -> Json:
        """Give the plain value in a seal. Raises NoSealingKeyError, or SealBrokenError where no key fits."""
        inside = self._opened(sealed)
        if inside["process"] != process:
            raise SealBrokenError(f"it was sealed for {inside['process']}, not for {process}")
        return inside["value"]

    def fingerprint(self, data: bytes) -> str:
        """Give a digest that nobody without the key can compare with data they guess; without keys a mere digest."""
        key = (*self._known(), "")[0].encode()
        return hmac.new(key, data, hashlib.sha256).hexdigest()

    def derived(self, purpose: str, *, anew: bool = False) -> tuple[bytes, ...]:
        """Give a key for another purpose from each of those there are, in their order; `anew`: as they are now.

        Raises NoSealingKeyError.
        """
        if anew:
            self._keys = ()
        keys = self._known()
        if not keys:
            raise NoSealingKeyError("there is none")
        return tuple(hmac.new(key.encode(), f"steward {purpose}".encode(), hashlib.sha256).digest() for key in keys)

    def _opened(self, sealed: str) -> Json:
        try:
            return json.loads(self._box().decrypt(sealed))
        except InvalidToken:
            self._keys = ()
        try:
            return json.loads(self._box().decrypt(sealed))
        except InvalidToken:
            raise SealBrokenError("none of the keys there are fits. Put the one it was sealed with back") from None

    def _box(self) -> MultiFernet:
        keys = self._known()
        if not keys:
            raise NoSealingKeyError("there is none")
        return MultiFernet([Fernet(key) for key in keys])

    def _known(self) -> tuple[str, ...]:
        """Give the keys, reading them where none is known. Raises NoSealingKeyError for one that is no key."""
        if not self._keys:
            found = tuple(self._read())
            for number, key in enumerate(found, start=1):
                _refuse_other(number, key)
            self._keys = found
        return self._keys


def new_key() -> str:
    """Make a key."""
    return Fernet.generate_key().decode()


def keys_in(file: Path) -> tuple[str, ...]:
    """Give the keys in a file, one a line; none when there is no such file. Raises NoSealingKeyError."""
    try:
        return keys_of(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise NoSealingKeyError(f"{file} cannot be read ({type(error).__name__})") from None


def keys_of(text: str) -> tuple[str, ...]:
    """Give the keys in a text, one a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _refuse_other(number: int, key: str) -> None:
    try:
        Fernet(key)
    except ValueError:
        raise NoSealingKeyError(f"number {number} of those given is none") from None


def _padded(text: bytes) -> bytes:
    """Put spaces behind JSON, so that its length does not tell which of a few values it is."""
    return text + b" " * (-len(text) % BLOCK)
