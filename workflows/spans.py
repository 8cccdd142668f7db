"""Spans of traces (OpenTelemetry): what was done for a cause, and when.

They hold names, never what was given. Nothing is recorded, and next to nothing spent, where nobody has set a provider
(cli/tracing.py does); the cause goes on all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from workflows.causes import PARENT, Cause, cause, caused

_TRACER = trace.get_tracer("steward")
_PROPAGATOR = TraceContextTextMapPropagator()


@contextmanager
def spanned(name: str, kind: SpanKind, by: Cause | None = None, **attributes: str | int) -> Iterator[Span]:
    """Record the work of the block, which is done for a cause (else the present one), and whatever it causes.

    Of an error only its type is told: its text may hold anything.
    """
    before = cause() if by is None else by
    span = _TRACER.start_span(name, _context(before.traceparent), kind, attributes, record_exception=False)
    with _Ending(span), caused(_within(span, before)):
        yield span


def marked(name: str, by: Cause, **attributes: str | int) -> Cause:
    """Record a moment without a length, and give the cause of what follows from it."""
    span = _TRACER.start_span(name, _context(by.traceparent), attributes=attributes)
    span.end()
    return _within(span, by)


def traceparent(given: str) -> str:
    """Give a `traceparent` as it goes on; empty where it is none."""
    return _parent(_context(given))


class _Ending:
    """Ends a span when its block is left, and says so when an error left it."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def __enter__(self) -> None:
        """Nothing: the span has begun."""

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        """End the span; the error goes on."""
        if kind is not None:
            self._span.set_status(Status(StatusCode.ERROR, kind.__name__))
        self._span.end()


def _context(given: str) -> Context:
    return _PROPAGATOR.extract({PARENT: given}, Context())


def _within(span: Span, before: Cause) -> Cause:
    return before._replace(traceparent=_parent(trace.set_span_in_context(span, Context())))


def _parent(context: Context) -> str:
    told: dict[str, str] = {}
    _PROPAGATOR.inject(told, context)
    return told.get(PARENT, "")
