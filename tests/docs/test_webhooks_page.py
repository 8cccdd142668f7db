"""The receiver that the page about webhooks shows takes what we send, once, and nothing else."""

import re
import time
from pathlib import Path
from typing import Any

import pytest

from activities.webhooks.signing import signed
from store.webhooks import new_secret

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"
BODY = '{"type": "steward.webhook.ping", "data": {"what": "öffnen"}}'.encode()


@pytest.fixture
def shown() -> dict[str, Any]:
    """What the example defines."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    known: dict[str, Any] = {}
    exec(code, known)
    return known


def test_the_receiver_takes_a_message_once(shown: dict[str, Any]) -> None:
    for secrets in ([shown["SECRET"]], [new_secret(), shown["SECRET"]]):
        shown["seen"].clear()
        headers = signed("msg_1", BODY, secrets, time.time())
        assert shown["receive"](headers, BODY)["data"] == {"what": "öffnen"}
        assert shown["receive"](headers, BODY) is None


def test_the_receiver_refuses_what_is_not_from_us(shown: dict[str, Any]) -> None:
    now = time.time()
    for secret, body, at in (
        (new_secret(), BODY, now),
        (shown["SECRET"], BODY + b" ", now),
        (shown["SECRET"], BODY, 1),
    ):
        with pytest.raises(ValueError, match=r"secret|old"):
            shown["receive"](signed("msg_1", BODY, [secret], at), body)
