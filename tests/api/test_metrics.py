"""What Prometheus scrapes: numbers of records, work and missed targets, for programs whose role allows it."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.api.office import Office, reasons

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]
Sample = tuple[str, tuple[tuple[str, str], ...]]


async def scraped(office: Office) -> dict[Sample, float]:
    secret = office.secrets["alarms"]
    answer = await office.http.get("/metrics", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    families = text_string_to_metric_families(answer.text)
    return {(each.name, tuple(each.labels.items())): each.value for family in families for each in family.samples}


async def test_open_records_and_work_that_waits_are_counted(office: Office) -> None:
    repair = ("process", "repair")
    records = [(await office.repair())["id"] for _ in range(2)]
    await office.act("ann", records[0], "begin", assignee="ann")
    found = await scraped(office)
    assert found["steward_records_open", (repair, ("state", "new"))] == 1
    assert found["steward_records_open", (repair, ("state", "working"))] == 1
    assert found["steward_tasks_open", (repair,)] == 1
    assert found["steward_messages_unsent", ()] == 0
    assert found["steward_findings", (("kind", "gone"),)] == 0
    assert found["steward_state_seconds_count", (repair, ("state", "new"))] == 1


async def test_requests_are_timed_by_the_template_of_their_address(office: Office) -> None:
    record = (await office.repair())["id"]
    for path in (f"/records/{record}", "/records/nobody", f"/nowhere/{record}"):
        await office.get("ann", path)
    await office.http.request("BREW", f"/{record}")
    found = await scraped(office)
    told = {labels: number for (name, labels), number in found.items() if name == "steward_http_request_seconds_count"}
    routes = {tuple(value for _, value in labels) for labels in told}
    assert {("GET", "/api/v1/records/{record}", "200"), ("GET", "/api/v1/records/{record}", "404")} < routes
    assert {("GET", "other", "404"), ("other", "other", "404")} < routes
    assert record not in str(routes)


async def test_only_who_reads_everything_and_programs_read_them(office: Office) -> None:
    answer = await office.http.get("/metrics", headers={"Authorization": f"Bearer {office.secrets['carl']}"})
    assert (answer.status_code, reasons(answer)) == (403, [("who", "not-allowed", "")])
    assert (await office.http.get("/metrics")).status_code == 401
