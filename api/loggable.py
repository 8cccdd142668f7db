"""The address of a request as it may stand in a log: without the secret of a link, and without a token."""

import re
from collections.abc import Mapping
from typing import Any

SECRET = re.compile(r"(.*?/+(?:decide|sign-in)/+|.*?(?=st[wf]_)).+", re.IGNORECASE | re.DOTALL)
"""Addresses that hold a secret, up to where it begins; also where nothing of ours is at such an address."""
SECRET_NAMES = ("link", "secret", "token")
"""What parts of addresses are called that are secrets."""


def loggable(scope: Mapping[str, Any]) -> str:
    """Give the path of a request as it may stand in a log: without the secret of a link, and without a token."""
    path: str = scope["path"]
    named = scope.get("path_params", {})
    for secret in filter(None, (str(named.get(name, "")) for name in SECRET_NAMES)):
        path = path.replace(secret, "…")
    found = SECRET.fullmatch(path)
    return path if found is None else f"{found[1]}…"
