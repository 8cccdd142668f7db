"""What goes out by mail is found again when it comes in: Message-IDs, addresses for replies, subjects."""

import pytest

from store.correspondence import Correspondence, Reply, approval_digest, is_from, tag_in, tagged
from store.sealing import Seals, new_key
from store.signing import Signing

KEY = new_key()
SIGNING = Signing(Seals(lambda: [KEY]))
OURS = Correspondence("Steward <steward@example.org>", "desk@in.example.org")
APPROVAL = "CHG0000001.4.authorise.2"


def test_a_message_id_names_its_record_and_is_the_same_for_the_same() -> None:
    made = OURS.message_id("CHG0000001", "opened")
    assert made == OURS.message_id("CHG0000001", "opened") != OURS.message_id("CHG0000001", "closed")
    assert OURS.record_of(made) == "CHG0000001"
    assert Correspondence("x@elsewhere.example").record_of(made) == ""
    assert OURS.record_of("<CHG0000001@example.org>") == ""


@pytest.mark.parametrize("approval", ["", APPROVAL])
def test_an_address_for_replies_says_the_record_and_whose_it_is(approval: str) -> None:
    address = OURS.reply_address(SIGNING, "ann", "CHG0000001", approval)
    reply = OURS.read_reply(address.upper())
    assert reply is not None
    assert (reply.record, reply.approval) == ("CHG0000001", approval_digest(approval) if approval else "")
    assert is_from(SIGNING, "ann", reply)
    assert not is_from(SIGNING, "bob", reply)


def test_the_mark_of_one_approval_is_none_of_another_or_of_the_record() -> None:
    asked = OURS.read_reply(OURS.reply_address(SIGNING, "ann", "CHG0000001", APPROVAL))
    assert asked is not None
    other = approval_digest("CHG0000001.4.authorise.3")
    for approval in ("", other):
        assert not is_from(SIGNING, "ann", Reply(asked.record, approval, asked.mark))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "desk@in.example.org",
        "desk+@in.example.org",
        "desk+CHG0000001@in.example.org",
        "desk+CHG0000001.short@in.example.org",
        "desk+CHG0000001.aaaaaaaaaaaaaaaaaaaa@example.org",
        "other+CHG0000001.aaaaaaaaaaaaaaaaaaaa@in.example.org",
        "xdesk+CHG0000001.aaaaaaaaaaaaaaaaaaaa@in.example.org",
    ],
)
def test_any_other_address_says_nothing(address: str) -> None:
    assert OURS.read_reply(address) is None
    assert Correspondence(OURS.sender).read_reply(address) is None


def test_without_an_address_whose_mail_comes_back_there_is_none_for_replies() -> None:
    assert Correspondence(OURS.sender).reply_address(SIGNING, "ann", "CHG0000001") == ""


def test_an_address_that_would_be_too_long_is_not_made() -> None:
    assert Correspondence(OURS.sender, f"{'d' * 40}@in.example.org").reply_address(SIGNING, "ann", "CHG0000001") == ""


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("steward@example.org", True),
        ("STEWARD+x@Example.org", True),
        ("desk+CHG0000001.x@in.example.org", True),
        ("stewardess@example.org", False),
        ("ann@example.org", False),
        ("steward", False),
    ],
)
def test_mail_to_our_own_addresses_would_come_back(address: str, ours: bool) -> None:
    assert OURS.is_ours(address) is ours


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("INC0000001 is yours: Mail", "[INC0000001] is yours: Mail"),
        ("INC0000001: Mail", "[INC0000001] Mail"),
        ("Mail", "[INC0000001] Mail"),
        ("", "[INC0000001]"),
    ],
)
def test_a_subject_begins_with_the_record_in_brackets_and_is_found_by_it(subject: str, shown: str) -> None:
    assert tagged("INC0000001", subject) == shown
    assert tag_in(f"Re: AW: {shown}") == "INC0000001"


@pytest.mark.parametrize("subject", ["", "INC0000001", "[INC]", "[x] y"])
def test_a_subject_without_brackets_names_no_record(subject: str) -> None:
    assert tag_in(subject) == ""
