"""An action for tests: it answers at once, fails, refuses or takes its time, as its text says."""

import asyncio
from pathlib import Path

from activities.actions import Action, ActionModel, Context, Refusal, Text


class LookUpInput(ActionModel):
    """`text` says what happens: `refuse`, `fail FILE`, `slow FILE` (until it exists), `append FILE WORD`, else echo."""

    text: Text


class LookUpOutput(ActionModel):
    """What was found."""

    answer: Text


async def look_up(given: LookUpInput, context: Context) -> LookUpOutput:
    """Do as the text says."""
    what, _, rest = given.text.partition(" ")
    if what == "refuse":
        raise Refusal("not_found", "there is nothing about it")
    if what == "fail" and not Path(rest).exists():
        raise RuntimeError("the system is down")
    if what == "append":
        append(context.key, *rest.split(" ", 1))
    if what == "slow":
        await until(Path(rest))
    return LookUpOutput(answer=f"{context.key}: {given.text}")


def append(key: str, file: str, word: str) -> None:
    """Add a line, once for each key, as an action does that may be called again."""
    written = Path(file).read_text().splitlines() if Path(file).exists() else []
    if f"{key} {word}" not in written:
        Path(file).write_text("".join(f"{line}\n" for line in (*written, f"{key} {word}")))


async def until(file: Path) -> None:
    """Wait for a file; another one beside it says that it is waited for."""
    file.with_suffix(".asked").touch()
    while not file.exists():
        await asyncio.sleep(0.02)


LOOK_UP = Action("test.look_up", LookUpInput, LookUpOutput, look_up)
