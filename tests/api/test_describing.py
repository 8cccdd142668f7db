"""The description of the API is whole: every call has a name, and says which problems it may answer with."""

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
POST /records/{record}/faults/{number}/retry
POST /records/{record}/faults/{number}/skip
GET /tasks
POST /tasks/{task}/claim
POST /tasks/{task}/release
POST /tasks/{task}/complete
GET /approvals
POST /approvals/{approval}/vote
POST /events
POST /intake/alertmanager
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
"""


async def operations(office: Office) -> dict[str, dict[str, Any]]:
    found = (await office.http.get("/api/v1/openapi.json")).json()["paths"]
    return {f"{way.upper()} {path}": each for path, ways in found.items() for way, each in ways.items()}


async def test_every_call_of_the_contract_is_there(alone: Office) -> None:
    known = await operations(alone)
    expected = {line.replace(" ", " /api/v1", 1) for line in CALLS.strip().split("\n")}
    assert set(known) == expected | {"GET /healthz", "GET /readyz"}


async def test_every_call_has_a_name_a_sentence_and_its_problems(alone: Office) -> None:
    known = (await operations(alone)).values()
    assert len({each["operationId"] for each in known}) == len(known)
    assert all(each["description"] for each in known)
    schemas = [each["responses"]["default"]["content"]["application/problem+json"]["schema"] for each in known]
    assert all(schema["$ref"].endswith("/Problem") for schema in schemas)
    assert not [each["operationId"] for each in known if "422" in each["responses"]]


async def test_every_reference_of_the_description_leads_somewhere(alone: Office) -> None:
    described = (await alone.http.get("/api/v1/openapi.json")).json()

    def references(part: Any) -> set[str]:
        if isinstance(part, dict):
            own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
            return own.union(*(references(each) for each in part.values()))
        return set().union(*(references(each) for each in part)) if isinstance(part, list) else set()

    assert {ref.removeprefix("#/components/schemas/") for ref in references(described)} <= set(
        described["components"]["schemas"]
    )
