"""Which records are asked for: the filters of the page as they stand in its address, and as the API takes them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.filtering import Filters
from api.inputs import cleaned
from api.problems import RefusalError
from engine.record import Reason
from portal.choices import meant

ADDRESS = "/records"
OPEN, ENDED, ALL = "open", "ended", "all"
NOBODY = "-"
"""Stands for an empty field: in an address an empty value is none."""
NEWEST = "-updated"
FINAL: Mapping[str, str] = {OPEN: "false", ENDED: "true"}
MOST_FIELDS = 100
OURS = ("show", "since", "cursor", "go")
"""What stands in the address beside the filters of the API."""


class Wanted(NamedTuple):
    """What is asked for: name and value of everything in the address that is not empty."""

    given: tuple[tuple[str, str], ...] = ()

    def value(self, name: str) -> str:
        """Give what was asked for under a name, the last where it is there more than once; else an empty text."""
        return next((value for each, value in reversed(self.given) if each == name), "")

    @property
    def show(self) -> str:
        """Which are shown: `open`, `ended` or `all`; without a word, those that are open."""
        return self.value("show") or OPEN

    @property
    def sort(self) -> str:
        """The order."""
        return self.value("sort") or NEWEST

    def address(self, path: str = ADDRESS, **changed: str) -> str:
        """Give the address of this list, or of one that differs by this much; an empty text takes out."""
        rest = [(name, value) for name, value in self.given if name not in changed and name != "go"]
        query = urlencode([*rest, *((name, value) for name, value in changed.items() if value)])
        return f"{path}?{query}" if query else path

    def filters(self, limit: int) -> Filters:
        """Give the filters of the API, for a page of so many. Raises RefusalError and RequestValidationError."""
        asked: dict[str, object] = {}
        for name in dict.fromkeys(name for name, _ in self.given if name not in OURS):
            values = ["" if value == NOBODY else meant(value) for each, value in self.given if each == name]
            asked[name] = self.value(name) if name in ("q", "sort") else values
        since = self.value("since")
        told = {"updated_since": _midnight(since)} if since else {}
        final = {"final": FINAL[self.show]} if self.show in FINAL else {}
        cursor = {"cursor": self.value("cursor")} if self.value("cursor") else {}
        try:
            return Filters.model_validate({**asked, **told, **final, **cursor, "limit": limit})
        except ValidationError as wrong:
            raise RequestValidationError(
                [{**each, "loc": ("query", *each["loc"])} for each in wrong.errors()]
            ) from wrong


def wanted_at(address: str) -> Wanted:
    """Read what is asked for from an address. Raises RefusalError for what no record can hold, and for too much."""
    try:
        given = parse_qsl(urlsplit(address).query, max_num_fields=MOST_FIELDS)
    except ValueError:
        text = f"the address asks for more than {MOST_FIELDS} things: take some out"
        raise RefusalError([Reason("input", "too-many", text)]) from None
    return wanted_of(given)


def wanted_of(given: Iterable[tuple[str, str]]) -> Wanted:
    """Read what is asked for from names and values. Raises RefusalError for what no record can hold."""
    try:
        return Wanted(tuple((name, cleaned(value).strip()) for name, value in given if value.strip()))
    except ValueError as wrong:
        raise RefusalError([Reason("input", "bad-value", f"the filters cannot be read: {wrong}")]) from wrong


def _midnight(day: str) -> str:
    """Give the beginning of a day, UTC, as the API takes it."""
    try:
        return datetime.combine(date.fromisoformat(day), datetime.min.time()).isoformat() + "Z"
    except ValueError as wrong:
        text = f'"{day}" is not a day. Write it like 2026-03-06.'
        raise RefusalError([Reason("input", "bad-value", text)]) from wrong
