"""The headers by which a receiver knows that a message is from us, is whole and is fresh (Standard Webhooks 1.0)."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence

from store.webhooks import PREFIX


def signed(message: str, body: bytes, secrets: Sequence[str], now: float) -> dict[str, str]:
    """Give the headers of a message that is sent now (seconds since the epoch), with a signature for each secret."""
    at = str(int(now))
    told = b".".join((message.encode(), at.encode(), body))
    signatures = " ".join(f"v1,{_signature(secret, told)}" for secret in secrets)
    return {"webhook-id": message, "webhook-timestamp": at, "webhook-signature": signatures}


def _signature(secret: str, told: bytes) -> str:
    return b64encode(hmac.digest(b64decode(secret.removeprefix(PREFIX)), told, "sha256")).decode()
