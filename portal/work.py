"""My work: the approvals and tasks that wait for whoever looks, the most urgent first."""

from fastapi import Response

from api.times import moment
from portal.pages import page_router
from portal.rendering import page
from portal.visiting import Visitor
from store.queries import approvals_for, tasks_for

router = page_router()


@router.get("/work")
async def show(visit: Visitor) -> Response:
    """Show what waits for the visitor."""
    services, who = visit.services, (f"user:{visit.actor.id}",)
    approvals, tasks = await approvals_for(services.database, who), await tasks_for(services.database, who)
    return page(visit, "work.html", approvals=approvals, tasks=tasks, now=services.clock(), moment=moment)
