"""What somebody says in an answer is told from what they answer to, from signatures and from HTML."""

import pytest

from api.mail_text import CUT, LONGEST, said, text_of

QUOTED = "> The mail server\n> is down\n"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("It works again.\n", "It works again."),
        ("It works\r\nagain.\r\n\r\n\r\n\r\nThanks", "It works\nagain.\n\nThanks"),
        (f"Fine\n\nOn Fri, 6 Mar 2026 at 10:00, Steward wrote:\n{QUOTED}", "Fine"),
        (f"Fine\n\nAm Freitag schrieb Steward\n<steward@example.org>:\n\n{QUOTED}", "Fine"),
        (f"Fine\nOn Friday Steward wrote:\n{QUOTED}", "Fine"),
        (f"Fine\nand good\nSteward meinte:\n{QUOTED}", "Fine\nand good"),
        (f"{QUOTED}\nBelow it", "Below it"),
        ("See:\nhere", "See:\nhere"),
        ("Fine\n-- \nAnn Archer\nDispatch", "Fine"),
        ("Fine\n--\nAnn", "Fine"),
        ("Fine\n________________________________\nFrom: Steward\nSent: Friday", "Fine"),
        ("Fine\n-----Original Message-----\nFrom: Steward", "Fine"),
        ("Fine\n---------- Forwarded message ---------\nFrom: Steward", "Fine"),
        ("Fine\n\nVon: Steward <steward@example.org>\nGesendet: Freitag\nAn: Ann", "Fine"),
        ("Fine\n*From:* Steward\n*Sent:* Friday", "Fine"),
        ("From: here it fails\nand so on", "From: here it fails\nand so on"),
        ("a - b - c", "a - b - c"),
        (QUOTED, ""),
        ("", ""),
    ],
)
def test_an_answer_is_kept_without_what_it_answers_to(text: str, kept: str) -> None:
    assert said(text) == kept


def test_what_is_too_long_is_cut_and_says_so() -> None:
    assert said("a" * (LONGEST + 1)) == "a" * LONGEST + CUT


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>It <b>works</b>\n again</p><p>Thanks</p>", "It works again\n\nThanks"),
        ("<html><head><title>x</title><style>p {}</style></head><body>Fine<br>&amp; good</body>", "Fine\n& good"),
        ("<div>Fine</div><blockquote>It is<br>down</blockquote>", "Fine"),
        ("<div>Fine</div><hr><div>From: Steward</div>", "Fine"),
        ("<script>alert(1)</script><p>Fine", "Fine"),
        ("</blockquote></style>Fine</b>", "Fine"),
    ],
)
def test_html_becomes_text_in_which_what_is_quoted_is_known(html: str, kept: str) -> None:
    assert said(text_of(html)) == kept
