"""What requests say of webhooks, and how webhooks and what was sent to them are shown: never with a secret."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field

from api.inputs import Body, Text
from api.times import moment
from store.deliveries import WAITING, Delivery
from store.webhooks import Webhook

LONGEST_URL = 2_000


def _address(url: str) -> str:
    """Give an address back; raise ValueError for what cannot be one. Whether it may be reached, the worker judges."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("this is no address. Write it like https://chat.example.org/hooks/steward") from None
    if parts.scheme not in {"https", "http"} or not host:
        raise ValueError("an address begins with https:// and a host (http:// only in networks that operators name)")
    if parts.username is not None or parts.password is not None:
        raise ValueError("no name or password in an address: messages are signed instead")
    if parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("an address has plain letters only, and no #")
    return url


Address = Annotated[Text, Field(max_length=LONGEST_URL), AfterValidator(_address)]
Names = Annotated[list[Text], Field(max_length=100)]
Description = Annotated[Text, Field(max_length=500)]


class NewWebhook(Body):
    """A webhook to be made. Without `processes` and `types` it is told of all."""

    url: Address
    description: Description = ""
    processes: Names = Field(default_factory=list)
    types: Names = Field(default_factory=list, description="types of events, like `steward.record.act`")


class WebhookChange(Body):
    """What is to be changed of a webhook; what is left out stays."""

    url: Address | None = None
    description: Description | None = None
    processes: Names | None = None
    types: Names | None = None
    active: bool | None = Field(None, description="false pauses it; true resumes it where it was paused")


class WebhookView(BaseModel):
    """A webhook. It is told of what its owner may see."""

    id: str
    url: str
    description: str
    processes: list[str] = Field(description="none: all")
    types: list[str] = Field(description="none: all")
    owner: str
    active: bool
    paused_because: str | None
    failing_since: datetime | None = Field(description="since when nothing has got through")
    previous_secret_until: datetime | None = Field(description="until when the secret before the last one signs, too")
    created_at: datetime


class WebhookWithSecret(WebhookView):
    """A webhook and the secret that signs what is sent to it, which is shown this once."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


class WebhookList(BaseModel):
    """Webhooks in the order of their ids, and the address of the next ones."""

    webhooks: list[WebhookView]
    next: str | None


class AttemptView(BaseModel):
    """An attempt to send a message."""

    at: datetime
    status: int | None = Field(description="what was answered; null: nothing")
    seconds: float
    error: str = Field(description="empty when the message was taken")
    answer: str | None = Field(description="how the answer began; null for an event of a record you may not see")


class DeliveryView(BaseModel):
    """A message to a webhook; `id` is its `webhook-id`, the same in every attempt."""

    id: str
    type: str
    record: str | None = Field(description="null: a test, or a record you may not see")
    created_at: datetime
    state: str = Field(description="`waiting`, `delivered`, or `dead`: given up")
    attempts: list[AttemptView] = Field(description="the last 20, oldest first")
    next_attempt_at: datetime | None


class DeliveryList(BaseModel):
    """Messages to a webhook, newest first, and the address of the next page."""

    deliveries: list[DeliveryView]
    next: str | None


def webhook_view(each: Webhook, now: float) -> WebhookView:
    """Show a webhook."""
    return WebhookView(**_shown(each, now))


def with_secret(each: Webhook, secret: str, now: float) -> WebhookWithSecret:
    """Show a webhook to who has just made it, or its secret."""
    return WebhookWithSecret(**_shown(each, now), secret=secret)


def delivery_view(each: Delivery, now: float, *, seen: bool) -> DeliveryView:
    """Show a message; which record it is about, and what was answered to that, only if that is `seen`."""
    return DeliveryView(
        id=each.id,
        type=each.type,
        record=each.record if seen and each.record else None,
        created_at=moment(each.created_at),
        state=each.state,
        attempts=[
            AttemptView(
                at=moment(one.at),
                status=one.status,
                seconds=one.seconds,
                error=one.error,
                answer=one.answer if seen else None,
            )
            for one in each.attempts
        ],
        next_attempt_at=moment(max(each.due_at, now)) if each.state == WAITING else None,
    )


def _shown(each: Webhook, now: float) -> dict[str, Any]:
    overlap = each.previous_until is not None and each.previous_until > now
    return {
        **{name: getattr(each, name) for name in ("id", "url", "description", "owner", "active")},
        "processes": list(each.processes),
        "types": list(each.types),
        "paused_because": each.paused_because or None,
        "failing_since": moment(each.failing_since),
        "previous_secret_until": moment(each.previous_until) if overlap else None,
        "created_at": moment(each.created_at),
    }
