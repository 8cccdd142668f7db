"""An action for tests: it answers at once, fails, refuses or takes its time, as its text says, and counts its calls."""

import asyncio
from pathlib import Path

from activities.actions import Action, ActionModel, Context, Refusal, Text


class LookUpInput(ActionModel):
    """`text` says what happens: `fail`, `refuse`, `slow FILE` (until the file exists), else an answer."""

    text: Text


class LookUpOutput(ActionModel):
    """What was found."""

    answer: Text


async def look_up(given: LookUpInput, context: Context) -> LookUpOutput:
    """Do as the text says."""
    what, _, rest = given.text.partition(" ")
    if what == "refuse":
        raise Refusal("not_found", "there is nothing about it")
    if what == "fail":
        raise RuntimeError("the system is down")
    while what == "slow" and not Path(rest).exists():
        await asyncio.sleep(0.02)
    return LookUpOutput(answer=f"{context.key}: {given.text}")


LOOK_UP = Action("test.look_up", LookUpInput, LookUpOutput, look_up)
