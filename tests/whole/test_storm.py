"""A storm of alerts, whole: items in maintenance stay quiet, the rest get one parent, and many are a major matter."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from language.organisation import Organisation
from tests.api.test_alerts import a_notification, an_alert
from tests.whole.desk import Desk, shipped, until

pytestmark = pytest.mark.server
HOUR = 3_600.0
MOST = 20
"""Children above which an incident is proposed as a major one."""
STORM = 60
"""Alerts that come within a minute."""
ITEMS = tuple(f"shop-{number}" for number in range(1, 23))
QUIET = ITEMS[:2]
"""Items that are in planned maintenance: as many as leave no more than those children."""


async def test_sixty_alerts_of_22_items_of_a_service_get_one_parent_and_only_one_more_is_a_major_matter(
    desk: Desk,
) -> None:
    await desk.apply(a_company(desk))
    told = [ITEMS[number % len(ITEMS)] for number in range(STORM)]
    for first in range(0, STORM, 10):
        await asyncio.gather(
            *(alert(desk, item, number) for number, item in enumerate(told) if first <= number < first + 10)
        )
    parent = await until(lambda: a_parent(desk, MOST))
    alerts = await desk.listed("alert")
    assert sorted(each["fields"]["configuration_item"]["id"] for each in alerts) == sorted(ITEMS)
    assert sum(int(each["fields"]["repeats"]) for each in alerts) == STORM - len(ITEMS)
    quiet = [each for each in alerts if each["state"] == "suppressed"]
    assert sorted(each["fields"]["configuration_item"]["id"] for each in quiet) == sorted(QUIET)
    assert [each["fields"]["incident"] for each in quiet] == [None, None]
    children = [each for each in await desk.listed("incident") if each["id"] != parent["id"]]
    assert len(children) == len(ITEMS) - len(QUIET)
    assert {each["fields"]["part_of"]["id"] for each in children} == {parent["id"]}
    assert await desk.listed("major_incident") == []
    await alert(desk, "shop-db1", STORM)
    await until(lambda: a_parent(desk, MOST + 1))
    [major] = await until(lambda: desk.listed("major_incident"))
    assert (major["state"], major["fields"]["incident"]["id"]) == ("candidate", parent["id"])
    outlasting, lifted = (each["id"] for each in quiet)
    await desk.pass_time(outlasting, HOUR)
    late = await until(lambda: an_incident(desk, outlasting))
    assert (await desk.shown(late))["fields"]["configuration_item"]["id"] in QUIET
    assert (await desk.shown(lifted))["state"] == "suppressed"
    await desk.apply(Organisation({**a_company(desk).rows, "maintenance": {}}))
    assert await until(lambda: an_incident(desk, lifted))


def a_company(desk: Desk) -> Organisation:
    """The shipped company with many parts of the web shop, two of which are in maintenance for another half hour."""
    now = desk.clock()
    span = {"from": written(now - HOUR), "until": written(now + HOUR / 2)}
    part = {"title": None, "service": "web_shop", "owner": "aisha"}
    rows: dict[str, dict[str, dict[str, Any]]] = {
        "configuration_item": {item: {**part, "title": item} for item in ITEMS},
        "maintenance": {"tonight": {"title": "Tonight", "items": list(QUIET), "calendar": None, **span}},
    }
    return shipped().merged(Organisation(rows))


def written(at: float) -> str:
    """Write a time as the organisation has it."""
    return datetime.fromtimestamp(at, UTC).isoformat()


async def alert(desk: Desk, item: str, number: int) -> None:
    """Let the monitoring say that an item of the web shop does not answer."""
    labels = {"alertname": "Down", "service": "web_shop", "item": item}
    one = an_alert(labels=labels, annotations={"summary": f"{item} does not answer", "seen": str(number)})
    group = a_notification(one, groupKey=f'{{}}:{{item="{item}"}}', groupLabels={"item": item})
    await desk.ask("POST", "/intake/alertmanager", group, "monitoring")


async def a_parent(desk: Desk, children: int) -> dict[str, Any] | None:
    """Give the incident that so many others are part of."""
    found = [each for each in await desk.listed("incident") if each["fields"]["children"] == str(children)]
    return found[0] if found else None


async def an_incident(desk: Desk, record: str) -> str | None:
    """Give the incident that an alert has become."""
    found = (await desk.shown(record))["fields"]["incident"]
    return None if found is None else str(found["id"])
