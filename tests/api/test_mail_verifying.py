"""Who has sent a mail is certain by the mark of an address given to them, or by the word of a trusted mail server."""

from typing import Any

import pytest

from api.mail_reading import Mail, read_mail
from api.mail_verifying import MINUTES, MOST_MAILS, MailWays, Sender, Throttle, UnknownSender, sender_of, vouched
from language.organisation import Organisation
from store.correspondence import Correspondence
from store.sealing import Seals, new_key
from store.signing import Signing

KEY = new_key()
SIGNING = Signing(Seals(lambda: [KEY]))
OURS = Correspondence("steward@example.org", "desk@in.example.org")
TRUSTING = MailWays(OURS, "mx.example.org")
PEOPLE: dict[str, dict[str, Any]] = {
    "ann": {"active": True, "email": "Ann@Example.org"},
    "bob": {"active": True, "email": "shared@example.org"},
    "cat": {"active": True, "email": "shared@example.org"},
    "zoe": {"active": False, "email": "zoe@example.org"},
    "eve": {"active": True, "email": None},
}
AROUND = Organisation({"user": PEOPLE})


def a_mail(sender: str = "ann@example.org", *results: str) -> Mail:
    headers = "".join(f"Authentication-Results: {each}\n" for each in results)
    found = read_mail(f"From: {sender}\n{headers}\nHello".encode())
    assert isinstance(found, Mail)
    return found


def who(mail: Mail, *addressed_to: str, ways: MailWays = TRUSTING) -> Sender | UnknownSender:
    """Say who has sent a mail that answers mails to these people."""
    read = (OURS.read_reply(OURS.reply_address(SIGNING, person, "CHG0000001")) for person in addressed_to)
    return sender_of(ways, SIGNING, AROUND, mail, [reply for reply in read if reply is not None])


@pytest.mark.parametrize(
    ("result", "word"),
    [
        ("mx.example.org; dmarc=pass header.from=example.org", "pass"),
        ("mx.example.org 1; spf=pass; DMARC=Pass (p=reject; dis=none) header.from=Example.ORG", "pass"),
        ("mx.example.org; dmarc=fail header.from=example.org", "fail"),
        ("mx.example.org; dmarc=pass header.from=elsewhere.example", ""),
        ("mx.example.org; dkim=pass header.d=example.org", ""),
        ("mx.example.org; none", ""),
        ("mx.other.example; dmarc=pass header.from=example.org", ""),
        ("", ""),
    ],
)
def test_only_what_the_trusted_server_says_of_the_senders_domain_counts(result: str, word: str) -> None:
    assert vouched("mx.example.org", a_mail("ann@example.org", result)) == word
    assert vouched("", a_mail("ann@example.org", result)) == ""


def test_of_several_words_of_the_trusted_server_the_topmost_counts() -> None:
    above, below = (f"mx.example.org; dmarc={word} header.from=example.org" for word in ("fail", "pass"))
    assert vouched("mx.example.org", a_mail("ann@example.org", above, below)) == "fail"


@pytest.mark.parametrize(("sender", "person"), [("ann@example.org", "ann"), ("Shared@example.org", "cat")])
def test_who_answers_what_was_sent_to_them_is_certain(sender: str, person: str) -> None:
    found = who(a_mail(sender), person)
    assert isinstance(found, Sender)
    assert (found.person, found.reply is not None) == (person, True)


def test_who_a_trusted_server_vouches_for_is_certain() -> None:
    passed = a_mail("ann@example.org", "mx.example.org; dmarc=pass header.from=example.org")
    assert who(passed) == who(passed, "bob") == Sender("ann", None)


@pytest.mark.parametrize(
    ("sender", "addressed_to"),
    [
        ("ann@example.org", ()),
        ("ann@example.org", ("bob",)),
        ("stranger@example.org", ("ann",)),
        ("zoe@example.org", ("zoe",)),
        ("ann@example.org, bob@example.org", ("ann",)),
        ("eve@example.org", ("eve",)),
    ],
)
def test_nobody_else_is(sender: str, addressed_to: tuple[str, ...]) -> None:
    assert isinstance(who(a_mail(sender), *addressed_to), UnknownSender)


def test_of_two_people_with_one_address_a_server_can_vouch_for_neither() -> None:
    passed = a_mail("shared@example.org", "mx.example.org; dmarc=pass header.from=example.org")
    assert isinstance(who(passed), UnknownSender)


def test_what_the_trusted_server_calls_forged_is_not_saved_by_a_mark() -> None:
    forged = a_mail("ann@example.org", "mx.example.org; dmarc=fail header.from=example.org")
    assert isinstance(who(forged, "ann"), UnknownSender)
    assert isinstance(who(forged, "ann", ways=MailWays(OURS)), Sender)


def test_one_person_sends_so_many_mails_in_ten_minutes() -> None:
    throttle = Throttle()
    assert all(throttle.takes("ann", float(each)) for each in range(MOST_MAILS))
    assert not throttle.takes("ann", MINUTES - 1.0)
    assert throttle.takes("bob", MINUTES - 1.0)
    assert throttle.takes("ann", MINUTES)
