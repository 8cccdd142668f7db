"""Puts the portal into the application of the API: its pages, its assets, and where `/` leads."""

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from api.problems import NotFoundError
from portal import (
    assets,
    choices,
    decide,
    design,
    home,
    record,
    record_acts,
    record_files,
    record_forms,
    sign_in,
    theme,
)
from portal.calendar import feed as calendar_feed
from portal.calendar import page as calendar
from portal.calendar import subscribing as calendar_subscribing
from portal.catalogue import pages as catalogue
from portal.definitions import drafts as definitions_drafts
from portal.definitions import listed as definitions_listed
from portal.definitions import moving as definitions_moving
from portal.definitions import shown as definitions_shown
from portal.organisation import away, editing, listed, row
from portal.pages import problem_page
from portal.records import bulk as records_bulk
from portal.records import export as records_export
from portal.records import page as records
from portal.records import views as records_views
from portal.reports import pages as reports
from portal.requests import pages as requests
from portal.work import acts as work_acts
from portal.work import bulk as work_bulk
from portal.work import page as work

NOUNS = (
    home,
    work,
    work_acts,
    work_bulk,
    catalogue,
    records,
    records_bulk,
    records_export,
    records_views,
    requests,
    record,
    record_acts,
    record_files,
    record_forms,
    choices,
    calendar,
    calendar_feed,
    calendar_subscribing,
    listed,
    editing,
    away,
    row,
    decide,
    definitions_drafts,
    definitions_listed,
    definitions_moving,
    definitions_shown,
    reports,
    design,
    sign_in,
    theme,
    assets,
)
"""Every page's module has a `router` (see docs/portal.md); a new page is one line here and one in `navigation`."""


def install(app: FastAPI) -> None:
    """Add all pages to an application that has the API's services; they are no part of its description."""
    app.state.larger |= definitions_drafts.LARGER
    for noun in NOUNS:
        app.include_router(noun.router, include_in_schema=False)
    as_problem = app.exception_handlers[HTTPException]

    def nowhere(request: Request, error: HTTPException) -> Response:
        """Tell a browser that there is no such page, and programs as before."""
        if error.status_code == HTTPStatus.NOT_FOUND and "text/html" in request.headers.get("accept", ""):
            return problem_page(request, NotFoundError("There is no page at this address."))
        answer: Response = as_problem(request, error)  # type: ignore[assignment]  # the API's own, which waits for nothing
        return answer

    app.add_exception_handler(HTTPException, nowhere)  # type: ignore[arg-type]  # it is called with its own errors only
