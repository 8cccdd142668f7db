"""How many votes an approval takes: a number, a share of the seats, all of them, or one for each entry of `by`.

ValueError
└── VotesRefused     what was given says no number of votes; its text says how one is written
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import Any, NamedTuple

from language.problems import quoted

HOW_TO_WRITE = "Write a number, 60%, all, each, or {share: 60%, quorum: 3}."
MOST = 500
"""More votes than any board has seats."""

SHARE, QUORUM = "share", "quorum"
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?%")
_WHOLE = re.compile(r"[0-9]{1,4}")


class Rule(StrEnum):
    """The ways of counting: so many yes, a share of the seats, every seat, or one for each entry of `by`."""

    NUMBER = "number"
    SHARE = "share"
    ALL = "all"
    EACH = "each"


class VotesRefused(ValueError):
    """What was given says no number of votes."""


class Votes(NamedTuple):
    """How many votes say yes: `number` of them, or that share of the seats in percent; `quorum` must vote at all."""

    rule: Rule
    number: Decimal = Decimal(0)
    quorum: int = 0

    def needed(self, seats: int, entries: int) -> int:
        """Say how many yes it takes of so many seats and entries of `by`; shares are rounded up (49 % of 5 is 3)."""
        match self.rule:
            case Rule.NUMBER:
                return int(self.number)
            case Rule.SHARE:
                return ceil(seats * self.number / 100)
            case Rule.ALL:
                return seats
            case _:
                return entries

    def __str__(self) -> str:
        """Say it as it is written, a quorum in words: `3`, `60%`, `60% with 3 voting`."""
        if self.rule in (Rule.ALL, Rule.EACH):
            return str(self.rule)
        text = f"{self.number:f}{'%' if self.rule is Rule.SHARE else ''}"
        return f"{text} with {self.quorum} voting" if self.quorum else text


ONE = Votes(Rule.NUMBER, Decimal(1))
"""What is meant where nothing is written: one yes."""


def read_votes(given: Any) -> Votes:  # noqa: ANN401  # what a file, a cell or an expression holds
    """Read votes as they are written, or as an expression or a cell of a table gives them; raise VotesRefused."""
    if isinstance(given, Mapping):
        return _shared(given)
    if isinstance(given, bool) or not isinstance(given, int | Decimal | str):
        raise VotesRefused(f"{'nothing' if given is None else 'this'} is no number of votes. {HOW_TO_WRITE}")
    text = str(given).strip()
    if text in (Rule.ALL, Rule.EACH):
        return Votes(Rule(text))
    if _WHOLE.fullmatch(text):
        return Votes(Rule.NUMBER, Decimal(_counted(text)))
    return Votes(Rule.SHARE, _share(text))


def written(votes: Votes) -> Any:  # noqa: ANN401  # plain JSON
    """Give votes as plain JSON, which `read_votes` reads."""
    if votes.rule is not Rule.SHARE:
        return str(votes)
    share = f"{votes.number:f}%"
    return {SHARE: share, QUORUM: votes.quorum} if votes.quorum else share


def _shared(given: Mapping[str, Any]) -> Votes:
    strange = [key for key in given if key not in (SHARE, QUORUM)]
    if strange or SHARE not in given:
        raise VotesRefused(f"this is no number of votes. {HOW_TO_WRITE}")
    quorum = _counted(str(given[QUORUM])) if QUORUM in given else 0
    return Votes(Rule.SHARE, _share(str(given[SHARE])), quorum)


def _share(text: str) -> Decimal:
    found = _PERCENT.fullmatch(text)
    share = Decimal(found[1]) if found else Decimal(0)
    if not 0 < share <= 100:
        raise VotesRefused(f"{quoted(text)} is no number of votes. {HOW_TO_WRITE}")
    return share


def _counted(text: str) -> int:
    if not _WHOLE.fullmatch(text) or not 0 < int(text) <= MOST:
        raise VotesRefused(f"{quoted(text)} is not a whole number of votes from 1 to {MOST}")
    return int(text)
