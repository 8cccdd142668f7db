"""Asks the engine with facts by need: it says which it lacks, the store answers, and it is asked again."""

from collections.abc import Callable
from typing import TypeVar

from engine.record import Needs, Plain
from engine.turn import MOST_ROUNDS
from store.database import Database
from store.errors import UnavailableError
from store.facts import facts

Answer = TypeVar("Answer")


Question = Callable[[Plain, int], Answer | Needs]
"""Asks the engine with these facts, which were asked for so often; an event that has been often enough is refused."""


async def ask(database: Database, now: float, question: Question[Answer]) -> tuple[Answer, Plain]:
    """Give the engine's answer with the facts it was given; raise UnavailableError where it asks without end."""
    known: dict[str, object] = {}
    for asked in range(MOST_ROUNDS + 1):
        answer = question(known, asked)
        if not isinstance(answer, Needs):
            return answer, known
        known.update(await facts(database, answer.keys, now))
    remedy = "Ask the owner of the process to let it ask for less at once."
    raise UnavailableError(f"this asks for facts more than {MOST_ROUNDS} times, one after the other. {remedy}")
