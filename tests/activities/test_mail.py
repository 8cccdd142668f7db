"""Mail by SMTP, to a real server."""

from email.message import EmailMessage

import pytest

from activities.mail import Mail, MailError, MailRefusedError, Security, compose, send
from activities.rendering import Rendered
from store.correspondence import Correspondence
from tests.activities.mailbox import Mailbox, a_mailbox

LETTER = Rendered("INC0000001: Mail is down", "It is **down**, für Łukasz", "<p>It is <b>down</b></p>")
SENDER = "Steward <steward@example.org>"
OURS = Correspondence(SENDER)


def a_mail(
    address: str = "ann@example.org",
    letter: Rendered = LETTER,
    key: str = "INC0000001/1/new",
    name: str = "Ann",
    reply_to: str = "",
) -> Mail:
    return Mail(key, "INC0000001", name, address, letter, 1772794800.0, "incident", reply_to)


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
    first, second = compose(OURS, a_mail(key="INC0000001/1")), compose(OURS, a_mail(key="INC0000001/2"))
    assert first["References"] == second["References"] == first["In-Reply-To"]
    assert first["Message-ID"] != second["Message-ID"]


def test_the_same_mail_has_the_same_message_id() -> None:
    assert compose(OURS, a_mail())["Message-ID"] == compose(OURS, a_mail())["Message-ID"]
    assert compose(OURS, a_mail())["Message-ID"] != compose(OURS, a_mail("bob@example.org"))["Message-ID"]
    assert str(compose(OURS, a_mail())["Message-ID"]).endswith("@example.org>")


def test_the_thread_of_a_record_names_it_so_that_an_answer_is_found() -> None:
    message = compose(OURS, a_mail())
    assert OURS.record_of(message["In-Reply-To"]) == OURS.record_of(message["Message-ID"]) == "INC0000001"


def test_headers_say_that_a_program_sends_it() -> None:
    message = compose(OURS, a_mail())
    assert (message["Auto-Submitted"], message["Precedence"]) == ("auto-generated", "bulk")
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["List-Id"] == "<incident.steward.example.org>"


def test_answers_go_where_the_mail_says_or_to_the_sender() -> None:
    assert compose(OURS, a_mail())["Reply-To"] is None
    assert compose(OURS, a_mail(reply_to="desk+x@example.org"))["Reply-To"] == "desk+x@example.org"


@pytest.mark.parametrize("name", ["Eve <all@example.org>, Bob", "Jürgen, Größe", '"', "=?utf-8?q?=0ABcc:x?="])
async def test_a_name_cannot_add_a_recipient(mailbox: Mailbox, name: str) -> None:
    await send(mailbox.options(), a_mail(name=name))
    assert mailbox.sent_to() == ["ann@example.org"]
    assert mailbox.taken[0]["Bcc"] is None


def test_a_name_of_two_lines_is_refused() -> None:
    with pytest.raises(MailRefusedError):
        compose(OURS, a_mail(name="Eve\r\nBcc: all@example.org"))


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
