"""Mail by SMTP, to a real server."""

from email.message import EmailMessage

import pytest

from activities.mail import Mail, MailError, MailRefusedError, Security, compose, send, tagged
from activities.rendering import Rendered
from tests.activities.mailbox import Mailbox, a_mailbox

LETTER = Rendered("INC0000001: Mail is down", "It is **down**, für Łukasz", "<p>It is <b>down</b></p>")
SENDER = "Steward <steward@example.org>"


def a_mail(
    address: str = "ann@example.org", letter: Rendered = LETTER, key: str = "INC0000001/1/new", name: str = "Ann"
) -> Mail:
    return Mail(key, "INC0000001", name, address, letter, 1772794800.0)


async def test_a_mail_has_a_text_and_html(mailbox: Mailbox) -> None:
    await send(mailbox.options(), a_mail())
    (message,) = mailbox.taken
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert text.get_content().strip() == LETTER.text
    assert html.get_content().strip() == LETTER.html
    assert (message["From"], message["To"]) == (SENDER, "Ann <ann@example.org>")


def test_mail_about_one_record_is_one_thread() -> None:
    first, second = compose(SENDER, a_mail(key="INC0000001/1")), compose(SENDER, a_mail(key="INC0000001/2"))
    assert first["References"] == second["References"] == first["In-Reply-To"]
    assert first["Message-ID"] != second["Message-ID"]


def test_the_same_mail_has_the_same_message_id() -> None:
    assert compose(SENDER, a_mail())["Message-ID"] == compose(SENDER, a_mail())["Message-ID"]
    assert compose(SENDER, a_mail())["Message-ID"] != compose(SENDER, a_mail("bob@example.org"))["Message-ID"]
    assert str(compose(SENDER, a_mail())["Message-ID"]).endswith("@example.org>")


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("INC0000001 is yours: Mail", "[INC0000001] is yours: Mail"),
        ("INC0000001: Mail", "[INC0000001] Mail"),
        ("Mail", "[INC0000001] Mail"),
        ("", "[INC0000001]"),
    ],
)
def test_a_subject_begins_with_the_record_in_brackets(subject: str, shown: str) -> None:
    assert tagged("INC0000001", subject) == shown


@pytest.mark.parametrize("name", ["Eve <all@example.org>, Bob", "Jürgen, Größe", '"', "=?utf-8?q?=0ABcc:x?="])
async def test_a_name_cannot_add_a_recipient(mailbox: Mailbox, name: str) -> None:
    await send(mailbox.options(), a_mail(name=name))
    assert mailbox.sent_to() == ["ann@example.org"]
    assert mailbox.taken[0]["Bcc"] is None


def test_a_name_of_two_lines_is_refused() -> None:
    with pytest.raises(MailRefusedError):
        compose(SENDER, a_mail(name="Eve\r\nBcc: all@example.org"))


async def test_an_address_that_is_none_is_refused_for_good(mailbox: Mailbox) -> None:
    with pytest.raises(MailRefusedError, match='"not an address" is not a mail address') as refused:
        await send(mailbox.options(), a_mail("not an address"))
    assert not refused.value.again


@pytest.mark.parametrize(("answer", "again"), [("451 later", True), ("550 unknown", False)])
async def test_a_refused_recipient_says_whether_to_try_again(mailbox: Mailbox, answer: str, again: bool) -> None:
    mailbox.refusals["ann@example.org"] = [answer]
    with pytest.raises(MailRefusedError, match=answer) as refused:
        await send(mailbox.options(), a_mail())
    assert refused.value.again is again


@pytest.mark.parametrize(("answer", "again"), [("452 full", True), ("554 spam", False)])
async def test_a_refused_mail_says_whether_to_try_again(mailbox: Mailbox, answer: str, again: bool) -> None:
    mailbox.unwanted = [answer]
    with pytest.raises(MailRefusedError, match=answer) as refused:
        await send(mailbox.options(), a_mail())
    assert refused.value.again is again


async def test_a_server_that_is_not_there_is_no_refusal() -> None:
    async with a_mailbox() as gone:
        options = gone.options()
    with pytest.raises(MailError, match=r"127\.0\.0\.1") as failed:
        await send(options, a_mail())
    assert not isinstance(failed.value, MailRefusedError)


async def test_mail_is_never_sent_in_the_clear_when_it_should_be_protected(mailbox: Mailbox) -> None:
    with pytest.raises(MailError):
        await send(mailbox.options(Security.STARTTLS), a_mail())
    assert mailbox.taken == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_user_logs_in() -> None:
    async with a_mailbox(password="right") as mailbox:
        await send(mailbox.options(user="steward", password="right"), a_mail())
        with pytest.raises(MailError, match="535"):
            await send(mailbox.options(user="steward", password="wrong"), a_mail())
        assert mailbox.sent_to() == ["ann@example.org"]
