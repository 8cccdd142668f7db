"""Messages reach people: their inbox always, mail where they have an address."""

import json
from dataclasses import replace

import pytest

from activities.post import AN_HOUR, MOST_MAILS, Post
from activities.relay import NotSentError
from store import inbox, outbox
from store.database import Database
from store.outbox import OutboxRow
from store.queries import RecordRow, get_record
from store.sealing import Seals, new_key
from store.signing import Signing
from tests import organisations
from tests.activities.mailbox import Mailbox, a_mailbox
from tests.activities.story import NOON, Story, around

URL = "http://steward.example/"


async def a_row(database: Database, **fields: str) -> tuple[OutboxRow, RecordRow]:
    """The message of a parcel that was packed."""
    story = await Story(database).start(**fields)
    (row,) = await outbox.of_record(database, story.record.id)
    record = await get_record(database, story.record.id)
    assert record is not None
    return row, record


KEY = new_key()
NO_MORE = "in your inbox only"


def a_post(database: Database, mailbox: Mailbox | None = None, reply_to: str = "") -> Post:
    options = replace(mailbox.options(), reply_to=reply_to) if mailbox else None
    return Post(database, options, URL, lambda: NOON, Signing(Seals(lambda: [KEY])))


@pytest.mark.semantics("C1.8")
async def test_everybody_who_is_active_is_told_once(database: Database, mailbox: Mailbox) -> None:
    row, record = await a_row(database)
    await a_post(database, mailbox).carry(row, record)
    assert sorted(mailbox.sent_to()) == ["ann@example.org", "bob@example.org"]
    assert [len(await inbox.letters(database, person)) for person in ("ann", "bob", "cat", "zoe")] == [1, 1, 1, 0]


async def test_without_a_mail_server_the_inbox_is_all(database: Database) -> None:
    row, record = await a_row(database)
    await a_post(database).carry(row, record)
    (letter,) = await inbox.letters(database, "ann")
    assert (letter.subject, letter.record, letter.at) == ("PAR0000001: Books is packed", "PAR0000001", NOON)
    assert letter.body.startswith("Dear Ann Archer, **Books** waits at ramp since 2026-03-06 11:00 Europe/Berlin.")
    assert "(http://steward.example/records/PAR0000001)" in letter.body


async def test_a_second_recipient_who_is_refused_at_first_is_told_later_and_the_first_not_again(
    database: Database, mailbox: Mailbox
) -> None:
    row, record = await a_row(database)
    mailbox.refusals["bob@example.org"] = ["451 later"]
    with pytest.raises(NotSentError, match="451 later") as failed:
        await a_post(database, mailbox).carry(row, record)
    assert failed.value.again
    (row,) = await outbox.of_record(database, record.id)
    await a_post(database, mailbox).carry(row, record)
    assert mailbox.sent_to() == ["ann@example.org", "bob@example.org"]


async def test_an_unknown_address_is_not_tried_again_and_stops_nobody_else(
    database: Database, mailbox: Mailbox
) -> None:
    row, record = await a_row(database)
    mailbox.refusals["ann@example.org"] = ["550 unknown"]
    with pytest.raises(NotSentError, match="550 unknown") as failed:
        await a_post(database, mailbox).carry(row, record)
    assert not failed.value.again
    assert mailbox.sent_to() == ["bob@example.org"]


async def test_a_mail_server_that_is_away_leaves_the_inboxes_filled(database: Database) -> None:
    row, record = await a_row(database)
    async with a_mailbox() as gone:
        post = a_post(database, gone)
    with pytest.raises(NotSentError) as failed:
        await post.carry(row, record)
    assert failed.value.again
    assert len(await inbox.letters(database, "bob")) == 1


@pytest.mark.parametrize(
    "contents",
    ["Books\nBcc: eve@example.org", "=?utf-8?q?x=0ABcc:_eve@example.org?=\n\n<b>", "[PAR0000002] \t Re: x" * 40],
)
async def test_what_people_write_cannot_add_headers(database: Database, mailbox: Mailbox, contents: str) -> None:
    row, record = await a_row(database)
    row.body["fields"]["contents"] = contents
    await a_post(database, mailbox).carry(row, record)
    for message in mailbox.taken:
        assert message["Bcc"] is None
        assert message["Subject"].startswith("[PAR0000001] ")
        assert message.is_multipart()


async def test_a_message_that_cannot_be_written_is_told_by_its_public_values(database: Database) -> None:
    row, record = await a_row(database, weight="12")
    row.body["message"] = "unpacked"
    await a_post(database).carry(row, record)
    (letter,) = await inbox.letters(database, "bob")
    assert letter.subject == "PAR0000001: unpacked"
    assert "there is no message of that name" in letter.body
    assert "contents: Books" in letter.body
    assert "place: ramp" in letter.body
    assert "weight" not in letter.body


async def test_a_text_of_its_own_needs_no_message(database: Database) -> None:
    row, record = await a_row(database)
    row.body.update(message="", text="Off it goes: {{ 7 }}")
    await a_post(database).carry(row, record)
    (letter,) = await inbox.letters(database, "ann")
    assert (letter.subject, letter.body.split("\n")[0]) == ("Off it goes: {{ 7 }}", "Off it goes: {{ 7 }}")


async def test_a_message_of_the_engine_shows_times_as_clocks_do(database: Database) -> None:
    row, record = await a_row(database)
    row.body.update(message="task_opened", **{"with": {"title": "Weigh it", "due": NOON}})
    await a_post(database).carry(row, record)
    (letter,) = await inbox.letters(database, "ann")
    assert "**Weigh it** is a task for you in Parcel PAR0000001: Books" in letter.body
    assert "Please complete it by 2026-03-06 12:00 Europe/Berlin." in letter.body


async def test_a_process_without_a_calendar_tells_times_in_utc(database: Database) -> None:
    row, record = await a_row(database)
    await organisations.apply(database, {**around().to_json(), "calendars": {}}, by="ann", at=2.0)
    await a_post(database).carry(row, record)
    (letter,) = await inbox.letters(database, "ann")
    assert "since 2026-03-06 10:00 UTC." in letter.body


async def test_what_the_outbox_holds_is_plain_json(database: Database) -> None:
    row, _ = await a_row(database)
    assert json.loads(json.dumps(row.body)) == row.body


async def test_a_record_without_its_definition_waits(database: Database) -> None:
    row, record = await a_row(database)
    with pytest.raises(NotSentError, match="is not in the store") as failed:
        await a_post(database).carry(row, record._replace(digest="0"))
    assert failed.value.again


async def test_answers_are_known_by_the_address_they_go_to(database: Database, mailbox: Mailbox) -> None:
    row, record = await a_row(database)
    await a_post(database, mailbox, "desk@in.example.org").carry(row, record)
    ann, bob = (message["Reply-To"].addresses[0].addr_spec for message in mailbox.taken)
    assert ann.startswith("desk+PAR0000001.")
    assert ann != bob


async def test_what_is_addressed_to_us_would_come_back_and_stays_in_the_inbox(
    database: Database, mailbox: Mailbox
) -> None:
    row, record = await a_row(database)
    await a_post(database, mailbox, "ann@example.org").carry(row, record)
    assert mailbox.sent_to() == ["bob@example.org"]
    assert len(await inbox.letters(database, "ann")) == 1


async def test_after_twenty_mails_in_an_hour_a_record_is_told_in_the_inbox_only(
    database: Database, mailbox: Mailbox
) -> None:
    row, record = await a_row(database)
    for number in range(MOST_MAILS - 1):
        about = {"record": record.id, "subject": "x", "body": "x"}
        await inbox.put(database, f"{record.id}/{number}", "ann", **about, at=NOON - 60.0)
        await inbox.put(database, f"{record.id}/{number}", "bob", **about, at=NOON - AN_HOUR)
    await a_post(database, mailbox).carry(row, record)
    again = row._replace(key=f"{row.key}-again", delivered=())
    await a_post(database, mailbox).carry(again, record)
    assert mailbox.sent_to() == ["ann@example.org", "bob@example.org", "bob@example.org"]
    said = [NO_MORE in str(message.get_body(("plain",))) for message in mailbox.taken]
    assert said == [True, False, False]
    assert len(await inbox.letters(database, "ann")) == MOST_MAILS + 1
