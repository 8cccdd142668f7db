"""The HTTP API as an application: its routers, its limits, its problems and its description."""

from importlib import metadata

from fastapi import APIRouter, FastAPI

from api import (
    actions,
    approvals,
    attachments,
    audit,
    codec,
    definitions,
    deliveries,
    diagrams,
    docs_page,
    events,
    feed,
    health,
    inbox,
    intake,
    journal,
    mail,
    metrics,
    moves,
    organisation,
    organisation_files,
    problems,
    processes,
    records,
    refusal_log,
    request_ids,
    request_times,
    retiring,
    security_headers,
    tasks,
    watchers,
    webhooks,
)
from api.describing import describe
from api.entity_tags import EntityTags
from api.heads import HeadLimit
from api.limits import BodyLimit
from api.multipart import TAKES_FILES
from api.services import PREFIX, Services
from store.state_times import StateTimes

NOUNS = (
    processes,
    diagrams,
    records,
    journal,
    attachments,
    actions,
    watchers,
    tasks,
    approvals,
    inbox,
    feed,
    events,
    intake,
    mail,
    webhooks,
    deliveries,
    definitions,
    moves,
    retiring,
    organisation_files,
    organisation,
    audit,
    codec,
)
DESCRIPTION = """\
IT service management on durable workflows. Every call but `/healthz` and `/readyz` needs a bearer token. Repeat a
request with the same `Idempotency-Key` and it has one effect. What goes wrong is answered as a problem (RFC 9457).
Every answer has an `X-Request-Id`, yours when you send a well-formed one; `traceparent` (W3C Trace Context) is
understood. Who asks too often is answered 429 and told in `Retry-After` when to come again."""


def create_app(services: Services) -> FastAPI:
    """Compose the application; nothing is opened, and the services stay the caller's to close."""
    app = composed()
    app.state.services = services
    if services.codec_origins:
        app.add_middleware(codec.Shared, origins=services.codec_origins)
    request_ids.install(app)
    security_headers.install(app, https=services.base_url.startswith("https:"))
    refusal_log.install(app, services)
    request_times.install(app)
    app.state.state_times = StateTimes(services.database)
    return app


def composed() -> FastAPI:
    """Give the application without anything to work with, as it can be described."""
    app = FastAPI(
        title="Steward",
        version=metadata.version("steward"),
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False},
    )
    larger = (intake.LARGER, mail.LARGER, definitions.LARGER, organisation_files.LARGER, codec.LARGER)
    app.state.larger = {path: most for each in larger for path, most in each.items()}
    app.add_middleware(BodyLimit, larger=app.state.larger, counted_by_themselves=TAKES_FILES)
    app.add_middleware(EntityTags)
    app.add_middleware(HeadLimit)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(docs_page.router)
    api = APIRouter(prefix=PREFIX)
    for noun in NOUNS:
        api.include_router(noun.router)
    app.include_router(api)
    problems.install(app)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # FastAPI's way to describe an API otherwise
    return app
