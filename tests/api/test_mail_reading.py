"""A mail is read whatever is in it: who sends it, what it answers and what it says; what is none says so."""

from email.message import EmailMessage

import pytest

from api.attaching import refuse_name
from api.mail_reading import LARGEST_HEAD, MOST_FILES, Mail, MailFile, read_mail

PLAIN = "From: Ann <Ann@example.org>\nTo: Desk <desk+x@in.example.org>\n"


def a_mail(headers: str = "", body: str = "Hello") -> Mail:
    found = read_mail(f"{PLAIN}{headers}\n{body}".encode())
    assert isinstance(found, Mail), found
    return found


def test_a_mail_says_who_sends_it_to_whom_and_what_it_answers() -> None:
    found = a_mail(
        "Cc: bob@example.org\nDelivered-To: desk+y@in.example.org\nMessage-ID: <1@x>\n"
        "In-Reply-To: <c@x>\nReferences: <a@x>\n <b@x>\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n"
    )
    assert (found.sender, found.message_id, found.subject) == ("ann@example.org", "<1@x>", "Grüße")
    assert found.recipients == ("desk+x@in.example.org", "bob@example.org", "desk+y@in.example.org")
    assert found.answers == ("<c@x>", "<b@x>", "<a@x>", "<c@x>")
    assert (found.text, found.automatic, found.left_out) == ("Hello", "", ())


@pytest.mark.parametrize(
    ("header", "sign"),
    [
        ("Auto-Submitted: auto-replied", "Auto-Submitted: auto-replied"),
        ("Auto-Submitted: auto-generated; x=y", "Auto-Submitted: auto-generated"),
        ("Auto-Submitted: no", ""),
        ("Precedence: bulk", "Precedence"),
        ("Precedence: first-class", ""),
        ("List-Id: <list.example.org>", "List-Id"),
        ("X-Autoreply: yes", "X-Autoreply"),
        ("Return-Path: <>", "it has no return path"),
        ("Return-Path: <ann@example.org>", ""),
        ("Content-Type: multipart/report; boundary=x", "it is a report"),
    ],
)
def test_what_a_program_has_sent_is_known_by_its_headers(header: str, sign: str) -> None:
    assert a_mail(f"{header}\n").automatic == sign


def test_a_bounce_is_known_by_its_sender() -> None:
    found = read_mail(b"From: MAILER-DAEMON@example.org\n\nUndeliverable")
    assert isinstance(found, Mail)
    assert found.automatic == "its sender"


def test_of_several_senders_none_is_taken() -> None:
    found = read_mail(b"From: ann@example.org, bob@example.org\n\nHello")
    assert isinstance(found, Mail)
    assert found.sender == ""


def test_text_goes_before_html_and_what_is_attached_is_there() -> None:
    message = EmailMessage()
    message["From"] = "ann@example.org"
    message.set_content("Größe: 5 €")
    message.add_alternative("<p>No</p>", subtype="html")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="report 1.pdf")
    message.add_attachment("a,b", filename="list.csv")
    found = read_mail(message.as_bytes())
    assert isinstance(found, Mail)
    assert (found.text, found.left_out) == ("Größe: 5 €", ())
    assert found.files == (
        MailFile("report 1.pdf", "application/pdf", b"x"),
        MailFile("list.csv", "text/plain", b"a,b\n"),
    )


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Temp\\a.pdf", "a.pdf"),
        ("a\u202e.pdf", "a .pdf"),
        ("..", "attachment.pdf"),
        ("", "attachment.pdf"),
        ("x" * 200 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_a_file_is_kept_under_a_name_that_a_file_can_have(name: str, kept_as: str) -> None:
    message = EmailMessage()
    message["From"] = "ann@example.org"
    message.set_content("Hello")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename=name)
    found = read_mail(message.as_bytes())
    assert isinstance(found, Mail)
    assert [file.name for file in found.files] == [kept_as]
    refuse_name(kept_as)


def test_a_mail_that_is_attached_is_a_file_and_what_is_too_much_or_empty_is_named() -> None:
    message, inner = EmailMessage(), EmailMessage()
    message["From"], inner["Subject"] = "ann@example.org", "Inside"
    message.set_content("Hello")
    message.add_attachment(inner)
    message.add_attachment(b"", maintype="image", subtype="png", filename="empty.png")
    for number in range(MOST_FILES):
        message.add_attachment(b"x", maintype="image", subtype="png", filename=f"{number}.png")
    found = read_mail(message.as_bytes())
    assert isinstance(found, Mail)
    assert (found.files[0].name, found.files[0].media_type) == ("attachment.eml", "message/rfc822")
    assert b"Subject: Inside" in found.files[0].data
    assert found.left_out == ("empty.png", "18.png", "19.png")


def test_html_alone_is_read_as_text() -> None:
    assert a_mail("Content-Type: text/html; charset=utf-8\n", "<p>It <i>works</i></p>").text == "It works"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Content-Type: text/plain; charset=klingon\n\nhello \xff", "hello \N{REPLACEMENT CHARACTER}"),
        (b"Content-Transfer-Encoding: base64\n\n!!!!", ""),
        (b"Content-Type: multipart/mixed; boundary=a\n\nno part", ""),
        (b"Content-Type: image/png\n\nx", ""),
        (b"Subject: =?x?=\nTo: <<>>,,;\nIn-Reply-To: >\n\nhello", "hello"),
    ],
)
def test_what_is_broken_is_read_as_far_as_it_goes(data: bytes, text: str) -> None:
    found = read_mail(b"From: ann@example.org\n" + data)
    assert isinstance(found, Mail)
    assert found.text == text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it has no sender"),
        (b"\0" * 100, "it has no sender"),
        (b"From: ann@example.org\nX: " + b"x" * LARGEST_HEAD + b"\n\nhello", "its headers have more than 128 KB"),
        (b"From: ann@example.org\n" + b"Content-Type: message/rfc822\n\n" * 2_000, "it cannot be read"),
        (b"From: " + b"(" * 20_000 + b"\n\nx", "it cannot be read"),
    ],
)
def test_what_is_no_mail_says_so(data: bytes, why: str) -> None:
    found = read_mail(data)
    assert isinstance(found, str)
    assert found.startswith(why)
