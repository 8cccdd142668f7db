"""Facts by need: the engine says what it lacks and is asked again, and who asks without end is told so."""

import pytest

from engine.record import Needs, Plain
from engine.turn import MOST_ROUNDS
from store.asking import ask
from store.database import Database
from store.errors import UnavailableError


def needs(asked: int) -> Needs:
    return Needs((f'["entity", "user", "p{asked}"]',))


async def test_a_question_hears_how_often_it_has_asked(database: Database) -> None:
    def question(known: Plain, asked: int) -> str | Needs:
        return f"{len(known)} facts" if asked == MOST_ROUNDS else needs(asked)

    answer, known = await ask(database, 0.0, question)
    assert (answer, len(known)) == (f"{MOST_ROUNDS} facts", MOST_ROUNDS)


async def test_a_question_without_end_is_answered_with_whom_to_ask(database: Database) -> None:
    def question(_known: Plain, asked: int) -> str | Needs:
        return needs(asked)

    with pytest.raises(UnavailableError, match=r"more than 20 times, one after the other\. Ask the owner"):
        await ask(database, 0.0, question)
