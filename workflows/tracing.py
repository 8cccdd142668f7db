"""Carries causes through Temporal, in one header: from whoever starts, signals and updates as far as the activities.

Temporal's own interceptor was tried: it makes no difference between the update that a workflow
takes and what it did before, so that its activities hung on the record's start (docs/decisions/0049).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from opentelemetry.trace import SpanKind
from temporalio import activity, client, worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.converter import DefaultPayloadConverter

from workflows.causes import NOBODY, Cause, cause, cause_in, continue_for
from workflows.spans import marked, spanned

HEADER = "steward-cause"
_CONVERTER = DefaultPayloadConverter()

Headers = Mapping[str, Payload]


class Tracing(client.Interceptor, worker.Interceptor):
    """For a client of Temporal; the workers that are made from it have it, too."""

    def intercept_client(
        self,
        next: client.OutboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> client.OutboundInterceptor:
        """Send causes along."""
        return _Sending(next)

    def intercept_activity(
        self,
        next: worker.ActivityInboundInterceptor,  # noqa: A002
    ) -> worker.ActivityInboundInterceptor:
        """Carry out activities for what they were caused by."""
        return _CarryingOut(next)

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,  # noqa: A002, ARG002
    ) -> type[worker.WorkflowInboundInterceptor]:
        """Let workflows pass causes on."""
        return _Deciding


class _Sending(client.OutboundInterceptor):
    async def start_workflow(self, input: client.StartWorkflowInput) -> client.WorkflowHandle[Any, Any]:  # noqa: A002
        with _sent(f"start {input.workflow}", input.id, input):
            return await super().start_workflow(input)

    async def signal_workflow(self, input: client.SignalWorkflowInput) -> None:  # noqa: A002
        with _sent(f"signal {input.signal}", input.id, input):
            await super().signal_workflow(input)

    async def start_workflow_update(
        self,
        input: client.StartWorkflowUpdateInput,  # noqa: A002
    ) -> client.WorkflowUpdateHandle[Any]:
        with _sent(f"update {input.update}", input.id, input):
            return await super().start_workflow_update(input)


@contextmanager
def _sent(
    name: str,
    record: str,
    given: client.StartWorkflowInput | client.SignalWorkflowInput | client.StartWorkflowUpdateInput,
) -> Iterator[None]:
    with spanned(name, SpanKind.CLIENT, record=record):
        given.headers = _told(given.headers)
        yield


class _CarryingOut(worker.ActivityInboundInterceptor):
    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        by, info = _cause(input.headers), activity.info()
        with (
            structlog.contextvars.bound_contextvars(**by.logged()),
            spanned(info.activity_type, SpanKind.SERVER, by, record=info.workflow_id or "", attempt=info.attempt),
        ):
            return await super().execute_activity(input)


class _Deciding(worker.WorkflowInboundInterceptor):
    """What a workflow does for something is done in a task of its own, which is where its cause is kept."""

    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        super().init(_Asking(outbound))

    async def execute_workflow(self, input: worker.ExecuteWorkflowInput) -> Any:  # noqa: A002, ANN401
        _take_up("started", input.headers)
        return await super().execute_workflow(input)

    async def handle_signal(self, input: worker.HandleSignalInput) -> None:  # noqa: A002
        _take_up(f"took {input.signal}", input.headers)
        await super().handle_signal(input)

    async def handle_update_handler(self, input: worker.HandleUpdateInput) -> Any:  # noqa: A002, ANN401
        _take_up(f"took {input.update}", input.headers)
        return await super().handle_update_handler(input)


class _Asking(worker.WorkflowOutboundInterceptor):
    def start_activity(self, input: worker.StartActivityInput) -> workflow.ActivityHandle[Any]:  # noqa: A002
        input.headers = _told(input.headers)
        return super().start_activity(input)

    def start_local_activity(self, input: worker.StartLocalActivityInput) -> workflow.ActivityHandle[Any]:  # noqa: A002
        input.headers = _told(input.headers)
        return super().start_local_activity(input)


def _take_up(name: str, headers: Headers) -> None:
    """Go on for what a header tells; a replay, which has been there before, records nothing."""
    by, info = _cause(headers), workflow.info()
    if by.traceparent and not workflow.unsafe.is_replaying():
        by = marked(name, by, record=info.workflow_id, process=info.workflow_type)
    continue_for(by)


def _told(headers: Headers) -> Headers:
    told = cause().headers()
    return {**headers, HEADER: _CONVERTER.to_payload(told)} if told else headers


def _cause(headers: Headers) -> Cause:
    given = headers.get(HEADER)
    return NOBODY if given is None else cause_in(_CONVERTER.from_payload(given))
