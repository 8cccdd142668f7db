"""The description of the API (OpenAPI 3.1): what FastAPI knows of the routes, with problems, examples and words.

A new call needs nothing here: which problems it may answer with, and its examples, follow from what it takes and gives.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.describing_examples import Examples
from api.describing_problems import REQUEST_ID, RESPONSES, problem_statuses
from api.problems import KINDS, Problem
from api.services import PREFIX
from api.sessions import COOKIE

TEMPLATE = "#/components/schemas/{model}"
UNUSED = ("HTTPValidationError", "ValidationError")
"""What FastAPI describes and we never answer."""
LICENCE = {"name": "Apache 2.0", "identifier": "Apache-2.0"}
TAGS: Mapping[str, str] = {
    "processes": "What can be started: fields as forms, states and the ways between them.",
    "records": "What was started: listed and searched, shown, edited, taken from state to state, discussed, followed.",
    "tasks": "Work that waits for people.",
    "approvals": "Votes that people are asked for.",
    "inbox": "Messages to whoever asks.",
    "events": "What outside systems tell: CloudEvents, and alerts of monitoring.",
    "definitions": "What processes are: checked, published, retired; running records are moved to another version.",
    "organisation": "People, groups, roles, services, agreements, calendars, absences and freezes.",
    "feed": "What happens to records, as it happens: a stream, or page by page.",
    "attachments": "Files that belong to records.",
    "webhooks": "Addresses outside that are told what happens, and what came of telling them.",
    "sessions": "Signing in at a browser, and out.",
    "audit": "What was refused to whom, and whether the journal holds.",
    "codec": "What Temporal keeps, decrypted for its own pages.",
    "health": "Whether the server lives and can work, for supervisors and load balancers.",
}
"""What the calls of each tag are about, in the order in which they are shown."""
HEADERS: Mapping[str, Mapping[str, Any]] = {
    "X-Request-Id": REQUEST_ID,
    "ETag": {"description": "names this revision: for `If-Match` and `If-None-Match`", "schema": {"type": "string"}},
    "Link": {"description": 'the next page, as `rel="next"`; absent on the last', "schema": {"type": "string"}},
    "Location": {"description": "where the record is found", "schema": {"type": "string"}},
}
SESSION = {
    "type": "apiKey",
    "in": "cookie",
    "name": COOKIE,
    "description": "What signing in at a browser gives; changes also need the `X-CSRF-Token` of our own pages.",
}
IF_NONE_MATCH: Mapping[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "304 when this is still its `ETag`",
}
TAGGED = ("RecordView", "RowView", "AppliedView")
"""What is answered with its `ETag`."""
HEAD = re.compile(r"[^;:.]*(?:\.(?=\S)[^;:.]*)*")
"""The part of a sentence that says what a call does, without its conditions."""


def describe(app: FastAPI) -> dict[str, Any]:
    """Give the description, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _described(app)
    return app.openapi_schema


def _described(app: FastAPI) -> dict[str, Any]:
    found: dict[str, Any] = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        license_info=LICENCE,
    )
    components = found.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in UNUSED:
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template=TEMPLATE)
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    examples = Examples(schemas)
    for method, path, operation in _operations(found):
        _word(operation)
        _add_problems(operation, problem_statuses(method, path, operation))
        is_tagged = method == "get" and path.startswith(PREFIX) and bool(_answered(operation["responses"]["200"]))
        if is_tagged:
            _add_not_modified(operation)
        _add_headers(operation, schemas, is_tagged=is_tagged)
        examples.add_to(operation)
    used = {tag for _, _, operation in _operations(found) for tag in operation["tags"]}
    found["tags"] = [{"name": name, "description": text} for name, text in TAGS.items() if name in used]
    components["responses"] = {name: dict(each) for name, each in RESPONSES.items()}
    components["examples"] = examples.shared
    components["headers"] = dict(HEADERS)
    components["securitySchemes"]["session"] = SESSION
    return found


def _operations(found: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _word(operation: dict[str, Any]) -> None:
    """Give a call a heading of its own sentence, and its headers their usual spelling."""
    head = HEAD.match(operation["description"])
    operation["summary"] = head[0] if head else operation["description"]
    operation["security"] = [*operation["security"], {"session": []}] if "security" in operation else []
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "header":
            parameter["name"] = parameter["name"].title()


def _add_problems(operation: dict[str, Any], statuses: Iterable[int]) -> None:
    answers: dict[str, Any] = operation["responses"]
    answers.pop("422", None)
    for each in statuses:
        answers.setdefault(str(each), {})
    for status, answer in answers.items():
        if int(status) in KINDS and "content" not in answer:
            answers[status] = {"$ref": f"#/components/responses/{KINDS[int(status)][0]}"}
    operation["responses"] = dict(sorted(answers.items()))


def _add_not_modified(operation: dict[str, Any]) -> None:
    """Say that what is still the same is not sent again."""
    operation["responses"].setdefault("304", {"description": "it is still what you have"})
    operation["responses"] = dict(sorted(operation["responses"].items()))
    parameters = operation.setdefault("parameters", [])
    if not any(each["name"] == IF_NONE_MATCH["name"] for each in parameters):
        parameters.append(dict(IF_NONE_MATCH))


def _add_headers(operation: dict[str, Any], schemas: Mapping[str, Any], *, is_tagged: bool) -> None:
    for status, answer in operation["responses"].items():
        if status >= "3":
            continue
        names = _answered(answer)
        wanted = {
            "X-Request-Id": True,
            "ETag": is_tagged or any(name in TAGGED for name in names),
            "Link": any("next" in schemas[name].get("properties", ()) for name in names),
            "Location": "StartedView" in names,
        }
        for name, is_sent in wanted.items():
            if is_sent:
                answer.setdefault("headers", {})[name] = {"$ref": f"#/components/headers/{name}"}


def _answered(answer: Mapping[str, Any]) -> list[str]:
    """Name the models that an answer holds."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    named = [each.get("$ref", "") for each in (schema, *schema.get("anyOf", ()))]
    return [each.rpartition("/")[2] for each in named if each]
