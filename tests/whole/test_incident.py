"""The shipped incident, whole: people work on it from the terminal, mail reaches them, and time closes it."""

import asyncio
from pathlib import Path

import pytest

from tests.activities.mailbox import a_mailbox
from tests.cli.stewards import Up
from tests.whole.desk import Desk, until

pytestmark = pytest.mark.server
DAY = 86_400.0


async def test_people_work_on_an_incident_from_the_terminal_and_its_caller_gets_mail(tmp_path: Path) -> None:
    async with a_mailbox() as mailbox:
        mail = {"STEWARD_MAIL_HOST": "127.0.0.1", "STEWARD_MAIL_PORT": str(mailbox.port)}
        mail |= {"STEWARD_MAIL_SECURITY": "none", "STEWARD_MAIL_FROM": "Steward <steward@example.org>"}
        steward = await asyncio.to_thread(Up, tmp_path / "data", **mail)
        try:
            await said(steward, "start", "incident", "summary=No mail", "caller=yuki", "service=mail", "impact=high")
            await until(lambda: said(steward, "act", "INC0000001", "assign", "assignee=dana"))
            await said(steward, "act", "INC0000001", "hold", "pending_reason=supplier")
            await said(steward, "act", "INC0000001", "resume")
            await said(steward, "act", "INC0000001", "resolve", "resolution_code=fixed", "resolution=Restarted")
            await until(lambda: reached(mailbox.sent_to(), "yuki"))
        finally:
            await asyncio.to_thread(steward.stop)
    to_yuki = next(each for each in mailbox.taken if "yuki" in each["To"])
    assert "INC0000001" in to_yuki["Subject"]


async def said(steward: Up, *words: str) -> bool:
    """Run a command; say whether it was carried out."""
    done = await asyncio.to_thread(steward.run, *words)
    return done.returncode == 0


async def reached(addresses: list[str], person: str) -> bool:
    """Say whether a mail was sent to a person."""
    return any(address.startswith(person) for address in addresses)


async def test_a_resolved_incident_closes_by_itself_after_three_business_days(desk: Desk) -> None:
    record = await desk.start("incident", summary="No mail", caller="yuki", service="mail")
    await desk.act(record, "assign", assignee="dana")
    resolved = await desk.act(record, "resolve", resolution_code="fixed", resolution="Restarted")
    assert (resolved["state"], resolved["targets"]["resolution"]["status"]) == ("resolved", "met")
    await desk.pass_time(record, 8 * DAY)
    await until(lambda: closed(desk, record))
    assert "auto_close" in await desk.journal(record)


async def closed(desk: Desk, record: str) -> bool:
    """Say whether a record is closed."""
    return bool((await desk.shown(record))["state"] == "closed")
