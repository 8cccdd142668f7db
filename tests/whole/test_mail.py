"""A change is approved by mail alone: by a link in the mail, and by an answer to it, over real SMTP and HTTP."""

import asyncio
import dataclasses
import subprocess
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest

from tests.activities.mailbox import Mailbox, a_mailbox
from tests.cli.stewards import COMMAND, environment
from tests.portal.visits import served
from tests.temporal import TemporalServer
from tests.whole.desk import Desk, until
from tests.whole.test_change import MEDIUM, a_change

pytestmark = pytest.mark.server


async def asked(mailbox: Mailbox, person: str) -> EmailMessage:
    """Wait for the mail that asks somebody to decide, and give it."""

    async def found() -> EmailMessage | None:
        to_them = (each for each in mailbox.taken if each["To"].addresses[0].addr_spec.startswith(f"{person}."))
        return next((each for each in to_them if "Decide: " in text_of(each)), None)

    mail = await until(found)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(mail: EmailMessage) -> str:
    """Give the text of a mail."""
    part = mail.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def link_in(mail: EmailMessage) -> str:
    """Give the path of the link to decide by."""
    [line] = [line for line in text_of(mail).splitlines() if line.startswith("Decide: ")]
    return line.removeprefix("Decide: http://steward.test")


def answer_to(mail: EmailMessage, said: str) -> bytes:
    """Write an answer, as a mail program does."""
    answer = EmailMessage()
    answer["From"], answer["To"] = str(mail["To"]), str(mail["Reply-To"])
    answer["Subject"], answer["Message-ID"] = f"Re: {mail['Subject']}", "<answer@there.example>"
    answer["In-Reply-To"] = str(mail["Message-ID"])
    answer.set_content(f"{said}\n\nOn Friday Steward wrote:\n> {text_of(mail)}")
    return answer.as_bytes()


async def mailgate(address: str, token: str, mail: bytes) -> str:
    """Hand a mail over as a mail server does, and give what is said."""
    given = environment(STEWARD_URL=address, STEWARD_TOKEN=token)
    done = await asyncio.to_thread(
        subprocess.run, [*COMMAND, "mailgate"], input=mail, env=given, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


async def test_a_change_is_approved_by_links_and_by_an_answer(tmp_path: Path, shipped_url: str) -> None:
    server = TemporalServer(tmp_path)
    try:
        async with a_mailbox() as mailbox:
            desk = Desk(server, shipped_url, dataclasses.replace(mailbox.options(), reply_to="desk@in.example.org"))
            await desk.open()
            try:
                await approved_by_mail(desk, mailbox)
            finally:
                await desk.close()
    finally:
        server.kill()


async def approved_by_mail(desk: Desk, mailbox: Mailbox) -> None:
    change = (await a_change(desk, **MEDIUM))["id"]
    async with served(desk.app) as address, httpx2.AsyncClient(base_url=address, trust_env=False) as browser:
        for person in ("sofia", "lars"):
            link = link_in(await asked(mailbox, person))
            assert "Approve" in (await browser.get(link)).text
            assert (await desk.shown(change))["state"] == "authorise"
            assert "Thank you" in (await browser.post(link, data={"choice": "yes", "comment": "Go on"})).text
        mail = answer_to(await asked(mailbox, "aisha"), "APPROVE\nBut not on Friday")
        assert await mailgate(address, desk.secrets["monitoring"], mail) == f"voted {change}\n"
    assert (await desk.shown(change))["state"] == "scheduled"
    told = await desk.journal(change)
    assert ("Go on" in told, "But not on Friday" in told) == (True, True)
