"""What worker and API log: one line an event to standard error, with its time in UTC, for people and programs."""

import logging
import sys

import structlog

from settings import LogLevel

QUIET = ("alembic", "httpcore2", "httpx2", "markdown_it")
"""Libraries that tell every step: only their warnings are kept."""
SECRETS = ("/decide/", "/sign-in/")
"""How addresses begin whose rest is a secret."""
REQUESTS, ADDRESS = "uvicorn.access", 2
"""The logger of requests, and which of its arguments is the address."""


class WithoutQuery(logging.Filter):
    """Cuts out of the lines about requests what is not ours to keep: what stands behind the `?`, and secret links."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut the address, the third of what uvicorn logs of a request."""
        if isinstance(record.args, tuple) and len(record.args) > ADDRESS:
            address = str(record.args[ADDRESS]).partition("?")[0]
            address = next((f"{begin}…" for begin in SECRETS if address.startswith(begin)), address)
            record.args = (*record.args[:ADDRESS], address, *record.args[ADDRESS + 1 :])
        return True


def log_to_stderr(level: LogLevel) -> None:
    """From now on write what is logged, by us and by libraries, in one form."""
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    render = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render], foreign_pre_chain=before
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger(REQUESTS).addFilter(WithoutQuery())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
