"""Puts the portal into the application of the API: its pages, its assets, and where `/` leads."""

from fastapi import FastAPI

from portal import assets, choices, decide, design, home, record, record_acts, record_forms, sign_in, theme, work

NOUNS = (
    home,
    work,
    record,
    record_acts,
    record_forms,
    choices,
    decide,
    design,
    sign_in,
    theme,
    assets,
)
"""Every page's module has a `router` (see docs/portal.md); a new page is one line here and one in `navigation`."""


def install(app: FastAPI) -> None:
    """Add all pages to an application that has the API's services; they are no part of its description."""
    for noun in NOUNS:
        app.include_router(noun.router, include_in_schema=False)
