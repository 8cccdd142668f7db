"""Records that start another one only once: however many ask at the same time, one is begun and all learn of it."""

import asyncio

import pytest

from store.queries import RecordRow, last_by_correlation
from tests.workflows.errands import ERRAND, JOB, begun, publish
from tests.workflows.house import House

pytestmark = pytest.mark.server

ASKING = ERRAND.replace(
    ERRAND[ERRAND.index("      - {run: job") : ERRAND.index("      - {go: done}")],
    """
      - {start: job, once: true, with: {title: =name}, save: {last: =result.id, why: "{{ result.existed }}"}}
""",
)
CORRELATED = JOB.replace("title: text", "title: {type: text, index: true}").replace(
    "start:", "correlate: title\nstart:"
)


async def test_many_that_ask_at_once_share_one_record_and_the_next_is_begun_after_its_end(house: House) -> None:
    asking = await publish(house, ASKING, CORRELATED)
    asked = await asyncio.gather(*(begun(house, asking, name="Storm") for _ in range(8)))
    ended = [await house.until(lambda each=each: _done(house, each)) for each in asked]
    [shared] = {row.body["fields"]["last"]["id"] for row in ended}
    assert sorted(row.body["fields"]["why"] for row in ended) == ["no", *["yes"] * 7]
    await house.act(shared, "end", "bob")
    again = await begun(house, asking, name="Storm")
    row = await house.until(lambda: _done(house, again))
    assert (row.body["fields"]["last"]["id"] != shared, row.body["fields"]["why"]) == (True, "no")
    newest = await last_by_correlation(house.database, "job", "Storm")
    assert newest is not None
    assert newest.id == row.body["fields"]["last"]["id"]
    for record in (*asked, shared, again):
        await house.proven(record)


async def _done(house: House, record: str) -> RecordRow | None:
    row = await house.row(record)
    return row if row.state == "done" else None
