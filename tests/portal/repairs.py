"""Repairs that are far enough for the pages that tests look at."""

from tests.portal.visits import Portal


async def stuck(portal: Portal) -> str:
    """Give a repair that stands still with a fault."""
    office = portal.office
    record = str((await office.repair())["id"])
    await office.act("ann", record, "begin", assignee="ann")
    task = (await office.get("ann", f"/records/{record}")).json()["tasks"][0]["id"]
    await office.post("ann", f"/tasks/{task}/complete", {"with": {"offer": "1", "supplier": "Acme"}})
    await office.act("ann", record, "stumble")
    await office.seen(record, "stuck")
    return record


async def asked_for_approval(portal: Portal) -> str:
    """Give a repair that waits for votes of ann and bob."""
    record = await stuck(portal)
    await portal.office.act("ann", record, "ask")
    await portal.office.seen(record, "judged")
    return record
