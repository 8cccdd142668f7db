"""Votes are counted as a person with all the time in the world would count them, only sooner."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations, product
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.tally import APPROVED, NO, REJECTED, YES, Ballot, missing, outcome
from language.votes import Rule, Votes, read_votes

WAYS = [
    ("3", [(0,)] * 5, ()),
    ("60%", [(0,)] * 5, ()),
    ("49%", [(0,)] * 5, ()),
    ("all", [(0,)] * 4, ()),
    ("each", [(0,), (1,), (0, 1), (2,)], ()),
    ({"share": "60%", "quorum": 3}, [(0,)] * 5, (4,)),
    ({"share": "20%", "quorum": 4}, [(0,)] * 5, ()),
    ("2", [(0,), (0,), (0,), ()], (3,)),
]
"""Votes, the entries of `by` each seat counts for, and the seats with a veto (one without entries has nothing else)."""


def ballots(entries: list[tuple[int, ...]], vetoes: tuple[int, ...], said: dict[int, str]) -> list[Ballot]:
    return [Ballot(said.get(seat, ""), each, seat in vetoes) for seat, each in enumerate(entries)]


def counted_in_the_end(votes: Votes, entries: list[tuple[int, ...]], vetoes: tuple[int, ...], said: str) -> str:
    """Decide when all have voted: the oracle, which knows nothing of deciding early."""
    if any(said[seat] == "n" for seat in vetoes):
        return REJECTED
    counting = [seat for seat, each in enumerate(entries) if each]
    yes = [seat for seat in counting if said[seat] == "y"]
    wanted = {entry for each in entries for entry in each}
    match votes.rule:
        case Rule.EACH:
            enough = any(
                all(entry in entries[seat] for entry, seat in zip(sorted(wanted), chosen, strict=True))
                for chosen in permutations(yes, len(wanted))
            )
        case Rule.ALL:
            enough = yes == counting
        case Rule.SHARE:
            enough = 100 * len(yes) >= votes.number * len(counting)
        case _:
            enough = len(yes) >= votes.number
    return APPROVED if enough else REJECTED


def everything_said(seats: int) -> Iterator[str]:
    yield from map("".join, product("yn", repeat=seats))


@pytest.mark.parametrize(("written", "entries", "vetoes"), WAYS)
def test_over_all_orders_of_votes_an_early_decision_never_differs_from_the_final_count(
    written: object, entries: list[tuple[int, ...]], vetoes: tuple[int, ...]
) -> None:
    votes = read_votes(written)
    number = 1 + max(entry for each in entries for entry in each)
    for said in everything_said(len(entries)):
        final = counted_in_the_end(votes, entries, vetoes, said)
        for order in permutations(range(len(entries))):
            heard: dict[int, str] = {}
            decided = None
            for seat in order:
                heard[seat] = YES if said[seat] == "y" else NO
                found = outcome(votes, number, ballots(entries, vetoes, heard))
                assert decided is None or found in (decided, REJECTED)
                decided = decided or found
                if decided is not None:
                    assert decided == final, (said, order)
                    break
            assert decided is not None


@settings(max_examples=300)
@given(
    st.sampled_from(["1", "2", "3", "34%", "60%", "100%", "all", "each", {"share": "50%", "quorum": 3}]),
    st.lists(st.tuples(st.lists(st.integers(0, 2), max_size=3, unique=True), st.booleans()), min_size=1, max_size=6),
    st.data(),
)
def test_nothing_is_decided_while_the_rest_could_still_turn_it(
    written: object, seats: list[tuple[list[int], bool]], data: st.DataObject
) -> None:
    votes, entries = read_votes(written), [tuple(each) for each, _ in seats]
    vetoes = tuple(seat for seat, (_, veto) in enumerate(seats) if veto)
    number = 1 + max((entry for each in entries for entry in each), default=0)
    if missing(votes, number, ballots(entries, vetoes, {})):
        return
    heard = {seat: data.draw(st.sampled_from([YES, NO])) for seat in range(len(entries)) if data.draw(st.booleans())}
    ends = set()
    for rest in everything_said(len(entries) - len(heard)):
        left = iter(rest)
        all_said = {seat: heard.get(seat) or (YES if next(left) == "y" else NO) for seat in range(len(entries))}
        ends.add(outcome(votes, number, ballots(entries, vetoes, all_said)))
    found = outcome(votes, number, ballots(entries, vetoes, heard))
    assert None not in ends
    assert found is None or ends == {found}
    assert found == REJECTED or ends != {REJECTED}


@pytest.mark.parametrize(
    ("written", "seats", "needed"),
    [("49%", 5, 3), ("60%", 5, 3), ("61%", 5, 4), ("100%", 3, 3), ("1%", 7, 1), ("33.3%", 3, 1), ("33.4%", 3, 2)],
)
def test_shares_are_rounded_up(written: str, seats: int, needed: int) -> None:
    assert read_votes(written).needed(seats, 1) == needed == ceil(seats * Decimal(written[:-1]) / 100)


def test_a_veto_holder_is_waited_for_until_it_is_overdue() -> None:
    two, said = read_votes(2), [Ballot(YES, (0,)), Ballot(YES, (0,)), Ballot("", (), veto=True)]
    assert outcome(two, 1, said) is None
    assert outcome(two, 1, said, overdue=True) == APPROVED
    assert outcome(two, 1, [*said[:2], Ballot(YES, (), veto=True)]) == APPROVED
    assert outcome(two, 1, [*said[:2], Ballot(NO, (), veto=True)], overdue=True) == REJECTED


@pytest.mark.parametrize(("choice", "decided"), [(YES, APPROVED), (NO, REJECTED), ("", None)])
def test_a_seat_that_decides_alone_does(choice: str, decided: str | None) -> None:
    assert outcome(read_votes("all"), 1, [Ballot("", (0,)), Ballot(choice, (), alone=True)], overdue=True) == decided


@pytest.mark.parametrize(
    ("written", "entries", "lacking"),
    [
        ("2", [(0,)], 1),
        ("all", [], 1),
        ("60%", [], 1),
        ("60%", [()], 1),
        ({"share": "1%", "quorum": 3}, [(0,), (0,)], 1),
        ("each", [(0, 1)], 1),
        ("each", [(0, 1), (1,)], 0),
        ("each", [(0, 1), (0, 1), (1,)], 1),
        ("3", [(0,)] * 3, 0),
    ],
)
def test_too_few_seats_are_said_and_never_a_smaller_quorum_taken(
    written: object, entries: list[tuple[int, ...]], lacking: int
) -> None:
    number = 3 if written == "each" and len(entries) == 3 else 2 if written == "each" else 1
    assert missing(read_votes(written), number, [Ballot("", each) for each in entries]) == lacking


@pytest.mark.parametrize(
    ("votes", "said", "gone", "decided"),
    [
        ("2", "yn", 1, REJECTED),
        ("2", "yy.", 1, APPROVED),
        ("60%", "y...", 1, None),
        ("60%", "ynn.", 1, REJECTED),
        ({"share": "20%", "quorum": 3}, "yy..", 1, None),
        ({"share": "20%", "quorum": 3}, "yy", 1, REJECTED),
        ("all", "yy", 1, REJECTED),
    ],
)
def test_who_is_gone_counts_for_how_many_it_takes_and_votes_no_more(
    votes: object, said: str, gone: int, decided: str | None
) -> None:
    present = [Ballot({"y": YES, "n": NO}.get(each, ""), (0,)) for each in said]
    left = [Ballot("", (0,), gone=True)] * gone
    assert outcome(read_votes(votes), 1, [*present, *left]) == decided


def test_a_veto_of_who_is_gone_is_not_waited_for() -> None:
    assert outcome(read_votes("1"), 1, [Ballot(YES, (0,)), Ballot("", (), veto=True, gone=True)]) == APPROVED
