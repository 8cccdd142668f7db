"""Webhooks: who manages them says what is sent where, and each is told what its owner may see."""

import hashlib
from collections.abc import Sequence

from fastapi import APIRouter

from api.identity import Caller, demand_role
from api.inputs import Key
from api.paging import Paged
from api.problems import NotFoundError, RefusalError
from api.services import Provided, Services
from api.webhook_views import (
    NewWebhook,
    WebhookChange,
    WebhookList,
    WebhookView,
    WebhookWithSecret,
    webhook_view,
    with_secret,
)
from engine.record import Actor, Kind, Reason
from language.problems import did_you_mean
from store import definitions, webhooks
from store.cloud_events import event_type
from store.webhooks import OVERLAP, Webhook, new_secret, open_secret, seal_secret

router = APIRouter(tags=["webhooks"], responses={403: {}})

MANAGERS = ("administrator",)
"""The roles of those who manage webhooks."""
TYPES = tuple(event_type(kind) for kind in Kind)
ADDRESSED = ("url", "processes", "types", "description")
"""What only the owner changes: it decides who is told what the owner may see."""


def manages(actor: Actor) -> None:
    """Raise RefusalError unless the actor may manage webhooks."""
    demand_role(actor, *MANAGERS, to="manage webhooks")


async def existing(services: Services, name: str) -> Webhook:
    """Give a webhook; raise NotFoundError where there is none."""
    found = await webhooks.find(services.database, name)
    if found is None:
        raise not_found(name)
    return found


def not_found(name: str) -> NotFoundError:
    """Say that there is no such webhook."""
    return NotFoundError(f"There is no webhook {name}.", "GET /api/v1/webhooks lists those there are.")


@router.post("/webhooks", operation_id="create_webhook", status_code=201)
async def create_webhook(body: NewWebhook, services: Provided, caller: Caller, key: Key) -> WebhookWithSecret:
    """Make a webhook, which is told what happens from now on. Its secret is in this answer and in no other."""
    manages(caller)
    await _refuse_unknown(services, body.processes, body.types)
    scoped = key.scoped(caller.id, "webhooks")
    name = f"wh_{hashlib.sha256(scoped.encode()).hexdigest()[:20]}"
    made, fresh = await webhooks.create(services.database, _new(services, name, body, caller, scoped))
    if not fresh and (made.owner, *_said(made)) != (caller.id, *_said(body)):
        text = "this key was used for another request: use a new key for a new request"
        raise RefusalError([Reason("input", "key-reused", text, "Idempotency-Key")])
    return with_secret(made, open_secret(services.seals, name, made.secret), services.clock())


@router.get("/webhooks", operation_id="list_webhooks")
async def list_webhooks(
    services: Provided,
    caller: Caller,
    page: Paged,
) -> WebhookList:
    """List webhooks."""
    manages(caller)
    after = page.after(str) or ("",)
    found = await webhooks.listed(services.database, str(after[0]), page.enough)
    shown, address = page.cut(found, lambda each: (each.id,))
    now = services.clock()
    return WebhookList(webhooks=[webhook_view(each, now) for each in shown], next=address)


@router.get("/webhooks/{webhook}", operation_id="show_webhook")
async def show_webhook(webhook: str, services: Provided, caller: Caller) -> WebhookView:
    """Show a webhook, without its secret."""
    manages(caller)
    return webhook_view(await existing(services, webhook), services.clock())


@router.patch("/webhooks/{webhook}", operation_id="change_webhook")
async def change_webhook(webhook: str, body: WebhookChange, services: Provided, caller: Caller) -> WebhookView:
    """Change, pause or resume a webhook. What happens while it is paused is sent when it is resumed.

    Where it leads and what it is told, only its owner changes.
    """
    manages(caller)
    found = await existing(services, webhook)
    given = {name: value for name, value in body.model_dump().items() if value is not None}
    if any(name in given for name in ADDRESSED):
        _demand_owner(found, caller, "change what a webhook sends, and where")
    await _refuse_unknown(services, given.get("processes", ()), given.get("types", ()))
    if "active" in given and given["active"] != found.active:
        given["paused_because"] = "" if given["active"] else f"paused by {caller.label or caller.id}"
        given["failing_since"] = None
    changed = await webhooks.change(services.database, webhook, given)
    if changed is None:
        raise not_found(webhook)
    return webhook_view(changed, services.clock())


@router.delete("/webhooks/{webhook}", operation_id="delete_webhook", status_code=204)
async def delete_webhook(webhook: str, services: Provided, caller: Caller) -> None:
    """Take a webhook away, with what was still to be sent and the log of what was."""
    manages(caller)
    if not await webhooks.remove(services.database, webhook):
        raise not_found(webhook)


@router.post("/webhooks/{webhook}/secret", operation_id="rotate_webhook_secret")
async def rotate_secret(webhook: str, services: Provided, caller: Caller, key: Key) -> WebhookWithSecret:
    """Give a webhook a new secret, shown this once. For a day the one before signs as well."""
    manages(caller)
    found = await existing(services, webhook)
    _demand_owner(found, caller, "give a webhook a new secret")
    now, sealed = services.clock(), seal_secret(services.seals, webhook, new_secret())
    scoped = key.scoped(caller.id, f"webhooks/{webhook}/secret")
    rotated = await webhooks.rotate(services.database, webhook, sealed, scoped, now + OVERLAP)
    if rotated is None:
        raise not_found(webhook)
    return with_secret(rotated, open_secret(services.seals, webhook, rotated.secret), now)


def _new(services: Services, name: str, body: NewWebhook, caller: Actor, scoped: str) -> Webhook:
    return Webhook(
        id=name,
        url=body.url,
        description=body.description,
        processes=tuple(body.processes),
        types=tuple(body.types),
        owner=caller.id,
        roles=caller.roles,
        groups=caller.groups,
        active=True,
        paused_because="",
        secret=seal_secret(services.seals, name, new_secret()),
        previous_secret=None,
        previous_until=None,
        rotation=scoped,
        feed=0,
        failing_since=None,
        created_at=services.clock(),
    )


def _said(of: Webhook | NewWebhook) -> tuple[str, str, list[str], list[str]]:
    return of.url, of.description, list(of.processes), list(of.types)


def _demand_owner(found: Webhook, actor: Actor, what: str) -> None:
    if actor.id != found.owner:
        text = f"only {found.owner}, whose it is, may {what}: it sends what {found.owner} may see"
        raise RefusalError([Reason("who", "not-allowed", text, who=(found.owner,))])


async def _refuse_unknown(services: Services, processes: Sequence[str], types: Sequence[str]) -> None:
    published = [each.process for each in await definitions.newest_of_each(services.database)] if processes else []
    wrong = [("processes", "process", each, published) for each in processes if each not in published]
    wrong += [("types", "type of event", each, list(TYPES)) for each in types if each not in TYPES]
    if wrong:
        raise RefusalError(
            [
                Reason("input", "unknown-name", f'there is no {what} "{each}". {_hint(each, known)}'.rstrip(), path)
                for path, what, each, known in wrong
            ]
        )


def _hint(name: str, known: Sequence[str]) -> str:
    return did_you_mean(name, known) or f"There are: {', '.join(known)}."
