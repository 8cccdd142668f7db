"""Asks the engine with facts by need: it says which it lacks, the store answers, and it is asked again."""

from collections.abc import Callable
from typing import TypeVar

from engine.record import Needs, Plain
from store.database import Database
from store.errors import UnavailableError
from store.facts import facts

ROUNDS = 20
"""How often the engine may say that it lacks facts."""

Answer = TypeVar("Answer")


async def ask(database: Database, now: float, question: Callable[[Plain], Answer | Needs]) -> tuple[Answer, Plain]:
    """Give the engine's answer with the facts it was given; raise UnavailableError where it asks without end."""
    known: dict[str, object] = {}
    for _ in range(ROUNDS):
        answer = question(known)
        if not isinstance(answer, Needs):
            return answer, known
        known.update(await facts(database, answer.keys, now))
    raise UnavailableError("the facts it needs keep changing: repeat with the same key")
