"""The description of the API is served: every call of the contract, with what it may answer (tests/docs: the rest)."""

from typing import Any

import pytest

from tests.api.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALLS = """
GET /processes
GET /processes/{process}
GET /processes/{process}/diagram
POST /processes/{process}/records
GET /records
GET /records/{record}
PATCH /records/{record}
POST /records/{record}/actions/{transition}
POST /records/{record}/comments
POST /records/{record}/watchers
DELETE /records/{record}/watchers/{person}
GET /records/{record}/journal
GET /records/{record}/diagram
POST /records/{record}/attachments
GET /records/{record}/attachments
GET /records/{record}/attachments/{digest}
POST /records/{record}/faults/{number}/retry
POST /records/{record}/faults/{number}/skip
GET /tasks
POST /tasks/{task}/claim
POST /tasks/{task}/release
POST /tasks/{task}/complete
GET /approvals
POST /approvals/{approval}/vote
POST /approvals/votes
POST /records/actions
POST /tasks/completions
POST /events
POST /intake/alertmanager
POST /intake/mail
POST /webhooks
GET /webhooks
GET /webhooks/{webhook}
PATCH /webhooks/{webhook}
DELETE /webhooks/{webhook}
POST /webhooks/{webhook}/secret
POST /webhooks/{webhook}/ping
GET /webhooks/{webhook}/deliveries
POST /webhooks/{webhook}/deliveries/{delivery}/redeliver
POST /definitions/check
POST /definitions
GET /definitions/{process}/versions
POST /definitions/{process}/moves
POST /definitions/{process}/retire
POST /definitions/{process}/versions/{version}/retire
GET /feed
GET /inbox
POST /inbox/{key}/read
GET /organisation/changes
GET /organisation/{kind}
GET /organisation/{kind}/{row}
PUT /organisation/{kind}/{row}
DELETE /organisation/{kind}/{row}
POST /organisation/apply
GET /audit/refusals
GET /audit/journal
POST /codec/decode
POST /codec/encode
"""


async def operations(office: Office) -> dict[str, dict[str, Any]]:
    found = (await office.http.get("/api/v1/openapi.json")).json()["paths"]
    return {f"{way.upper()} {path}": each for path, ways in found.items() for way, each in ways.items()}


async def test_every_call_of_the_contract_is_there(alone: Office) -> None:
    known = await operations(alone)
    expected = {line.replace(" ", " /api/v1", 1) for line in CALLS.strip().split("\n")}
    assert set(known) == expected | {"GET /healthz", "GET /readyz", "GET /metrics"}


@pytest.mark.parametrize(
    ("call", "statuses"),
    [
        ("GET /healthz", "200 500"),
        ("GET /api/v1/processes", "200 304 401 422 429 500 503"),
        ("GET /api/v1/records/{record}", "200 304 401 404 410 422 429 500 503"),
        ("POST /api/v1/inbox/{key}/read", "204 401 403 404 409 422 429 500 503"),
        ("PATCH /api/v1/records/{record}", "200 204 400 401 403 404 409 410 412 413 415 422 429 500 503 504"),
        ("DELETE /api/v1/organisation/{kind}/{row}", "204 401 403 404 409 412 422 429 500 503"),
        ("POST /api/v1/events", "202 400 401 403 404 409 413 415 422 429 500 503"),
    ],
)
async def test_what_a_call_takes_says_which_problems_it_may_answer_with(
    alone: Office, call: str, statuses: str
) -> None:
    assert list((await operations(alone))[call]["responses"]) == statuses.split()


async def test_answers_say_which_headers_they_have(alone: Office) -> None:
    known = await operations(alone)
    assert list(known["GET /api/v1/records"]["responses"]["200"]["headers"]) == ["X-Request-Id", "ETag", "Link"]
    assert list(known["GET /api/v1/records/{record}"]["responses"]["200"]["headers"]) == ["X-Request-Id", "ETag"]
    started = known["POST /api/v1/processes/{process}/records"]["responses"]
    assert list(started["201"]["headers"]) == ["X-Request-Id", "ETag", "Location"]
