"""Signs what mail carries: links that let one person decide one approval, and the marks in addresses for replies.

The keys are derived from those of `store.sealing`: the first signs, every one is accepted, and a new one is found.
"""

import base64
import hashlib
import hmac
from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer

from store.errors import LinkBrokenError
from store.sealing import Seals

MARK_LENGTH = 20
"""Letters and digits of a mark, of five bits each: nobody guesses a hundred bits by mail."""


class Link(NamedTuple):
    """What a link is good for: this person may decide this approval (its id) until then (seconds since the epoch)."""

    person: str
    approval: str
    expires: float


class Signing:
    """Makes and reads links and marks. What makes them raises NoSealingKeyError where there is no key."""

    def __init__(self, seals: Seals) -> None:
        """Keep where the keys are; none is read before the first signature."""
        self._seals = seals

    def link(self, link: Link) -> str:
        """Write a link as a text that can stand in an address."""
        return str(self._serializer(self._seals.derived("link")).dumps([link.person, link.approval, int(link.expires)]))

    def read_link(self, text: str) -> Link:
        """Read a link, expired or not. Raises LinkBrokenError for what was not signed here."""
        for anew in (False, True):
            try:
                person, approval, expires = self._serializer(self._seals.derived("link", anew=anew)).loads(text)
            except BadData:
                continue
            return Link(person, approval, float(expires))
        raise LinkBrokenError

    def mark(self, person: str, what: str) -> str:
        """Give the mark by which an answer of this person about this is known."""
        return _mark(self._seals.derived("mark")[0], person, what)

    def is_mark(self, person: str, what: str, mark: str) -> bool:
        """Say whether it is the mark of this person and this."""
        return any(
            hmac.compare_digest(_mark(key, person, what).encode(), mark.encode())
            for anew in (False, True)
            for key in self._seals.derived("mark", anew=anew)
        )

    @staticmethod
    def _serializer(keys: tuple[bytes, ...]) -> URLSafeSerializer:
        return URLSafeSerializer(list(reversed(keys)), salt=b"steward.link", signer_kwargs=SIGNER)


SIGNER = {"key_derivation": "hmac", "digest_method": hashlib.sha256}


def _mark(key: bytes, person: str, what: str) -> str:
    text = f"{person}\n{what}".encode()
    return base64.b32encode(hmac.new(key, text, hashlib.sha256).digest()).decode().lower()[:MARK_LENGTH]
