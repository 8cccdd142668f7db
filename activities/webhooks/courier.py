"""The courier, a loop of ours beside the relay: sends webhooks what they are to be told, at least once.

Messages of a record go out in the order of its journal, but for those that are tried again: one that fails holds up no
other, and a webhook that is slow no other webhook. As with the outbox, an event is told only while what the store holds
of its record is what the record's workflow says of itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import SystemRandom

import structlog
from temporalio.exceptions import TemporalError

from activities.connectors.addresses import AddressRefusedError
from activities.connectors.answering import asked_wait
from activities.connectors.declaring import Network
from activities.connectors.sending import Answer, Bounds, Question, UnansweredError, send
from activities.measures import ATTEMPTS, DONE, FAILED
from activities.pausing import pause
from activities.relay import GONE as LOST
from activities.relay import SILENT, UNCONFIRMED, Confirm, is_confirmed
from activities.webhooks.signing import signed
from activities.webhooks.trying import PATIENCE, next_try
from activities.webhooks.writing import MEDIA_TYPE, message
from engine.record import Actor
from store import deliveries, inbox, webhooks
from store.database import Database
from store.deliveries import Attempt, Delivery
from store.errors import StoreError, UnavailableError
from store.facts import organisation
from store.fan_out import fan_out, with_work
from store.queries import get_record
from store.sealing import Seals
from store.webhooks import Webhook
from workflows.client import ClientError

IDLE = 0.5
"""Seconds between looks for webhooks that have something to be told."""
AT_ONCE = 8
"""Messages of a webhook that are taken together."""
SECONDS = 15.0
"""How long a receiver may take to answer."""
LEASE = 60.0
"""Seconds for which nobody else gets a message that was taken."""
ANSWER = 2_048
"""Bytes of an answer that are kept."""
KEPT = 30 * 86_400.0
"""Seconds for which it is kept how a message went."""
TIDY = 3_600.0
"""Seconds between two times of forgetting."""
GONE = 410
"""The status with which a receiver says that it wants no more."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CourierOptions:
    """How a courier works.

    `base_url` is where people reach the application, `networks` what may be reached beside the encrypted internet.
    `seals` open the secrets. `clock` gives seconds since the epoch, UTC, `chance` a number from 0 to 1.
    """

    base_url: str
    seals: Seals
    clock: Callable[[], float]
    networks: Sequence[Network] = ()
    chance: Callable[[], float] = SystemRandom().random


class Courier:
    """Sends what webhooks are to be told; any number of couriers may run on one database."""

    def __init__(self, database: Database, confirm: Confirm, options: CourierOptions) -> None:
        """Keep what it works with; nothing is sent."""
        self._database = database
        self._confirm = confirm
        self._options = options
        self._base_url = options.base_url.rstrip("/")
        self._busy: set[str] = set()
        self._tidied = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; a store that is away is waited for."""
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                try:
                    await self._tidy()
                    for name in await with_work(self._database, self._options.clock()):
                        if name not in self._busy:
                            self._busy.add(name)
                            group.create_task(self._serve(name))
                except UnavailableError as away:
                    log.warning("the courier cannot reach the store", error=str(away))
                await pause(stop, IDLE)

    async def round(self) -> bool:
        """Tell every webhook what is due; False when nothing was."""
        names = await with_work(self._database, self._options.clock())
        await asyncio.gather(*(self._serve(name) for name in names))
        return bool(names)

    async def _tidy(self) -> None:
        now = self._options.clock()
        if now - self._tidied >= TIDY:
            await deliveries.forget(self._database, now - KEPT)
            self._tidied = now

    async def _serve(self, name: str) -> None:
        """Tell one webhook what is due; whatever goes wrong with it, the others are told."""
        try:
            while await fan_out(self._database, name, self._options.clock()):
                pass
            while await self._tell(name):
                pass
        except UnavailableError as away:
            log.warning("the store went away while telling a webhook", webhook=name, error=str(away))
        except Exception as failed:  # noqa: BLE001 - whatever goes wrong with one webhook, the others are told
            _unforeseen(name, failed)
        finally:
            self._busy.discard(name)

    async def _tell(self, name: str) -> bool:
        """Send some of what is due; False when nothing is, or the webhook is paused."""
        webhook = await webhooks.find(self._database, name)
        if webhook is None or not webhook.active:
            return False
        now = self._options.clock()
        actor = await webhooks.reader(self._database, webhook, await organisation(self._database), now)
        if actor is None:
            await self._pause(webhook, now, f"{webhook.owner}, as whom it reads, is not active any more")
            return False
        rows = await deliveries.lease(self._database, webhook.id, now, AT_ONCE, LEASE)
        of_record: dict[str, list[Delivery]] = {}
        for row in rows:
            of_record.setdefault(row.record, []).append(row)
        await asyncio.gather(*(self._tell_of(webhook, actor, record, each) for record, each in of_record.items()))
        return bool(rows)

    async def _tell_of(self, webhook: Webhook, actor: Actor, record: str, rows: Sequence[Delivery]) -> None:
        """Tell what happened to one record, one event after the other."""
        wait = await self._unconfirmed(record) if record else None
        if wait is not None:
            until = self._options.clock() + wait
            await deliveries.postpone(self._database, [row.id for row in rows], until)
            return
        for row in rows:
            if self._options.clock() + SECONDS > row.leased_until:
                return
            body = await message(self._database, row, actor, self._base_url)
            if body is None:
                await deliveries.drop(self._database, row.id)
            elif not await self._deliver(webhook, row, body):
                return

    async def _unconfirmed(self, name: str) -> float | None:
        """Give in how many seconds to ask again where what is stored of a record is not what its workflow says."""
        try:
            head = await self._confirm(name)
        except (ClientError, TemporalError) as silent:
            log.info("a record does not answer", record=name, error=str(silent))
            return SILENT
        record = await get_record(self._database, name)
        if record is not None and is_confirmed(record, head):
            return None
        return LOST if head is None else UNCONFIRMED

    async def _deliver(self, webhook: Webhook, row: Delivery, body: bytes) -> bool:
        """Send a message and keep how it went; False when the webhook wants no more."""
        begun = self._options.clock()
        answer, error = await self._sent(webhook, row, body)
        now = self._options.clock()
        said = "" if answer is None else answer.body.decode(errors="replace")
        attempt = Attempt(begun, None if answer is None else answer.status, round(now - begun, 3), error, said)
        ATTEMPTS.labels(FAILED if error else DONE).inc()
        if not error:
            await deliveries.delivered(self._database, row, attempt)
            return True
        log.info("a webhook was not told", webhook=webhook.id, message=row.id, error=error)
        asked = None if answer is None else asked_wait(answer.retry_after, now)
        gone = answer is not None and answer.status == GONE
        retry_at = None if gone else next_try(row.failures + 1, now, asked, self._options.chance)
        since = await deliveries.failed(self._database, row, attempt, retry_at)
        if gone:
            await self._pause(webhook, since, "its receiver answered 410: it wants no more")
        elif now - since >= PATIENCE:
            await self._pause(webhook, since, f"nothing has got through for a day; the last attempt said: {error}")
        else:
            return True
        return False

    async def _sent(self, webhook: Webhook, row: Delivery, body: bytes) -> tuple[Answer | None, str]:
        """Give what was answered, and what went wrong; no text repeats the address or a secret."""
        try:
            headers = self._headers(webhook, row, body)
            asked = Question("POST", webhook.url, headers, body)
            answer = await send(asked, Bounds(self._options.networks, SECONDS, ANSWER, cut=True))
        except StoreError as sealed:
            return None, str(sealed)
        except AddressRefusedError:
            return None, NOT_REACHABLE
        except UnansweredError as failed:
            return None, str(failed)
        return answer, "" if answer.status // 100 == 2 else f"it answered {answer.status}"

    def _headers(self, webhook: Webhook, row: Delivery, body: bytes) -> dict[str, str]:
        now, seals = self._options.clock(), self._options.seals
        opened = [webhooks.open_secret(seals, webhook.id, each) for each in webhooks.signing(webhook, now)]
        return {"Content-Type": MEDIA_TYPE, "User-Agent": "Steward", **signed(row.id, body, opened, now)}

    async def _pause(self, webhook: Webhook, since: float, because: str) -> None:
        """Send no more before somebody resumes it; its owner is told, once for what has gone wrong `since` then."""
        log.warning("a webhook is paused", webhook=webhook.id, because=because)
        await inbox.put(
            self._database,
            f"webhook/{webhook.id}/{since:.3f}",
            webhook.owner,
            record="",
            subject=f"Webhook {webhook.id} is paused",
            body=f"Nothing is sent to it any more: {because}.\n\nWhat happens meanwhile is sent when you resume it.",
            at=self._options.clock(),
        )
        await webhooks.change(self._database, webhook.id, {"active": False, "paused_because": because})


def _unforeseen(name: str, failed: Exception) -> None:
    log.error("a webhook cannot be told", webhook=name, exc_info=failed)


NOT_REACHABLE = (
    "its address may not be reached: it must be https:// on the internet, or in a network that an operator names "
    "(STEWARD_WEBHOOK_NETWORKS)"
)
