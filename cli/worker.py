"""`steward worker`: one worker process, which carries out records, calls and messages."""

import asyncio
import signal
import time
from typing import Annotated

import structlog
import typer

from activities.mail import MailOptions, Security
from cli.archive import rule
from cli.connecting import connected
from cli.connectors import actions
from cli.deployments import deployments
from cli.errors import UsageError
from cli.logs import log_to_stderr
from cli.measuring import measured
from cli.sealing import seals
from cli.terminal import verbs
from cli.tracing import traced
from settings import Settings, settings
from worker import WorkerOptions, run
from workflows.queues import Queue

app = verbs()
log = structlog.get_logger("steward.worker")


@app.command()
def worker(
    *,
    queues: Annotated[
        str, typer.Option(help="What it serves, with commas between: records, calls, deployments. [all]")
    ] = ",".join(Queue),
) -> None:
    """Run a worker until Ctrl-C or SIGTERM; what it has begun, it ends. STEWARD_* variables configure it."""
    served = tuple(_queue(name.strip()) for name in queues.split(","))
    chosen = settings()
    log_to_stderr(chosen.log_level, chosen.log_format)
    with traced("steward-worker"):
        asyncio.run(_work(chosen, served))


def _queue(name: str) -> Queue:
    try:
        return Queue(name)
    except ValueError:
        raise UsageError(f'there is no queue "{name}": take {", ".join(Queue)}') from None


async def _work(chosen: Settings, queues: tuple[Queue, ...]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with measured(chosen) as runtime:
        async with connected(chosen, runtime) as (temporal, database):
            where = {"temporal": temporal.service_client.config.target_host, "namespace": temporal.namespace}
            log.info("worker begins", **where, queues=queues)
            await run(temporal, database, _options(chosen, queues), stop)
            log.info("worker has ended what it began")


def _options(chosen: Settings, queues: tuple[Queue, ...]) -> WorkerOptions:
    return WorkerOptions(
        base_url=chosen.base_url,
        clock=time.time,
        mail=_mail(chosen),
        actions=actions(chosen, deployments(chosen)),
        seals=seals(chosen),
        webhook_networks=chosen.webhook_networks,
        queues=queues,
        archive=rule(chosen),
    )


def _mail(chosen: Settings) -> MailOptions | None:
    if chosen.mail_host is None:
        return None
    password = chosen.mail_password
    return MailOptions(
        host=chosen.mail_host,
        port=chosen.mail_port,
        sender=chosen.mail_from,
        security=Security(chosen.mail_security),
        user=chosen.mail_user,
        password=password.get_secret_value() if password is not None else None,
        reply_to=chosen.mail_reply_to,
    )
