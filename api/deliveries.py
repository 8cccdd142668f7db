"""What was sent to webhooks and how it went, tests, and sending again."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.identity import Caller
from api.inputs import Key, Text
from api.paging import following
from api.problems import NotFoundError, RefusalError
from api.services import Provided, Services
from api.webhook_views import DeliveryList, DeliveryView, delivery_view
from api.webhooks import existing, manages, not_found
from engine.record import Actor, Reason
from engine.visibility import viewer
from store import deliveries
from store.deliveries import Delivery
from store.queries import seen_of

router = APIRouter(tags=["webhooks"], responses={403: {}})


@router.get("/webhooks/{webhook}/deliveries", operation_id="list_deliveries")
async def list_deliveries(
    webhook: str,
    services: Provided,
    caller: Caller,
    request: Request,
    response: Response,
    *,
    cursor: Annotated[Text | None, Query(description="from the `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveryList:
    """List what was sent to a webhook, is waiting to be sent or was given up: newest first, kept for 30 days."""
    manages(caller)
    await existing(services, webhook)
    log = await deliveries.log_of(services.database, webhook, cursor=cursor, limit=limit)
    address = None if log.next is None else following(request, response, cursor=log.next)
    return DeliveryList(deliveries=await _views(services, caller, log.deliveries), next=address)


@router.post("/webhooks/{webhook}/ping", operation_id="ping_webhook", status_code=202)
async def ping_webhook(webhook: str, services: Provided, caller: Caller, key: Key) -> DeliveryView:
    """Send a test to a webhook; how it went is in its log."""
    manages(caller)
    await _demand_active(services, webhook)
    scoped = key.scoped(caller.id, f"webhooks/{webhook}/ping")
    sent = await deliveries.ping(services.database, webhook, scoped, services.clock())
    if sent is None:
        raise not_found(webhook)
    return delivery_view(sent, services.clock(), seen=True)


@router.post("/webhooks/{webhook}/deliveries/{delivery}/redeliver", operation_id="redeliver", status_code=202)
async def redeliver(webhook: str, delivery: str, services: Provided, caller: Caller, key: Key) -> DeliveryView:
    """Send something again, as the webhook's owner sees it now: with the same `webhook-id`, signed anew."""
    manages(caller)
    await _demand_active(services, webhook)
    scoped = key.scoped(caller.id, f"webhooks/{webhook}/deliveries/{delivery}")
    sent = await deliveries.again(services.database, webhook, delivery, scoped)
    if sent is None:
        raise NotFoundError(f"Webhook {webhook} has no delivery {delivery}.", "They are kept for 30 days.")
    [view] = await _views(services, caller, (sent,))
    return view


async def _demand_active(services: Services, name: str) -> None:
    if not (await existing(services, name)).active:
        text = f"webhook {name} is paused: resume it first"
        raise RefusalError([Reason("state", "paused", text)])


async def _views(services: Services, actor: Actor, found: tuple[Delivery, ...]) -> list[DeliveryView]:
    """Show messages; what they are about only where the actor may see it."""
    names = {each.record for each in found if each.record}
    seen = {"", *await seen_of(services.database, names, viewer(actor))}
    return [delivery_view(each, services.clock(), seen=each.record in seen) for each in found]
