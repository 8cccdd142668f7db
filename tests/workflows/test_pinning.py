"""A record and its workflow: what it is called, and that it stays on the definition it was started with."""

import pytest

from store import definitions
from tests.workflows.house import House
from tests.workflows.tickets import TICKET

pytestmark = [pytest.mark.server, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]


@pytest.mark.semantics("A1.1", "A1.2")
async def test_a_record_is_a_workflow_of_its_own_id_and_of_the_type_of_its_process(house: House) -> None:
    record = await house.new()
    described = await house.temporal.get_workflow_handle(record).describe()
    assert (described.id, described.workflow_type) == (record, "ticket")


@pytest.mark.semantics("A1.4")
async def test_a_record_stays_on_its_definition_whatever_is_published(house: House) -> None:
    record = await house.new()
    newer = TICKET.replace("version: 1", "version: 2").replace("take: {to: working", "take: {to: done")
    await definitions.publish(
        house.database, "ticket", 2, newer, title="Ticket", messages={}, by="ann", at=house.clock()
    )
    await house.act(record, "take", "bob")
    row = await house.row(record)
    assert (row.state, row.version) == ("working", 1)
