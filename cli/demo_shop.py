"""The shop of `steward demo release`: its rings as processes, what deploys there, and customers that never stop."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2
import yaml

from cli.errors import UsageError
from demo import rings

MARK = "# Written by `steward demo release`, which writes it anew each time.\n"
SERVICE = "web_shop"
RINGS: Mapping[str, float] = {"canary": 5.0, "early": 10.0, "all": 20.0}
"""Requests a second that each ring gets, by its target."""
COUPONS = 4
"""One in so many customers has a coupon; those of the canary, who are our own people, have none."""
PATIENCE = 5.0


class Shop:
    """The rings, each a process on a port of its own."""

    def __init__(self, folder: Path) -> None:
        """Keep what is known of the rings in a folder."""
        self.folder = folder

    def versions(self) -> dict[str, str]:
        """Ask every ring what it runs."""
        return {name: rings.said(rings.read(self.folder, name)) or "nothing" for name in RINGS}

    def url(self, name: str) -> str:
        """Where a ring answers."""
        return f"http://127.0.0.1:{rings.read(self.folder, name).port}"


@contextmanager
def open_shop(folder: Path, file: Path, version: str) -> Iterator[Shop]:
    """Run a version in every ring, with customers, and allow its deployments, until the end of the block.

    Raises UsageError where an operator has a file of deployments already.
    """
    if file.exists() and not file.read_text(encoding="utf-8").startswith(MARK):
        raise UsageError(f"{file} is yours. The demonstration writes one of its own: run it on another data directory")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shop, closed = Shop(folder.resolve()), threading.Event()
    try:
        for name in RINGS:
            rings.add(shop.folder, name, version, os.getpid())
        file.write_text(MARK + yaml.safe_dump(allowed(shop), sort_keys=False), encoding="utf-8")
        for name in RINGS:
            threading.Thread(target=_buy, args=(shop.url(name), name, closed), daemon=True).start()
        yield shop
    finally:
        closed.set()
        file.unlink(missing_ok=True)
        for kept in folder.glob("*.json"):
            rings.stop(rings.read(folder, kept.stem))


def allowed(shop: Shop) -> dict[str, object]:
    """Give the operator's file: how a version comes to each ring, and where its requests are counted."""
    program = rings.command(shop.folder)
    deploys = {name: [*program, "deploy", name, "{version}"] for name in RINGS}
    commands = {
        name: {"deploy": words, "restore": list(words), "current": [*program, "current", name], "timeout": "2 minutes"}
        for name, words in deploys.items()
    }
    health = {
        name: {
            "url": f"{shop.url(name)}/metrics",
            "requests": {"name": "http_requests_total"},
            "errors": {"name": "http_requests_total", "labels": {"code": "5.."}},
            "max_error_ratio": 0.02,
            "min_requests": 20,
        }
        for name in RINGS
    }
    return {"commands": {SERVICE: commands}, "health": {SERVICE: health}}


def _buy(url: str, name: str, closed: threading.Event) -> None:
    """Send customers to a ring until the shop closes; while it is switched they find nobody."""
    customers = 0
    with httpx2.Client(base_url=url, timeout=PATIENCE, trust_env=False) as http:
        while not closed.wait(1 / RINGS[name]):
            customers += 1
            has_coupon = name != "canary" and customers % COUPONS == 0
            try:
                http.get("/?coupon=SPRING" if has_coupon else "/")
            except httpx2.TransportError:
                continue
