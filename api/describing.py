"""The description of the API (OpenAPI): every call may answer with a problem, and which kinds there are is said."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import KINDS, MEDIA_TYPE, Problem

TEMPLATE = "#/components/schemas/{model}"
UNUSED = ("HTTPValidationError", "ValidationError")
"""What FastAPI describes and we never answer."""


def describe(app: FastAPI) -> dict[str, Any]:
    """Give the description, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _described(app)
    return app.openapi_schema


def _described(app: FastAPI) -> dict[str, Any]:
    found: dict[str, Any] = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    for name in UNUSED:
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template=TEMPLATE)
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    said = "; ".join(f"{status} `{kind}`: {title}" for status, (kind, title) in KINDS.items())
    content = {MEDIA_TYPE: {"schema": {"$ref": TEMPLATE.format(model="Problem")}}}
    for methods in found["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"description": said, "content": content}
    return found
