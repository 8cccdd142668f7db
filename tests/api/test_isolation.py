"""A function runs in a process of its own, which is ended when it takes too much."""

import time
from collections import deque
from functools import partial
from itertools import repeat
from typing import Any

import pytest

from api.isolation import TookTooLongError, isolated


async def test_the_answer_comes_back() -> None:
    assert await isolated(60.0, sorted, [3, 1, 2], reverse=True) == [3, 2, 1]


@pytest.mark.parametrize(("function", "given"), [(partial(deque, maxlen=0), repeat(0)), (time.sleep, 600.0)])
async def test_what_takes_too_long_is_ended(function: Any, given: Any) -> None:
    with pytest.raises(TookTooLongError, match=r"longer than 0\.2 seconds"):
        await isolated(0.2, function, given)


async def test_what_needs_too_much_memory_is_ended(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TookTooLongError, match="memory"):
        await isolated(60.0, bytes, 2 * 1024**3)
    assert "MemoryError" in capfd.readouterr().err
