"""What worker and API log: one line an event to standard error, with its time in UTC, for people and programs."""

import logging
import sys

import structlog

from settings import LogFormat, LogLevel

QUIET = ("alembic", "httpcore2", "httpx2", "markdown_it")
"""Libraries that tell every step: only their warnings are kept."""


def log_to_stderr(level: LogLevel, form: LogFormat = LogFormat.TEXT) -> None:
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
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(form)],
            foreign_pre_chain=before,
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _rendering(form: LogFormat) -> list[structlog.typing.Processor]:
    if form is LogFormat.JSON:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    plain = structlog.dev.plain_traceback
    return [
        _printable,
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=plain),
    ]


def _printable(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Write what would command a terminal as its code: paths and names are as strangers have sent them."""
    return {name: _escaped(each) if isinstance(each, str) else each for name, each in event.items()}


def _escaped(text: str) -> str:
    return "".join(each if each.isprintable() or each in "\n\t" else repr(each)[1:-1] for each in text)
