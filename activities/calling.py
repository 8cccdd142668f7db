"""An action as a Temporal activity of the same name: its input is checked, its result capped, its refusals final."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.actions import ActionModel, AgainError, AnyAction, Context, Refusal, Send
from language.values import SEALED, Shape
from store.database import Database
from store.sealing import Seals
from workflows.messages import NOT_HAPPENED, CallInput

LARGEST_RESULT = 100_000
"""Bytes of a result; Temporal repeats one above 2 MB for ever, and a record carries what it saves of it."""

BEAT = 2.0
"""Seconds between two signs of life."""

NO_SEALS = Seals()
"""Without any key."""

Called = Callable[[CallInput], Coroutine[Any, Any, dict[str, Any]]]


def as_activity(
    action: AnyAction, database: Database, clock: Callable[[], float], send: Send, seals: Seals = NO_SEALS
) -> Called:
    """Give the activity that carries out an action; a bad input, a refusal and too large a result fail for good.

    An action that nobody waits for any more is cancelled. Sensitive values are opened here and in no history.
    """

    @activity.defn(name=action.name)
    async def call(given: CallInput) -> dict[str, Any]:
        open_values = _opened(action, given, seals)
        wanted = _input(action, given, open_values)
        beating = asyncio.create_task(_beat())
        try:
            run = _untold(action) if open_values else action.run
            answer = await run(wanted, Context(given.key, given.record, given.process, database, clock, send))
        except Refusal as refused:
            raise _refusal(str(refused), refused.code, happened=refused.happened) from None
        except AgainError as failed:
            wait = None if failed.wait is None else timedelta(seconds=failed.wait)
            raise ApplicationError(str(failed), type=failed.code, next_retry_delay=wait) from None
        finally:
            beating.cancel()
        return _result(action, answer)

    return call


def _opened(action: AnyAction, given: CallInput, seals: Seals) -> dict[str, Any]:
    """Open what the action takes opened, by name; an error of the store is tried again like any other."""
    return {
        name: seals.open(given.process, given.input[name][SEALED])
        for name, shape in action.shape.inputs.items()
        if isinstance(shape, Shape) and shape.sealed and given.input.get(name) is not None
    }


def _untold(action: AnyAction) -> Callable[[ActionModel, Context], Awaitable[ActionModel]]:
    """Run an action so that the words of its errors, which may repeat what was opened, are told to nobody."""

    async def run(wanted: ActionModel, context: Context) -> ActionModel:
        try:
            answer: ActionModel = await action.run(wanted, context)
        except (Refusal, AgainError):
            raise
        except Exception as failed:  # noqa: BLE001 - whatever an action raises is tried again
            kind = type(failed).__name__
            text = f"{action.name} failed ({kind}); what it said is not kept, because it was given sensitive values"
            raise ApplicationError(text, type=kind) from None
        return answer

    return run


async def _beat() -> None:
    """Give signs of life: a call whose worker died is tried again soon, and one nobody waits for is cancelled."""
    while True:
        activity.heartbeat()
        await asyncio.sleep(BEAT)


def _input(action: AnyAction, given: CallInput, open_values: Mapping[str, Any]) -> ActionModel:
    try:
        wanted: ActionModel = action.input.model_validate({**given.input, **open_values})
    except ValidationError as wrong:
        told = "; ".join(_told(each["loc"], each["msg"], open_values) for each in wrong.errors(include_input=False))
        text = f"{action.name} cannot use what it was given: {told}"
        raise _refusal(text, "BadInput") from None
    return wanted


def _told(place: tuple[str | int, ...], message: str, open_values: Mapping[str, Any]) -> str:
    """Say what is wrong with an input; of one that was opened, only that something is."""
    said = "is not as it must be" if place and place[0] in open_values else message
    return f"{'.'.join(map(str, place))}: {said}"


def _refusal(text: str, code: str, *, happened: bool = False) -> ApplicationError:
    """Make the error of an action that did nothing; at the first try it is certain that nothing at all has happened."""
    certain = (NOT_HAPPENED,) if activity.info().attempt == 1 and not happened else ()
    return ApplicationError(text, *certain, type=code, non_retryable=True)


def _result(action: AnyAction, answer: ActionModel) -> dict[str, Any]:
    result = answer.model_dump(mode="json")
    size = len(json.dumps(result, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > LARGEST_RESULT:
        text = f"{action.name} answered {size:,} bytes; at most {LARGEST_RESULT:,} can be taken"
        raise ApplicationError(text, type="result_too_large", non_retryable=True)
    return result
