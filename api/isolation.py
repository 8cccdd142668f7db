"""Runs a pure function on somebody else's text in a process of its own, which is ended when it takes too long.

The process is a fresh interpreter that loads the function's module and nothing else of ours. Time is the processor's,
so that what is refused on a busy machine is refused on a quiet one too.
"""

import asyncio
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

BEGINNING = 30.0
"""Seconds that the process may take to begin; they are not counted."""
PATIENCE = 10
"""How many times as long it may be under way, waiting for a processor or for nothing."""
MEMORY = 1024**3
"""Bytes of addresses that the process may use."""
BEGUN = b"."
ROOT = Path(__file__).parents[1]


class TookTooLongError(Exception):
    """The function did not answer in time, or needed too much memory."""


async def isolated(
    seconds: float, function: Callable[Given, Answer], *given: Given.args, **named: Given.kwargs
) -> Answer:
    """Give what a function answers within so many seconds of work; function, arguments and answer must be picklable.

    Raises TookTooLongError. What the function raises ends its process, so it should raise nothing.
    """
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", __name__)
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(pickle.dumps((seconds, function, given, named)))
        process.stdin.close()
        await asyncio.wait_for(process.stdout.readexactly(len(BEGUN)), BEGINNING)
        answer = await asyncio.wait_for(process.stdout.read(), seconds * PATIENCE)
        return cast(Answer, pickle.loads(answer))  # noqa: S301 - what our own process wrote
    except TimeoutError:
        raise TookTooLongError(f"it took longer than {seconds:g} seconds") from None
    except (EOFError, pickle.UnpicklingError, asyncio.IncompleteReadError):
        if await process.wait() == -signal.SIGPROF:
            raise TookTooLongError(f"it took longer than {seconds:g} seconds") from None
        raise TookTooLongError("it needed too much memory, or failed") from None
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def main() -> None:
    """Read a function with its arguments, say that it begins, and write what it answers."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seconds, function, given, named = pickle.load(sys.stdin.buffer)  # noqa: S301 - what our own process wrote
    signal.setitimer(signal.ITIMER_PROF, seconds)
    sys.stdout.buffer.write(BEGUN)
    sys.stdout.buffer.flush()
    sys.stdout.buffer.write(pickle.dumps(function(*given, **named)))


if __name__ == "__main__":
    main()
