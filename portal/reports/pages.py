"""The pages of reports: one for each kind, the records behind a number, and every table as a file."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Literal, NamedTuple

from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from api.inputs import Text
from api.problems import NotFoundError
from api.times import moment
from engine.visibility import viewer
from portal.pages import page_router
from portal.records.export import line
from portal.rendering import page
from portal.reports import durations, success, targets, volumes
from portal.reports.asking import Asked, asked, of_things
from portal.reports.parts import Section, Table
from portal.reports.rights import not_found
from portal.visiting import Visit, Visitor
from store.reporting.attainment import records_of

router = page_router()

MOST_RECORDS = 100
"""Records that stand behind a number on a page."""
CSV = "text/csv; charset=utf-8"


class Kind(NamedTuple):
    """A kind of report: its title, what it says, and how it is made."""

    title: str
    text: str
    made: Callable[[Visit, Asked], Awaitable[tuple[Section, ...]]]


KINDS: Mapping[str, Kind] = {
    "targets": Kind("Targets", "What was promised, and what was kept.", targets.made),
    "volumes": Kind("Volumes", "What came in, what was finished, and what is open.", volumes.made),
    "durations": Kind("Durations", "Where records wait, and for how long.", durations.made),
    "success": Kind("Success", "How records ended, and how many of them well.", success.made),
}


@router.get("/reports")
async def lead() -> RedirectResponse:
    """Lead to the first kind."""
    return RedirectResponse(f"/reports/{next(iter(KINDS))}", 303)


@router.get("/reports/targets/records")
async def records(
    visit: Visitor, target: Annotated[Text, Query()] = "", which: Literal["kept", "missed", "running"] = "missed"
) -> Response:
    """Show the records behind a number of a target."""
    about = await _asked(visit)
    wanted = (target, which)
    rows = await records_of(visit.services.database, about.span, wanted, viewer(visit.actor), MOST_RECORDS)
    return page(
        visit,
        "reports/records.html",
        asked=about,
        rows=rows,
        target=target,
        which=which,
        most=MOST_RECORDS,
        moment=moment,
    )


@router.get("/reports/targets")
async def show_targets(visit: Visitor) -> Response:
    """Show what became of targets."""
    return await _shown(visit, "targets")


@router.get("/reports/volumes")
async def show_volumes(visit: Visitor) -> Response:
    """Show how much there was to do."""
    return await _shown(visit, "volumes")


@router.get("/reports/durations")
async def show_durations(visit: Visitor) -> Response:
    """Show how long records stay where."""
    return await _shown(visit, "durations")


@router.get("/reports/success")
async def show_success(visit: Visitor) -> Response:
    """Show how records ended."""
    return await _shown(visit, "success")


@router.get("/reports/{kind}/{table}.csv")
async def download(visit: Visitor, kind: str, table: str) -> Response:
    """Give a table of a report as a file for a spreadsheet."""
    if kind not in KINDS:
        raise NotFoundError(f"There is no report {kind}.")
    about = await _asked(visit)
    sections = await KINDS[kind].made(visit, about)
    found = next((each.table for each in sections if each.table.name == table), None)
    if found is None:
        raise NotFoundError(f"The report has no table {table} with what is asked for.")
    name = f"{about.definition.process}-{table}.csv"
    return Response(written(found), media_type=CSV, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def written(table: Table) -> str:
    """Write a table as CSV, in a spreadsheet's numbers where it has them."""
    rows = ([each.text if each.raw is None else each.raw for each in row] for row in table.rows)
    return "".join(map(line, (table.columns, *rows)))


async def _shown(visit: Visit, kind: str) -> Response:
    about = await asked(visit)
    sections = () if about is None else await KINDS[kind].made(visit, about)
    wishes = () if about is None else _wishes(about, kind)
    return page(visit, "reports/page.html", kind=kind, kinds=KINDS, asked=about, sections=sections, wishes=wishes)


class Wish(NamedTuple):
    """What else can be asked of a report: a list of choices, and the one that is taken."""

    name: str
    title: str
    choices: tuple[tuple[str, str], ...]
    chosen: str


def _wishes(about: Asked, kind: str) -> tuple[Wish, ...]:
    """Give the choices that a kind has beside those of all."""
    found = []
    if kind == "success":
        fields = tuple((each.name, _title(about, each.name)) for each in success.outcome_fields(about.definition))
        found.append(Wish("outcome", "Ended with", (("", "State"), *fields), success.outcome_field(about)))
    things = tuple((each.name, _title(about, each.name)) for each in of_things(about.definition))
    if kind in ("targets", "success") and len(things) > 1:
        found.append(Wish("of", "Compare by", things, about.given.get("of", "")))
    return tuple(found)


def _title(about: Asked, name: str) -> str:
    return about.definition.fields[name].title or name.replace("_", " ").capitalize()


async def _asked(visit: Visit) -> Asked:
    about = await asked(visit)
    if about is None:
        raise not_found(visit.request.query_params.get("process", "any process"))
    return about
