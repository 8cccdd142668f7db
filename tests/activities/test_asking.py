"""Mail that asks for a vote has a link for its reader and says how to answer; other mail has none."""

from typing import Any

import pytest

from activities.asking import GOOD_FOR, Asked, Envelopes, asked, page_about
from activities.rendering import plainly
from store import outbox
from store.correspondence import Correspondence
from store.database import Database
from store.outbox import OutboxRow
from store.queries import RecordRow, get_record
from store.sealing import Seals, new_key
from store.signing import Link, Signing
from tests.activities.story import NOON, Story

KEY = new_key()
SIGNING = Signing(Seals(lambda: [KEY]))
OURS = Correspondence("Steward <steward@example.org>", "desk@in.example.org")
LETTER = plainly("Please decide", "Please decide", "http://s/records/PAR0000001")
SEATS = [{"id": "ann", "label": "Ann"}, {"id": "bob", "label": "Bob", "vote": {"choice": "yes"}}]


async def a_request(
    database: Database, key: str = "2/go/do/0/approval_opened-2", due: float | None = None, **given: Any
) -> tuple[OutboxRow, RecordRow]:
    """A message of a record with an open approval, in its second round."""
    story = await Story(database).start()
    (row,) = await outbox.of_record(database, story.record.id)
    record = await get_record(database, story.record.id)
    assert record is not None
    data = {"id": "judge", "name": "judge", "visit": "2", "round": 2, "seats": SEATS, "due": due}
    tokens = {"2/go/do/0": {"kind": "approval", "data": data}, "2/go/do/1": {"kind": "task", "data": {}}}
    row = row._replace(key=f"{record.id}/{key}", body={**row.body, "with": given})
    return row, record._replace(body={**record.body, "tokens": tokens})


@pytest.mark.parametrize(
    ("key", "given", "person", "asks"),
    [
        ("2/go/do/0/approval_opened-2", {"approval": "2.judge.2"}, "ann", True),
        ("2/go/do/0/approval_opened-2", {"approval": "2.judge.1"}, "ann", False),
        ("2/go/do/0/at-reminder.9/0", {}, "ann", True),
        ("2/go/do/0/handed-to-9", {}, "ann", True),
        ("2/go/do/0/approval_opened-2", {}, "bob", False),
        ("2/go/do/0/approval_opened-2", {}, "cat", False),
        ("2/go/do/1/opened", {}, "ann", False),
        ("2/go/do/01/opened", {}, "ann", False),
    ],
)
async def test_a_message_asks_who_has_a_seat_and_has_not_voted(
    database: Database, key: str, given: dict[str, Any], person: str, asks: bool
) -> None:
    row, record = await a_request(database, key, **given)
    assert asked(row, record, person) == (Asked("PAR0000001.2.judge.2", None) if asks else None)


@pytest.mark.parametrize(
    ("key", "message", "page"),
    [
        ("2/go/do/1/opened", "task_opened", "/tasks/2/go/do/1"),
        ("2/go/do/1/escalated", "task_escalated", "/tasks/2/go/do/1"),
        ("2/go/do/1/handed-from-9", "task_withdrawn", ""),
        ("2/go/do/2/opened", "task_opened", ""),
        ("2/go/do/01/opened", "task_opened", ""),
        ("2/go/do/0/approval_opened-2", "approval_opened", ""),
    ],
)
async def test_a_message_about_a_task_leads_to_its_page_while_it_is_open(
    database: Database, key: str, message: str, page: str
) -> None:
    row, record = await a_request(database, key)
    assert page_about(row._replace(body={**row.body, "message": message}), record) == f"/records/{record.id}{page}"


@pytest.mark.parametrize(
    ("due", "expires"), [(None, NOON + GOOD_FOR), (NOON + 60.0, NOON + 60.0), (NOON - 60.0, NOON + GOOD_FOR)]
)
async def test_a_link_is_for_its_reader_and_good_until_the_approval_is_due(
    database: Database, due: float | None, expires: float
) -> None:
    row, record = await a_request(database, due=due)
    letter, _ = Envelopes(SIGNING, OURS, "http://s").envelope(row, record, "ann", LETTER, NOON)
    [link] = [line.partition("/decide/")[2] for line in letter.text.split("\n") if line.startswith("Decide: http://s/")]
    assert SIGNING.read_link(link) == Link("ann", "PAR0000001.2.judge.2", expires)
    assert f'<a href="http://s/decide/{link}">Decide</a>' in letter.html
    assert letter.html.endswith("</body></html>\n")


async def test_an_answer_is_known_by_its_address_and_the_mail_says_how_to_give_one(database: Database) -> None:
    row, record = await a_request(database)
    letter, reply_to = Envelopes(SIGNING, OURS, "http://s").envelope(row, record, "ann", LETTER, NOON)
    assert reply_to == OURS.reply_address(SIGNING, "ann", "PAR0000001", "PAR0000001.2.judge.2")
    assert "write APPROVE or REJECT" in letter.text
    assert "write APPROVE or REJECT" in letter.html


async def test_where_no_mail_comes_back_none_is_asked_for(database: Database) -> None:
    row, record = await a_request(database)
    letter, reply_to = Envelopes(SIGNING, Correspondence("s@example.org"), "http://s").envelope(
        row, record, "ann", LETTER, NOON
    )
    assert reply_to == ""
    assert "APPROVE" not in letter.text
    assert "Decide: " in letter.text


async def test_who_is_asked_nothing_gets_no_link(database: Database) -> None:
    row, record = await a_request(database)
    letter, reply_to = Envelopes(SIGNING, OURS, "http://s").envelope(row, record, "cat", LETTER, NOON)
    assert letter == LETTER
    assert reply_to == OURS.reply_address(SIGNING, "cat", "PAR0000001")


async def test_without_a_key_nothing_is_signed(database: Database) -> None:
    row, record = await a_request(database)
    assert Envelopes(Signing(Seals()), OURS, "http://s").envelope(row, record, "ann", LETTER, NOON) == (LETTER, "")
