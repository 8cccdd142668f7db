"""Mail that comes in: an answer becomes a comment or a vote, once; what is not certain or not possible does nothing."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from activities.asking import Envelopes
from activities.rendering import plainly
from api.mail_files import keep_files
from api.mail_reading import Mail, MailFile
from api.mail_verifying import MOST_MAILS, MailWays
from api.services import PREFIX
from language.organisation import Organisation
from store import attachments, outbox
from store.correspondence import Correspondence
from store.facts import organisation
from store.queries import get_record
from store.sealing import Seals, new_key
from store.signing import Signing
from tests import organisations
from tests.api.office import Office, an_office, reasons
from tests.temporal import TemporalServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

KEY = new_key()
SEALS = Seals(lambda: [KEY])
OURS = Correspondence("Steward <steward@example.org>", "desk@in.example.org")
PASSED = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org"
numbers = count(1)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def post_office(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office in which Ann and Bob have addresses, and a mail server is trusted."""
    client = await temporal.connect()
    file = tmp_path_factory.mktemp("post_office") / "steward.db"
    ways = MailWays(OURS, "mx.example.org")
    async with an_office(file, client, seals=SEALS, mail=ways) as office:
        around = await organisation(office.services.database)
        people = {name: {**around.of("user")[name], "email": f"{name}@example.org"} for name in ("ann", "bob")}
        told = around.merged(Organisation({"user": people}))
        await organisations.apply(office.services.database, told.to_json(), by="test", at=time.time())
        yield office


async def an_approval(office: Office) -> tuple[str, str]:
    """Give a record that waits for the votes of ann and bob, and the approval's id."""
    record = (await office.repair())["id"]
    await office.act("ann", record, "begin", assignee="ann")
    await office.act("ann", record, "stumble")
    found = (await office.act("ann", record, "ask")).json()
    return record, found["approvals"][0]["id"]


def address(person: str, record: str, approval: str = "") -> str:
    """Give the address for answers that somebody was given."""
    return OURS.reply_address(Signing(SEALS), person, record, approval)


def a_mail(text: str, to: str, sender: str = "ann", *headers: str) -> bytes:
    """Write a mail that nobody has sent before."""
    lines = [f"From: {sender.title()} <{sender}@example.org>", f"To: {to}", f"Message-ID: <{next(numbers)}@here>"]
    return "\n".join([*lines, *headers, "", text, "", "> quoted"]).encode()


async def bring(office: Office, mail: bytes, who: str = "alarms", **query: str) -> httpx2.Response:
    """Bring a mail as the mail server does."""
    headers = {"Authorization": f"Bearer {office.secrets[who]}", "Content-Type": "message/rfc822"}
    return await office.http.post(f"{PREFIX}/intake/mail", content=mail, headers=headers, params=query)


async def came(office: Office, mail: bytes, **query: str) -> tuple[str, str | None, str]:
    """Bring a mail, and give what it came to."""
    answer = await bring(office, mail, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()["did"], answer.json()["record"], answer.json()["because"]


async def said(office: Office, record: str) -> list[tuple[str, str]]:
    """Give the comments on a record, with who has written them."""
    found = (await office.get("ann", f"/records/{record}/journal")).json()
    return [
        (entry["actor"]["id"], line["data"]["text"])
        for entry in found["entries"]
        for line in entry["lines"]
        if line["what"] == "comment"
    ]


async def told(office: Office, record: str) -> list[str]:
    """Give what senders of mail about a record were told."""
    rows = await outbox.of_record(office.services.database, record)
    return [row.body["with"]["text"] for row in rows if row.body.get("message") == "mail_refused"]


async def test_an_answer_becomes_a_comment_once_with_what_was_attached(post_office: Office) -> None:
    record = (await post_office.repair())["id"]
    image = "--b\nContent-Type: image/png\nContent-Disposition: attachment; filename=screen.png\n\nx\n--b--"
    text = f"--b\nContent-Type: text/plain\n\nIt hums.\n\n> quoted\n{image}"
    mail = a_mail(text, address("ann", record), "ann", "Content-Type: multipart/mixed; boundary=b")
    assert await came(post_office, mail) == ("commented", record, "")
    assert await came(post_office, mail) == ("nothing", record, "it was taken before")
    assert await said(post_office, record) == [("ann", "It hums.\n\n(attached: screen.png)")]
    [file] = (await post_office.get("ann", f"/records/{record}/attachments")).json()["attachments"]
    assert (file["name"], file["type"], file["by"]["id"], file["internal"]) == ("screen.png", "image/png", "ann", False)
    assert (await post_office.get("ann", file["address"])).content == b"x"


@pytest.mark.parametrize(("most", "size"), [(0, 10), (100, 0)])
async def test_a_file_that_cannot_be_kept_is_named(
    post_office: Office, monkeypatch: pytest.MonkeyPatch, most: int, size: int
) -> None:
    record = (await post_office.repair())["id"]
    monkeypatch.setattr(attachments, "MOST", most)
    file = MailFile("a.txt", "text/plain", b"x")
    mail = Mail("", "", (), (), "", "", "", (), (file,), ("b.txt",))
    kept = await keep_files(replace(post_office.services, attachment_size=size), record, mail)
    assert kept == ((), ("b.txt", "a.txt"))


@pytest.mark.parametrize("header", ["In-Reply-To: {id}", "References: <x@y> {id}", "Subject: Re: [{record}] Broken"])
async def test_whom_the_mail_server_vouches_for_may_answer_by_thread_or_subject(
    post_office: Office, header: str
) -> None:
    record = (await post_office.repair())["id"]
    named = header.format(id=OURS.message_id(record, record), record=record)
    assert await came(post_office, a_mail("Hm", "desk@in.example.org", "ann", PASSED, named)) == (
        "commented",
        record,
        "",
    )


async def test_the_address_that_the_mail_server_delivers_to_is_enough(post_office: Office) -> None:
    record = (await post_office.repair())["id"]
    mail = a_mail("Hm", "undisclosed-recipients:;")
    assert (await came(post_office, mail, recipient=address("ann", record)))[0] == "commented"


async def test_two_approvers_decide_by_answers(post_office: Office) -> None:
    record, approval = await an_approval(post_office)
    for person, text in (("ann", "APPROVE\n"), ("bob", "Yes.\nIt is cheap")):
        assert await came(post_office, a_mail(text, address(person, record, approval), person)) == (
            "voted",
            record,
            "",
        )
    assert (await post_office.get("ann", f"/records/{record}")).json()["state"] == "working"


async def test_the_mail_as_it_was_sent_can_be_answered(post_office: Office) -> None:
    record, approval = await an_approval(post_office)
    row = await get_record(post_office.services.database, record)
    sent = next(
        each
        for each in await outbox.of_record(post_office.services.database, record)
        if each.body.get("message") == "approval_opened"
    )
    assert row is not None
    letter = plainly("Please decide", "Please decide", "http://s")
    _, reply_to = Envelopes(Signing(SEALS), OURS, "http://s").envelope(sent, row, "bob", letter, time.time())
    assert reply_to == address("bob", record, approval)
    assert (await came(post_office, a_mail("REJECT\nToo dear", reply_to, "bob")))[0] == "voted"
    assert (await post_office.get("ann", f"/records/{record}")).json()["state"] == "cancelled"


async def test_what_else_is_said_in_an_answer_is_a_comment(post_office: Office) -> None:
    record, approval = await an_approval(post_office)
    mail = a_mail("I approve of it when it is cheaper", address("ann", record, approval))
    assert (await came(post_office, mail))[0] == "commented"
    assert (await post_office.get("ann", f"/records/{record}")).json()["state"] == "judged"


@pytest.mark.parametrize(
    ("text", "to_approval", "why"),
    [
        ("REJECT", True, "a no needs a comment: say why"),
        ("APPROVE", False, "a vote by mail is taken as the answer to the mail that asks for it"),
        ("> only quoted", True, "there is nothing in it"),
    ],
)
async def test_what_is_refused_is_answered_with_the_reason_once(
    post_office: Office, text: str, to_approval: bool, why: str
) -> None:
    record, approval = await an_approval(post_office)
    mail = a_mail(text, address("ann", record, approval if to_approval else ""))
    for _ in range(2):
        did, _, because = await came(post_office, mail)
        assert (did, why in because) == ("refused", True)
    [reason] = await told(post_office, record)
    assert why in reason
    assert (await post_office.get("ann", f"/records/{record}")).json()["state"] == "judged"


async def test_an_answer_to_an_old_round_or_to_what_is_decided_is_refused(post_office: Office) -> None:
    record, approval = await an_approval(post_office)
    await post_office.ask("carl", "PATCH", f"/records/{record}", {"fields": {"summary": "Worse"}})
    old = a_mail("APPROVE", address("ann", record, approval))
    assert "the plan changed since you looked" in (await came(post_office, old))[2]
    await post_office.post("bob", f"/approvals/{approval[:-1]}2/vote", {"choice": "no", "comment": "No"})
    late = a_mail("APPROVE", address("ann", record, f"{approval[:-1]}2"))
    assert "not open any more" in (await came(post_office, late))[2]


@pytest.mark.parametrize(
    ("sender", "to", "headers"),
    [
        ("ann", "bob", ()),
        ("bob", "ann", ()),
        ("stranger", "ann", ()),
        ("ann", "ann", ("Auto-Submitted: auto-replied",)),
        ("ann", "ann", ("Return-Path: <>",)),
        ("ann", "ann", ("List-Id: <x.y>",)),
        ("ann", "ann", ("Authentication-Results: mx.example.org; dmarc=fail header.from=example.org",)),
        ("steward", "ann", ()),
    ],
)
async def test_mail_of_programs_and_of_senders_who_are_not_certain_does_nothing_and_gets_no_answer(
    post_office: Office, sender: str, to: str, headers: tuple[str, ...]
) -> None:
    record, approval = await an_approval(post_office)
    did, about, _ = await came(post_office, a_mail("APPROVE", address(to, record, approval), sender, *headers))
    assert (did, about) == ("nothing", None)
    after = (await post_office.get("ann", f"/records/{record}")).json()
    assert [seat["vote"] for seat in after["approvals"][0]["seats"]] == [None, None]
    assert (await told(post_office, record), await said(post_office, record)) == ([], [])


async def test_a_mail_of_ours_that_comes_back_does_nothing(post_office: Office) -> None:
    record = (await post_office.repair())["id"]
    mail = a_mail("Hm", address("ann", record)).replace(b"Message-ID: ", b"X: ")
    mail = f"Message-ID: {OURS.message_id(record, 'x')}\n".encode() + mail
    assert (await came(post_office, mail))[0] == "nothing"


@pytest.mark.parametrize(
    ("mail", "status", "code"),
    [
        (b"", 422, "bad-mail"),
        (
            a_mail(
                "Hello",
                "desk@in.example.org",
                "ann",
                "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org",
            ),
            422,
            "no-record",
        ),
    ],
)
async def test_what_is_no_mail_or_about_no_record_is_refused_for_good(
    post_office: Office, mail: bytes, status: int, code: str
) -> None:
    answer = await bring(post_office, mail)
    assert (answer.status_code, reasons(answer)) == (status, [("input", code, "")])


async def test_a_record_that_is_not_for_the_sender_does_not_exist(post_office: Office) -> None:
    assert (await bring(post_office, a_mail("Hm", address("ann", "REP9999999")))).status_code == 404


async def test_one_person_who_sends_too_much_is_taken_later(post_office: Office) -> None:
    gone: Any = address("bob", "REP9999999")
    found = {(await bring(post_office, a_mail("Hm", gone, "bob"))).status_code for _ in range(3)}
    for _ in range(MOST_MAILS):
        post_office.services.mail.throttle.takes("bob", post_office.clock())
    assert (found, (await bring(post_office, a_mail("Hm", gone, "bob"))).status_code) == ({404}, 429)


async def test_only_automation_brings_mail_and_only_mail(post_office: Office) -> None:
    assert (await bring(post_office, a_mail("Hm", "x@y.z"), "ann")).status_code == 403
    answer = await post_office.post("alarms", "/intake/mail", {"text": "Hm"})
    assert answer.status_code == 415
