"""The design system on one page: type, colours, badges, buttons, forms, tables, timeline and messages, in use."""

from datetime import UTC, datetime

from fastapi import Response

from portal.definitions.differing import Change, lines
from portal.definitions.steps import Told
from portal.pages import page_router
from portal.refusals import Refusal
from portal.rendering import page
from portal.reports.charts import Series, stacked
from portal.visiting import Visitor

EXAMPLE = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)

router = page_router()


@router.get("/design")
async def show(visit: Visitor) -> Response:
    """Show everything that pages are made of."""
    refusal = Refusal("Something in the request is not right", 422, ("An example of a refusal.",), {})
    return page(
        visit,
        "design.html",
        at=EXAMPLE,
        now=EXAMPLE.timestamp() + 7_200,
        refusal=refusal,
        sentences=(
            Told("It is taken by Workshop, only when `open_tasks == 0`."),
            Told("Then:", (Told("Wait 3 days."),)),
        ),
        chart=stacked(
            "Targets", ["week 9", "week 10"], [Series("kept", "good", (12, 15)), Series("missed", "bad", (2, 1))]
        ),
        lines=lines("process: example\nversion: 1", "process: example\nversion: 2"),
        changes=(Change("States", "Resolved", "changed", ("Wait 3 days.",), ("Wait 5 days.",)),),
    )
