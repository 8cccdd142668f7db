"""`steward api`: the HTTP API and the portal, on the Temporal server and the database of the settings."""

import asyncio
import signal
import time

import uvicorn

from activities.registry import shapes
from api.app import create_app
from api.connections import bounded
from api.mail_verifying import MailWays
from api.rates import Rates, Throttle
from api.services import Services
from cli.connecting import connected
from cli.connectors import actions
from cli.encryption import codec_of
from cli.listening import demand_safe, is_nearby, proxies
from cli.logs import log_to_stderr
from cli.providing import provider_of
from cli.sealing import seals
from cli.terminal import verbs
from cli.tracing import traced
from portal.app import install
from settings import Settings, settings
from store.correspondence import Correspondence
from workflows.client import RecordClient

DRAIN = 2
"""Seconds within which requests may end after the API was told to stop."""

app = verbs()


@app.command()
def api() -> None:
    """Run the API until Ctrl-C or SIGTERM. STEWARD_* variables configure it."""
    chosen = settings()
    demand_safe(chosen)
    log_to_stderr(chosen.log_level, chosen.log_format)
    with traced("steward-api"):
        asyncio.run(_serve(chosen))


def rates(chosen: Settings) -> Rates:
    """Give how often somebody may ask, as it is configured."""
    return Rates(
        chosen.calls_per_minute, chosen.starts_per_minute, chosen.checks_per_minute, chosen.strangers_per_minute
    )


async def _serve(chosen: Settings) -> None:
    async with connected(chosen) as (temporal, database):
        client = RecordClient(temporal, time.time)
        services = Services(
            database,
            client,
            time.time,
            shapes(actions(chosen)),
            seals=seals(chosen),
            base_url=chosen.base_url,
            mail=MailWays(Correspondence(chosen.mail_from, chosen.mail_reply_to), chosen.mail_authserv),
            attachment_size=chosen.attachment_size * 1024 * 1024,
            stopping=lambda: server.should_exit,
            nearby=is_nearby(chosen),
            provider=provider_of(chosen),
            refusal_days=chosen.refusal_days,
            throttle=Throttle(rates(chosen)),
            codec=codec_of(chosen),
            codec_origins=chosen.codec_origins,
        )
        served = create_app(services)
        install(served)
        config = uvicorn.Config(
            served,
            host=chosen.host,
            port=chosen.port,
            log_config=None,  # as everything else: cli.logs
            access_log=False,  # api.request_ids says more, and no query
            server_header=False,
            proxy_headers=bool(proxies(chosen)),
            forwarded_allow_ips=proxies(chosen),
            http=bounded(proxies(chosen)),
            ws="none",
            timeout_graceful_shutdown=DRAIN,
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # uvicorn stops on them, and then raises them again
        server = uvicorn.Server(config)
        await server.serve()
