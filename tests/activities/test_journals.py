"""A timeline is told from the journals of several records, in the order of time."""

from dataclasses import replace

from activities.actions import Context
from activities.journals import LONGEST, Wanted, timeline
from store.database import Database
from store.projections import project
from tests.activities.story import NOON, Story, nowhere
from tests.store.builders import a_projection, publish_paper


def a_context(database: Database) -> Context:
    return Context("R1/1/review/do/0", "R1", "parcel", database, lambda: NOON, nowhere)


async def test_a_timeline_says_when_and_where_what_happened_and_not_what_was_written(database: Database) -> None:
    await (await Story(database).start()).send()
    told = await timeline(Wanted(records=["PAR0000001", "PAR0000002", "PAR0000001"]), a_context(database))
    assert told.text.split("\n") == [
        "2026-03-06 11:00 PAR0000001 started in packed",
        "2026-03-06 11:00 PAR0000001 send: packed → sent",
    ]


async def test_it_puts_records_in_the_order_of_time_and_leaves_out_the_oldest_of_too_much(database: Database) -> None:
    await publish_paper(database)
    for record, at in (("R2", 3), ("R1", 2)):
        for seq in range(1, 30):
            said = {"what": "comment", "name": "", "data": {"text": f"{at} {seq} {'x' * 1_000}"}, "internal": False}
            made = a_projection(record, seq)
            event = {**made.event, "now": at + seq * 100.0, "actor": {"id": "ann", "label": "Ann Archer"}}
            await project(database, replace(made, lines=[said], event=event))
    told = (await timeline(Wanted(records=["R2", "R1"]), a_context(database))).text.split("\n")
    assert sum(len(line) + 1 for line in told) <= LONGEST
    assert [line[17:33] for line in told[-2:]] == ["R1 comment: 2 29", "R2 comment: 3 29"]
    assert told[-1].endswith("x (Ann Archer)")
