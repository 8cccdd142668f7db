"""Actions as activities: input checked, results capped, refusals final."""

import asyncio
import traceback
from dataclasses import replace
from typing import Annotated, Any

import pytest
from pydantic import Field, SecretStr, ValidationError
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.actions import Action, ActionModel, Context, GroupId, Refusal, Text
from activities.calling import LARGEST_RESULT, as_activity
from activities.registry import ACTIONS, shapes
from language.values import FieldType, Shape
from store.database import Database
from store.errors import NoSealingKeyError
from store.sealing import Seals, new_key
from tests.activities.story import NOON, nowhere
from workflows.messages import NOT_HAPPENED, CallInput


class Asked(ActionModel):
    word: Text
    times: Text = "1"


class Echoed(ActionModel):
    text: Text
    group: GroupId


async def echo(asked: Asked, context: Context) -> Echoed:
    if asked.word == "no":
        raise Refusal("no_echo", f"nothing echoes at {context.clock()}")
    return Echoed(text=asked.word * int(asked.times), group=f"{context.process} {context.record} {context.key}")


ECHO = Action("test.echo", Asked, Echoed, echo)


KEY = new_key()
SEALS = Seals(lambda: (KEY,))
SECRET = "hunter2"


class Granted(ActionModel):
    password: Annotated[SecretStr, Field(min_length=3), Shape(FieldType.TEXT, sealed=True)]
    how: Text = "well"


async def grant(given: Granted, context: Context) -> Echoed:
    secret = given.password.get_secret_value()
    if given.how == "refused":
        raise Refusal("too_short", "the password is too short")
    if given.how == "badly":
        raise ConnectionError(f"cannot connect with {secret}")
    return Echoed(text=str(len(secret)), group=str(given.password))


async def granted(database: Database, password: str, **given: Any) -> dict[str, Any]:
    call = as_activity(Action("test.grant", Granted, Echoed, grant), database, lambda: NOON, nowhere, SEALS)
    sealed = {"sealed": SEALS.seal("hire", password)}
    wanted = CallInput("R1/1/new/do/0", "R1", "hire", {"password": sealed, **given})
    answer: dict[str, Any] = await ActivityEnvironment().run(call, wanted)
    return answer


async def called(database: Database, **given: Any) -> dict[str, Any]:
    call = as_activity(ECHO, database, lambda: NOON, nowhere)
    answer: dict[str, Any] = await ActivityEnvironment().run(call, CallInput("R1/1/new/do/0", "R1", "parcel", given))
    return answer


async def test_an_action_is_given_its_input_and_what_surrounds_it(database: Database) -> None:
    assert await called(database, word="ho") == {"text": "ho", "group": "parcel R1 R1/1/new/do/0"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "test.echo cannot use what it was given: word: Field required"),
        ({"word": 7}, "word: Input should be a valid string"),
        ({"word": "ho", "loud": "yes"}, "loud: Extra inputs are not permitted"),
    ],
)
@pytest.mark.semantics("E1.2")
async def test_a_bad_input_fails_for_good(database: Database, given: dict[str, Any], why: str) -> None:
    with pytest.raises(ApplicationError) as failed:
        await called(database, **given)
    assert (failed.value.type, failed.value.non_retryable) == ("BadInput", True)
    assert why in failed.value.message
    assert failed.value.details == (NOT_HAPPENED,)


async def test_only_at_the_first_try_is_it_certain_that_nothing_happened(database: Database) -> None:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=2)
    with pytest.raises(ApplicationError) as failed:
        await environment.run(
            as_activity(ECHO, database, lambda: NOON, nowhere),
            CallInput("R1/1/new/do/0", "R1", "parcel", {"word": "no"}),
        )
    assert (failed.value.type, failed.value.details) == ("no_echo", ())


@pytest.mark.semantics("E1.2")
async def test_a_refusal_fails_for_good_with_its_code(database: Database) -> None:
    with pytest.raises(ApplicationError, match="nothing echoes") as failed:
        await called(database, word="no")
    assert (failed.value.type, failed.value.non_retryable) == ("no_echo", True)


async def test_too_large_a_result_fails_for_good(database: Database) -> None:
    with pytest.raises(ApplicationError, match="at most 100,000") as failed:
        await called(database, word="x", times=str(LARGEST_RESULT))
    assert failed.value.non_retryable


async def test_a_call_gives_signs_of_life_until_it_ends(database: Database) -> None:
    around, seen, go = ActivityEnvironment(), asyncio.Event(), asyncio.Event()
    around.on_heartbeat = lambda *_: seen.set()

    async def wait(asked: Asked, context: Context) -> Echoed:
        await go.wait()
        return await echo(asked, context)

    call = as_activity(Action("test.wait", Asked, Echoed, wait), database, lambda: NOON, nowhere)
    running = asyncio.create_task(around.run(call, CallInput("R1/1/new/do/0", "R1", "parcel", {"word": "ho"})))
    await seen.wait()
    go.set()
    assert (await running)["text"] == "ho"
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.semantics("E1.2")
async def test_any_other_error_is_tried_again(database: Database) -> None:
    with pytest.raises(ValueError, match="invalid literal") as failed:
        await called(database, word="x", times="often")
    assert not isinstance(failed.value, ApplicationError | ValidationError)


@pytest.mark.semantics("I3.6")
async def test_a_sensitive_value_is_opened_for_the_action_that_takes_it(database: Database) -> None:
    assert await granted(database, SECRET) == {"text": "7", "group": "**********"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"password": "x"}, "password: is not as it must be"),
        ({"password": SECRET, "how": 7}, "how: Input should be a valid string"),
        ({"password": SECRET, "how": "refused"}, "the password is too short"),
        ({"password": SECRET, "how": "badly"}, "failed (ConnectionError); what it said is not kept"),
    ],
)
async def test_no_error_tells_what_was_opened(database: Database, given: dict[str, Any], why: str) -> None:
    with pytest.raises(ApplicationError) as failed:
        await granted(database, **given)
    assert why in failed.value.message
    assert failed.value.__cause__ is None
    assert SECRET not in "".join(traceback.format_exception(failed.value))


async def test_what_cannot_be_opened_is_tried_again(database: Database) -> None:
    call = as_activity(Action("test.grant", Granted, Echoed, grant), database, lambda: NOON, nowhere)
    wanted = CallInput("R1/1/new/do/0", "R1", "hire", {"password": {"sealed": SEALS.seal("hire", SECRET)}})
    with pytest.raises(NoSealingKeyError):
        await ActivityEnvironment().run(call, wanted)


def test_the_checker_knows_what_an_action_takes_and_gives() -> None:
    shape = ECHO.shape
    assert (tuple(shape.inputs), shape.required) == (("word", "times"), ("word",))
    assert shape.outputs == {"text": Shape(FieldType.TEXT), "group": Shape(FieldType.GROUP)}


def test_every_action_has_a_shape() -> None:
    assert list(shapes()) == [action.name for action in ACTIONS]
