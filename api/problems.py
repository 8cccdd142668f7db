"""The one place of HTTP status: everything that can go wrong becomes `application/problem+json` (RFC 9457).

A refusal's status follows from its reasons: any of kind *who* is 403, else any of kind *input* 422, else *stale* 412,
else 409. Who gets a 503 knows that nothing was or will be carried out, who gets a 504 does not know; both repeat the
request with the same Idempotency-Key.

ProblemError
├── UnauthenticatedError   401
├── NotFoundError          404, absent or not visible
├── ArchivedError          410, visible before it was archived
├── RefusalError           403, 409, 412, 422, with every reason
└── RejectedDefinitionError 422, with what was found in a definition
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.invalid import reason_of
from api.loggable import loggable
from api.refusals_told import tell
from engine.record import Reason
from store.errors import (
    AlreadyPublishedError,
    CursorError,
    DataError,
    NewestVersionError,
    NoSealingKeyError,
    OlderVersionError,
    StaleOrganisationError,
    StaleVersionError,
    UnavailableError,
)
from workflows.causes import cause
from workflows.client import BusyError, ClosedError, CrowdedError, PendingError, RefusedError

MEDIA_TYPE = "application/problem+json"
UNFORESEEN = "It is logged. Repeat with the same key; when that does not help, ask an operator."
RETRY_AFTER = "2"
"""Seconds after which a busy system may be asked again."""

log = structlog.get_logger("steward.api")


class ReasonView(BaseModel):
    """One reason: `kind` says whether it is about you, your input or the state; `who` names who could."""

    kind: str = Field(description="`who`, `input`, `state` or `stale`")
    code: str = Field(description="stable, for programs")
    text: str = Field(description="a sentence for people")
    path: str = Field("", description="where in the request it is")
    who: list[str] = Field(default_factory=list, description="who could")


class FindingView(BaseModel):
    """A mistake in a definition or in what came with it; `file` is `definition`, `tests` or `messages/NAME`."""

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: str = "error"


class FailureView(BaseModel):
    """A scenario that failed: its name, its line, and what was expected and what was there."""

    name: str
    line: int
    failure: str


class Problem(BaseModel):
    """What went wrong, as every call answers it (RFC 9457)."""

    type: str = Field(description="`urn:steward:problem:` and the kind of problem")
    title: str
    status: int
    detail: str
    reasons: list[ReasonView] = Field(default_factory=list, description="every reason, not only the first")
    actions: list[str] | None = Field(None, description="on 409: the transitions you can take now")
    findings: list[FindingView] | None = Field(None, description="on a refused definition: the mistakes in it")
    failures: list[FailureView] | None = Field(None, description="on a refused definition: scenarios that failed")
    request_id: str | None = Field(None, description="the `X-Request-Id`: ask an operator for what is logged of it")


KINDS: Mapping[int, tuple[str, str]] = {
    400: ("bad-request", "The request cannot be read"),
    401: ("unauthenticated", "Who you are is not known"),
    403: ("not-allowed", "You may not do this"),
    404: ("not-found", "There is no such thing, or not for you"),
    405: ("method-not-allowed", "This cannot be done here"),
    409: ("not-possible-now", "This is not possible now"),
    410: ("archived", "It has ended long ago, and is in the archive"),
    412: ("stale", "It has changed since you looked"),
    413: ("too-large", "The request is too large"),
    414: ("address-too-long", "The address is too long"),
    415: ("unsupported-media-type", "The body is of a kind that is not understood"),
    422: ("bad-input", "Something in the request is not right"),
    429: ("crowded", "Too many requests at once"),
    431: ("head-too-large", "The headers are too large"),
    500: ("internal", "Something is wrong on our side"),
    503: ("busy", "Not carried out, now or later: repeat with the same key"),
    504: ("pending", "Whether it was carried out is not known yet: repeat with the same key"),
}
"""Every kind of problem by its status: the end of its `type`, and its title."""


class ProblemError(Exception):
    """A problem to answer with; the root of the tree above."""

    def __init__(
        self,
        status: int,
        detail: str,
        reasons: Sequence[Reason] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401  # members of `Problem`
    ) -> None:
        """Keep everything the answer says."""
        super().__init__(detail)
        self.status, self.detail, self.reasons = status, detail, tuple(reasons)
        self.headers, self.more = headers, more


class UnauthenticatedError(ProblemError):
    """Nobody knows who asks."""

    def __init__(self, detail: str) -> None:
        """Say how to be known."""
        super().__init__(401, detail, headers={"WWW-Authenticate": "Bearer"})


class NotFoundError(ProblemError):
    """It is absent, or not for the eyes of who asks: the answer is the same."""

    def __init__(self, what: str, hint: str = "") -> None:
        """Name what was looked for."""
        super().__init__(404, f"{what} {hint}".rstrip())


class ArchivedError(ProblemError):
    """It has left for the archive; told to those only who saw it."""

    def __init__(self, record: str, file: str) -> None:
        """Say where it is."""
        where = f"an operator finds it in {file} (`steward archive show {record}`)"
        super().__init__(410, f"{record} has ended long ago, and is in the archive: {where}.")


class RefusalError(ProblemError):
    """Refused; `actions` names the transitions that can be taken instead."""

    def __init__(self, reasons: Sequence[Reason], actions: Sequence[str] | None = None) -> None:
        """Keep the reasons; they decide the status."""
        status = status_of(reasons)
        possible = list(actions) if status == HTTPStatus.CONFLICT and actions is not None else None
        super().__init__(status, "; ".join(reason.text for reason in reasons), reasons, actions=possible)


class RejectedDefinitionError(ProblemError):
    """A definition that is not published, because of what was found in it."""

    def __init__(self, detail: str, findings: Sequence[FindingView], failures: Sequence[FailureView]) -> None:
        """Keep what was found."""
        super().__init__(422, detail, findings=list(findings), failures=list(failures))


def status_of(reasons: Sequence[Reason]) -> int:
    """Give the status of a refusal."""
    kinds = [reason.kind for reason in reasons]
    for kind, status in (("who", 403), ("input", 422), ("stale", 412)):
        if kind in kinds:
            return status
    return 409


def placed(reasons: Sequence[Reason], root: str) -> tuple[Reason, ...]:
    """Give reasons whose paths point into a request that has what was filled in under `root`."""
    return tuple(reason._replace(path=_path(reason.path, root)) for reason in reasons)


def problem_type(kind: str) -> str:
    """Give the `type` of a kind of problem."""
    return f"urn:steward:problem:{kind}"


def may_answer(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Give what a call may answer besides what every call of its shape may, for the description of the API."""
    return {status: {"description": KINDS[status][1]} for status in statuses}


def answer(problem: ProblemError) -> Response:
    """Answer with a problem."""
    content = said(problem).model_dump_json(exclude_none=True)
    return Response(content, problem.status, problem.headers, MEDIA_TYPE)


def said(problem: ProblemError) -> Problem:
    """Write a problem."""
    kind, title = KINDS.get(problem.status, ("error", HTTPStatus(problem.status).phrase))
    return Problem(
        type=problem_type(kind),
        title=title,
        status=problem.status,
        detail=problem.detail,
        reasons=[reason_view(reason) for reason in problem.reasons],
        request_id=cause().request_id or None,
        **problem.more,
    )


def reason_view(reason: Reason) -> ReasonView:
    """Write a reason."""
    return ReasonView(**{**reason._asdict(), "who": list(reason.who)})


def install(app: FastAPI) -> None:
    """Let every error of the application be answered as a problem."""
    for error, told in TOLD.items():
        app.add_exception_handler(error, _handler(told))
    app.add_exception_handler(Exception, _unforeseen)


def problem_of(error: Exception) -> ProblemError:
    """Give the problem that an error is answered as; one that is not foreseen is raised again."""
    for kind in type(error).__mro__:
        if kind in TOLD:
            return TOLD[kind](error)
    raise error


def _path(path: str, root: str) -> str:
    if not path or path == "Idempotency-Key":
        return path
    return f"{root}.{path.removeprefix('with.')}" if root else path


def _handler(told: Callable[[Any], ProblemError]) -> Callable[[Request, Exception], Response]:
    def handle(_request: Request, error: Exception) -> Response:
        problem = told(error)
        tell(problem.status, [reason.code for reason in problem.reasons])
        return answer(problem)

    return handle


def _unforeseen(request: Request, error: Exception) -> Response:
    log.error("request failed", method=request.method, path=loggable(request.scope), exc_info=error)
    return answer(ProblemError(500, UNFORESEEN))


def _http(error: HTTPException) -> ProblemError:
    detail = DETAILS.get(error.status_code, str(error.detail))
    return ProblemError(error.status_code, detail, headers=error.headers)


DETAILS: Mapping[int, str] = {
    400: "the body is not JSON in UTF-8, or is nested too deep, or holds a number of too many digits",
    404: "there is nothing at this address: /api/v1/openapi.json lists what there is",
    405: "this address has no such method: /api/v1/openapi.json lists what there is",
}
"""What is said where the framework's own words do not help."""


def _invalid(error: RequestValidationError) -> ProblemError:
    if any(isinstance(each["input"], bytes) for each in error.errors() if each["loc"] == ("body",)):
        return ProblemError(415, "the body is read as JSON: send it with Content-Type: application/json")
    return RefusalError([reason_of({**each, "loc": each["loc"][1:]}, str(each["loc"][0])) for each in error.errors()])


def _busy(error: Exception) -> ProblemError:
    return ProblemError(503, str(error), headers={"Retry-After": RETRY_AFTER})


TOLD: Mapping[type[Exception], Callable[[Any], ProblemError]] = {
    ProblemError: lambda error: error,
    HTTPException: _http,
    RequestValidationError: _invalid,
    RefusedError: lambda error: RefusalError(error.reasons),
    ClosedError: lambda error: RefusalError([Reason("state", "closed", str(error))]),
    CrowdedError: lambda error: ProblemError(429, str(error), headers={"Retry-After": RETRY_AFTER}),
    BusyError: _busy,
    UnavailableError: _busy,
    NoSealingKeyError: _busy,
    PendingError: lambda error: ProblemError(504, str(error)),
    CursorError: lambda error: RefusalError([Reason("input", "bad-cursor", str(error), "cursor")]),
    DataError: lambda error: RefusalError([Reason("input", "bad-value", str(error), error.path)]),
    AlreadyPublishedError: lambda error: RefusalError([Reason("state", "already-published", str(error))]),
    StaleOrganisationError: lambda error: RefusalError([Reason("stale", "stale", str(error), "If-Match")]),
    StaleVersionError: lambda error: RefusalError([Reason("stale", "stale", str(error), "If-Match")]),
    NewestVersionError: lambda error: RefusalError([Reason("state", "newest-version", str(error))]),
    OlderVersionError: lambda error: RefusalError([Reason("state", "older-version", str(error))]),
}
"""How each error is answered."""
