"""Waiting between the rounds of a loop, ended at once when the loop should stop."""

import asyncio


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait this long, or until `stop` is set."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
