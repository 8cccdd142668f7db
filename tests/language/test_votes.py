"""How many votes an approval takes is written in a few ways, and everything else is refused."""

from decimal import Decimal

import pytest

from language.votes import ONE, Rule, Votes, VotesRefused, read_votes, written


@pytest.mark.parametrize(
    ("given", "votes", "said"),
    [
        (3, Votes(Rule.NUMBER, Decimal(3)), "3"),
        ("3", Votes(Rule.NUMBER, Decimal(3)), "3"),
        (Decimal(3), Votes(Rule.NUMBER, Decimal(3)), "3"),
        ("60%", Votes(Rule.SHARE, Decimal(60)), "60%"),
        ("12.5 %", Votes(Rule.SHARE, Decimal("12.5")), "12.5%"),
        ("all", Votes(Rule.ALL), "all"),
        ("each", Votes(Rule.EACH), "each"),
        ({"share": "60%", "quorum": 3}, Votes(Rule.SHARE, Decimal(60), 3), "60% with 3 voting"),
        ({"share": "60%"}, Votes(Rule.SHARE, Decimal(60)), "60%"),
        ({"share": "60%", "quorum": Decimal(3)}, Votes(Rule.SHARE, Decimal(60), 3), "60% with 3 voting"),
    ],
)
def test_votes_are_read_said_and_written_again(given: object, votes: Votes, said: str) -> None:
    assert (read_votes(given), str(votes), read_votes(written(votes))) == (votes, said, votes)


def test_where_nothing_is_written_one_yes_is_enough() -> None:
    assert ONE.needed(5, 1) == 1


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (None, "nothing is no number of votes. Write a number, 60%, all, each, or {share: 60%, quorum: 3}."),
        (True, "this is no number of votes"),
        ([], "this is no number of votes"),
        (0, '"0" is not a whole number of votes from 1 to 500'),
        (501, '"501" is not a whole number'),
        (-1, '"-1" is no number of votes'),
        (Decimal("1.5"), '"1.5" is no number of votes'),
        ("most", '"most" is no number of votes'),
        ("0%", '"0%" is no number of votes'),
        ("101%", '"101%" is no number of votes'),
        ({}, "this is no number of votes"),
        ({"share": "60%", "quorm": 1}, "this is no number of votes"),
        ({"share": "60%", "quorum": "few"}, '"few" is not a whole number of votes'),
        ({"share": 60}, '"60" is no number of votes'),
    ],
)
def test_what_says_no_number_of_votes_is_refused_with_how_to_write_one(given: object, text: str) -> None:
    with pytest.raises(VotesRefused) as refused:
        read_votes(given)
    assert text in str(refused.value)
