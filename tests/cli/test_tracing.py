"""A request is followed from HTTP through the workflow to the activity, by its trace and its id."""

import httpx2

from tests.cli.collector import Collector, Told
from tests.cli.stewards import Up, wait_for

TRACE, PARENT, REQUEST = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "deploy-7/42"
HEADERS = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-Id": REQUEST}
GIVEN = {"summary": "The mail queue does not move", "caller": "carla", "service": "mail"}


def asked(running: Up, method: str, path: str, body: object = None) -> httpx2.Response:
    """Ask the API as the administrator, as part of a trace."""
    bearer = f"Bearer {(running.data / 'token').read_text(encoding='utf-8').strip()}"
    with httpx2.Client(base_url=running.note["api"], timeout=120, trust_env=False) as http:
        return http.request(method, path, json=body, headers={**HEADERS, "Authorization": bearer})


def way_down(collector: Collector, *names: str) -> list[Told]:
    """Wait for spans of these names, each of which hangs on the one before, and the first on whoever asked."""
    found: list[Told] = []

    def is_complete() -> bool:
        found.clear()
        parent = PARENT
        for name in names:
            below = [each for each in collector.below(parent) if each.name == name]
            found.extend(below[:1])
            parent = below[0].id if below else "nowhere"
        return len(found) == len(names)

    wait_for(is_complete)
    return found


def test_a_request_is_followed_from_http_through_the_workflow_to_the_activity(
    steward_up: Up, collector: Collector
) -> None:
    answer = asked(steward_up, "POST", "/api/v1/processes/incident/records", {"fields": GIVEN})
    assert (answer.status_code, answer.headers["X-Request-Id"]) == (201, REQUEST)
    route = "POST /api/v1/processes/{process}/records"
    spans = way_down(collector, route, "start incident", "started", "project")
    assert [each.service for each in spans] == ["steward-api", "steward-api", "steward-worker", "steward-worker"]
    assert {each.trace for each in spans} == {TRACE}
    assert (REQUEST in spans[0].text, answer.json()["id"] in spans[-1].text) == (True, True)


def test_a_command_hangs_on_its_own_request_and_not_on_the_start(steward_up: Up, collector: Collector) -> None:
    record = steward_up.started("incident", *(f"{name}={value}" for name, value in GIVEN.items()))
    answer = asked(steward_up, "POST", f"/api/v1/records/{record}/watchers", {})
    assert answer.is_success, answer.text
    route = "POST /api/v1/records/{record}/watchers"
    spans = way_down(collector, route, "update command", "took command", "project")
    assert all(record in each.text for each in spans[1:])


def test_no_span_tells_a_secret_of_an_address_or_what_was_given(steward_up: Up, collector: Collector) -> None:
    asked(steward_up, "GET", "/decide/c2VjcmV0-of-a-link?from=c2VjcmV0")
    asked(steward_up, "GET", "/api/v1/records?q=c2VjcmV0")
    way_down(collector, "GET /api/v1/records")
    told = "".join(each.text for each in collector.spans)
    assert [secret for secret in ("c2VjcmV0", "mail queue", "stw_") if secret in told] == []
