"""Which problems a call may answer with, by what it takes, and how each is described, once for all calls."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.describing_examples import PROBLEMS
from api.problems import KINDS, MEDIA_TYPE, problem_type

SCHEMA = {"$ref": "#/components/schemas/Problem"}
ANY_CALL = (500,)
KNOWN_CALLER = (401, 429, 503)
WITH_BODY = (400, 413, 415, 422)
WRITES = (403, 409)
IN_PATH = (404,)
OF_A_RECORD = (410,)
GIVEN = (422,)
MATCHES = ("if-match", "if-none-match")
WAIT: Any = {"description": "seconds after which it may be tried again", "schema": {"type": "integer"}}
HOW: Any = {"description": "how to be known", "schema": {"type": "string"}}
REQUEST_ID: Any = {"description": "the id of the request, which stands in the log", "schema": {"type": "string"}}
RETRIED = (429, 503)
"""What is answered with how long to wait."""


def problem_statuses(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[int]:
    """Give the status of every problem that a call may answer with; a call declares those that do not follow."""
    given = {each["name"].lower() for each in operation.get("parameters", ())}
    yield from ANY_CALL
    if operation.get("security"):
        yield from KNOWN_CALLER
    if given:
        yield from GIVEN
    if "{" in path:
        yield from IN_PATH
    if "{record}" in path:
        yield from OF_A_RECORD
    if "requestBody" in operation:
        yield from WITH_BODY
    if method != "get":
        yield from WRITES
        if given.intersection(MATCHES):
            yield 412
    if "idempotency-key" in given:
        yield 504


def _response(status: int) -> Mapping[str, Any]:
    kind, title = KINDS[status]
    problem = {"type": problem_type(kind), "title": title, "status": status, **PROBLEMS[kind]}
    headers: dict[str, Any] = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    if status in RETRIED:
        headers["Retry-After"] = WAIT
    if status == 401:
        headers["WWW-Authenticate"] = HOW
    content = {MEDIA_TYPE: {"schema": SCHEMA, "example": problem}}
    return {"description": f"`{problem['type']}`: {title}", "content": content, "headers": headers}


RESPONSES: Mapping[str, Mapping[str, Any]] = {kind: _response(status) for status, (kind, _) in KINDS.items()}
"""The answer with each kind of problem, by the end of its `type`."""
