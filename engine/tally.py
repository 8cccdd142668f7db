"""Counts votes: what an approval comes to as soon as that is certain, and whether it can come to anything at all."""

from collections.abc import Iterable
from typing import NamedTuple

from language.votes import Rule, Votes

YES, NO = "yes", "no"
APPROVED, REJECTED, EXPIRED = "approved", "rejected", "expired"


class Ballot(NamedTuple):
    """A seat as it counts: what it says (empty: nothing yet), and for which entries of `by` it may.

    A seat for no entry counts for nothing but its `veto`, or decides `alone`. One that is `gone` counts for how many
    votes it takes, and can give none.
    """

    choice: str = ""
    entries: tuple[int, ...] = ()
    veto: bool = False
    alone: bool = False
    gone: bool = False


def outcome(votes: Votes, entries: int, ballots: Iterable[Ballot], *, overdue: bool = False) -> str | None:
    """Say what has been decided; None: it is not certain yet.

    Rejected is certain with one veto, or when not enough can say yes, or vote at all, any more; approved when enough
    have said yes, so many have voted as must, and every veto holder has voted (who is no longer waited for when it is
    overdue).
    """
    ballots = tuple(ballots)
    alone = next((each.choice for each in ballots if each.alone and each.choice), "")
    if alone == NO or any(each.veto and each.choice == NO for each in ballots):
        return REJECTED
    if alone == YES:
        return APPROVED
    counting = [each for each in ballots if each.entries]
    needed = votes.needed(len(counting), entries)
    present = [each for each in counting if not each.gone]
    if _reached(votes, [each for each in present if each.choice != NO]) < needed or len(present) < votes.quorum:
        return REJECTED
    voted = sum(bool(each.choice) for each in counting)
    enough = _reached(votes, [each for each in counting if each.choice == YES]) >= needed and voted >= votes.quorum
    waits = not overdue and any(each.veto and not each.choice and not each.gone for each in ballots)
    return APPROVED if enough and not waits else None


def missing(votes: Votes, entries: int, ballots: Iterable[Ballot]) -> int:
    """Say how many seats there are too few for the votes it takes; 0: it can be decided."""
    counting = [each for each in ballots if each.entries]
    needed = max(votes.needed(len(counting), entries), votes.quorum, 1)
    return max(needed - _reached(votes, counting), 0)


def _reached(votes: Votes, ballots: list[Ballot]) -> int:
    """Count votes: with `each` every entry needs a person of its own, however many may speak for it."""
    return _matched(ballots) if votes.rule is Rule.EACH else len(ballots)


def _matched(ballots: list[Ballot]) -> int:
    """Give how many entries can have a ballot of their own (the greatest matching)."""
    taken: dict[int, int] = {}

    def place(ballot: int, tried: dict[int, None]) -> bool:
        for entry in ballots[ballot].entries:
            if entry in tried:
                continue
            tried[entry] = None
            if entry not in taken or place(taken[entry], tried):
                taken[entry] = ballot
                return True
        return False

    return sum(place(ballot, {}) for ballot in range(len(ballots)))
