"""What came of each of many things that were done together, in words."""

from typing import NamedTuple

from api.bulk import Results, ResultView
from language.organisation import Organisation
from portal.showing import reasons_told
from portal.visiting import Visit
from store.facts import organisation


class Result(NamedTuple):
    """What came of one of many: which record, in words, and whether it was done."""

    record: str
    title: str
    said: str
    done: bool


async def results_of(visit: Visit, found: Results, said: str) -> list[Result]:
    """Tell results; `said` is what is said of each that was done."""
    around = await organisation(visit.services.database)
    return [_told(around, each, said) for each in found.results]


def _told(around: Organisation, result: ResultView, said: str) -> Result:
    record, title = result.id.partition(".")[0], result.record.title if result.record else ""
    if result.problem is None:
        return Result(record, title, said, done=True)
    reasons = reasons_told(around, result.problem.reasons) or (result.problem.detail,)
    return Result(record, title, " ".join(reasons), done=False)
