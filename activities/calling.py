"""An action as a Temporal activity of the same name: its input is checked, its result capped, its refusals final."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from pydantic import ValidationError
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.actions import ActionModel, AnyAction, Context, Refusal
from store.database import Database
from workflows.messages import NOT_HAPPENED, CallInput

LARGEST_RESULT = 100_000
"""Bytes of a result; Temporal repeats one above 2 MB for ever, and a record carries what it saves of it."""

BEAT = 2.0
"""Seconds between two signs of life."""

Called = Callable[[CallInput], Coroutine[Any, Any, dict[str, Any]]]


def as_activity(action: AnyAction, database: Database, clock: Callable[[], float]) -> Called:
    """Give the activity that carries out an action; a bad input, a refusal and too large a result fail for good.

    An action that nobody waits for any more is cancelled.
    """

    @activity.defn(name=action.name)
    async def call(given: CallInput) -> dict[str, Any]:
        wanted = _input(action, given)
        beating = asyncio.create_task(_beat())
        try:
            answer = await action.run(wanted, Context(given.key, given.record, given.process, database, clock))
        except Refusal as refused:
            raise _refusal(str(refused), refused.code) from refused
        finally:
            beating.cancel()
        return _result(action, answer)

    return call


async def _beat() -> None:
    """Give signs of life: a call whose worker died is tried again soon, and one nobody waits for is cancelled."""
    while True:
        activity.heartbeat()
        await asyncio.sleep(BEAT)


def _input(action: AnyAction, given: CallInput) -> ActionModel:
    try:
        wanted: ActionModel = action.input.model_validate(given.input)
    except ValidationError as wrong:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in wrong.errors())
        text = f"{action.name} cannot use what it was given: {told}"
        raise _refusal(text, "BadInput") from wrong
    return wanted


def _refusal(text: str, code: str) -> ApplicationError:
    """Make the error of an action that did nothing; at the first try it is certain that nothing at all has happened."""
    certain = (NOT_HAPPENED,) if activity.info().attempt == 1 else ()
    return ApplicationError(text, *certain, type=code, non_retryable=True)


def _result(action: AnyAction, answer: ActionModel) -> dict[str, Any]:
    result = answer.model_dump(mode="json")
    size = len(json.dumps(result, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > LARGEST_RESULT:
        text = f"{action.name} answered {size:,} bytes; at most {LARGEST_RESULT:,} can be taken"
        raise ApplicationError(text, type="result_too_large", non_retryable=True)
    return result
