"""Signs what mail carries: the marks in addresses for answers, each for one person.

The keys are derived from those of `store.sealing`: the first signs, every one is accepted, and a new one is found.
"""

import base64
import hashlib
import hmac

from store.sealing import Seals

MARK_LENGTH = 20
"""Letters and digits of a mark, of five bits each: nobody guesses a hundred bits by mail."""


class Signing:
    """Makes and knows marks. What makes them raises NoSealingKeyError where there is no key."""

    def __init__(self, seals: Seals) -> None:
        """Keep where the keys are; none is read before the first signature."""
        self._seals = seals

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


def _mark(key: bytes, person: str, what: str) -> str:
    text = f"{person}\n{what}".encode()
    return base64.b32encode(hmac.new(key, text, hashlib.sha256).digest()).decode().lower()[:MARK_LENGTH]
