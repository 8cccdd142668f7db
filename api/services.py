"""What the API works with, given by whoever composes it: store, way to records, clock, and what may be called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from api.mail_verifying import MailWays
from api.provider import Provider
from api.rates import Throttle
from api.streams import MOST_EXAMINED, MOST_EXPORTS, MOST_WAITS, Streams
from language.surroundings import ActionShape
from store.database import Database
from store.sealing import Seals
from workflows.client import RecordClient
from workflows.codec import Codec

PREFIX = "/api/v1"
"""Where every call lives, but for the two that ask whether the server is well."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the handlers reach; `clock` gives seconds since the epoch, waits are in seconds.

    `start_wait` is for how long the answer to a start waits for the record, `command_wait` for how long a command may
    still begin. `actions` is what a definition may call, `seals` what sensitive values are sealed with. `base_url` is
    how people reach us, `nearby` whether nobody but this machine does: links that sign in are good then. `provider` is
    where people sign in otherwise. `stopping` says whether the server is about to end, so that nothing that waits holds
    it up; `streams`, `waits`, `examined` and `exports` count what somebody holds open, `throttle` how often they ask,
    `mail` says how mail comes in, and `refusal_days` for how long it is kept what was refused. `codec` decrypts what
    Temporal keeps, for the pages of `codec_origins` too.
    """

    database: Database
    client: RecordClient
    clock: Callable[[], float]
    actions: Mapping[str, ActionShape]
    start_wait: float = 5.0
    command_wait: float = 10.0
    seals: Seals = field(default_factory=Seals)
    base_url: str = "http://127.0.0.1:8080"
    attachment_size: int = 10 * 1024 * 1024
    stopping: Callable[[], bool] = lambda: False
    streams: Streams = field(default_factory=Streams)
    waits: Streams = field(default_factory=lambda: Streams(MOST_WAITS, "long polls"))
    examined: Streams = field(default_factory=lambda: Streams(MOST_EXAMINED, "examinations of definitions"))
    exports: Streams = field(default_factory=lambda: Streams(MOST_EXPORTS, "exports"))
    nearby: bool = False
    mail: MailWays = field(default_factory=MailWays)
    provider: Provider | None = None
    refusal_days: int = 90
    throttle: Throttle = field(default_factory=Throttle)
    codec: Codec | None = None
    codec_origins: tuple[str, ...] = ()


async def _provide(request: Request) -> Services:
    return cast(Services, request.app.state.services)


Provided = Annotated[Services, Depends(_provide)]
"""The services, as a parameter of a handler."""
