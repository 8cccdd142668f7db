"""Which records a list asks for: the filters of the address, made sure of before they reach the store."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.inputs import Text, cleaned
from api.problems import RefusalError
from api.services import Services
from engine.listing import is_listed
from engine.record import Actor, Reason
from engine.visibility import viewer
from language.problems import did_you_mean
from store import definitions
from store.database import Database
from store.listing import Filter, Page, list_records
from store.reading import read

ME = "me"
"""Stands for whoever asks, in every filter."""
SORTS = ("created", "updated", "due", "id", "state")
NAMED = ("priority", "assignee", "group")
PARENT = "parent"
"""Every record can be found by the one that has started it."""


class Filters(BaseModel):
    """What a list is narrowed by: of several values one must fit. An empty value finds empty fields, `me` is you."""

    model_config = ConfigDict(extra="allow", frozen=True)

    process: list[Text] = Field(default_factory=list)
    state: list[Text] = Field(default_factory=list)
    priority: list[Text] = Field(default_factory=list)
    assignee: list[Text] = Field(default_factory=list)
    group: list[Text] = Field(default_factory=list)
    final: bool | None = Field(None, description="false: only open records")
    q: Text = Field("", max_length=1_000, description="words, each of which must be found (or begin a word)")
    updated_since: AwareDatetime | None = None
    sort: Text = Field(
        "-updated", description="created, updated, due, id, state or an indexed field; `-` for descending"
    )
    cursor: Text | None = Field(None, description="from the `next` of the page before")
    limit: int = Field(50, ge=1, le=200)


async def listed(services: Services, actor: Actor, filters: Filters) -> Page:
    """Give a page of the records that fit and that the actor may see. Raises RefusalError and CursorError."""
    values = _values(filters)
    _refuse_unknown(values, filters.sort, await _indexed(services.database, filters.process))
    wanted = Filter(
        process=tuple(filters.process),
        state=tuple(filters.state),
        final=filters.final,
        values={name: tuple(_meant(each, actor) for each in given) for name, given in values.items()},
        q=filters.q,
        updated_since=None if filters.updated_since is None else filters.updated_since.timestamp(),
    )
    return await list_records(
        services.database,
        wanted,
        viewer=viewer(actor),
        sort=filters.sort,
        cursor=filters.cursor,
        limit=filters.limit,
    )


def _values(filters: Filters) -> dict[str, list[str]]:
    """Collect the filters by fields: those every process has, and what else stands in the address."""
    named = {name: getattr(filters, name) for name in NAMED}
    others = {name: _texts(name, given) for name, given in (filters.model_extra or {}).items()}
    return {name: given for name, given in {**named, **others}.items() if given}


def _texts(name: str, given: Any) -> list[str]:  # noqa: ANN401  # one value or several
    try:
        return [str(cleaned(each)) for each in (given if isinstance(given, list) else [given])]
    except ValueError as wrong:
        raise RefusalError([Reason("input", "bad-value", f"{name}: {wrong}", name)]) from wrong


async def _indexed(database: Database, processes: Iterable[str]) -> tuple[str, ...]:
    """Name the fields by which records of these processes (without any: of all) can be filtered and sorted."""
    published = await definitions.newest_of_each(database)
    chosen = [read(each.source) for each in published if each.process in processes or not processes]
    found = {name: None for definition in chosen for name, field in definition.fields.items() if is_listed(field)}
    return tuple({**dict.fromkeys((*NAMED, PARENT)), **found})


def _refuse_unknown(values: Mapping[str, object], sort: str, indexed: tuple[str, ...]) -> None:
    reasons = []
    for name in values:
        if name not in indexed:
            hint = did_you_mean(name, (*Filters.model_fields, *indexed)) or f"There are: {', '.join(indexed)}."
            reasons.append(Reason("input", "unknown-filter", f'lists have no filter "{name}". {hint}', name))
    by = sort.removeprefix("-")
    if by not in (*SORTS, *indexed):
        hint = did_you_mean(by, (*SORTS, *indexed)) or f"There are: {', '.join((*SORTS, *indexed))}."
        reasons.append(Reason("input", "unknown-sort", f'lists have no order "{by}". {hint}', "sort"))
    if reasons:
        raise RefusalError(reasons)


def _meant(value: str, actor: Actor) -> str | None:
    return actor.id if value == ME else value or None
