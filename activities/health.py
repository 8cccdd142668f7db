"""The action `health.gate`: whether enough requests of a service on a target succeed, by counters that it reads.

Samples of the counters are kept in the store: one when a deployment ends, and those that the gate takes until its
window is over. A worker's death loses none, and a counter that began anew shows between two of them.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Annotated, NamedTuple

from activities.actions import ActionModel, AgainError, Context, Text
from activities.counters import SourceError, read_counters
from activities.deployments import Deployments, Health
from language.values import FieldType, Shape
from store.samples import Sample, add_sample, samples_of

Number = Annotated[str, Shape(FieldType.NUMBER)]
Time = Annotated[str, Shape(FieldType.DATETIME)]
YesNo = Annotated[bool, Shape(FieldType.YES_NO)]
BETWEEN = 20
"""Samples that are taken in a window which is not over yet."""


class Watched(ActionModel):
    """Which target of a service, and from when until when."""

    service: Text
    target: Text
    since: Time
    until: Time


class Judged(ActionModel):
    """Whether it is well, how many per cent of requests succeeded, why in words, and where that was read."""

    healthy: YesNo
    score: Number
    reason: Text
    source: Text


class Rise(NamedTuple):
    """By how much counters rose in how many seconds."""

    requests: float
    errors: float
    seconds: float


class Gate:
    """The action, on sources that the operator's file allows."""

    def __init__(self, deployments: Deployments) -> None:
        """Keep the file."""
        self._deployments = deployments

    async def judge(self, wanted: Watched, context: Context) -> Judged:
        """Wait until the window is over, and judge it.

        Refuses with `not-allowed`; fails, and may be tried again, with `source-unreachable`.
        """
        source = self._deployments.health(wanted.service, wanted.target)
        place, since, until = f"{wanted.service} on {wanted.target}", _at(wanted.since), _at(wanted.until)
        while (left := until - context.clock()) > 0:
            await _take(source, place, context)
            await asyncio.sleep(min(left, max(1.0, (until - since) / BETWEEN)))
        await _take(source, place, context)
        return judged(source, rise(await samples_of(context.database, place), since))


async def _take(source: Health, place: str, context: Context) -> None:
    try:
        counters = await read_counters(source)
    except SourceError as away:
        raise AgainError(f"{place}: {away}", code="source-unreachable") from away
    await add_sample(context.database, place, Sample(context.clock(), *counters))


def rise(samples: Sequence[Sample], since: float) -> Rise:
    """Say by how much counters rose since the sample nearest to a time; a counter that fell began anew at 0."""
    first = min(range(len(samples)), key=lambda each: abs(samples[each].at - since))
    taken = samples[first:]
    steps = [(_step(old.requests, new.requests), _step(old.errors, new.errors)) for old, new in pairwise(taken)]
    return Rise(sum(each for each, _ in steps), sum(each for _, each in steps), taken[-1].at - taken[0].at)


def judged(source: Health, rose: Rise) -> Judged:
    """Judge by the operator's limits; too few requests say nothing, and what is not known to be well is not."""
    ratio = min(rose.errors / rose.requests, 1.0) if rose.requests else 1.0
    counted = f"{rose.errors:.0f} of {rose.requests:.0f} requests failed in {rose.seconds:.0f} s ({ratio:.1%})"
    if rose.requests < source.min_requests:
        healthy, reason = (
            False,
            f"too few requests to judge: {rose.requests:.0f} in {rose.seconds:.0f} s, of {source.min_requests}",
        )
    else:
        healthy, reason = ratio <= source.max_error_ratio, f"{counted}; at most {source.max_error_ratio:.1%} may"
    return Judged(healthy=healthy, score=f"{(1 - ratio) * 100:.2f}", reason=reason, source=source.url)


def _step(old: float, new: float) -> float:
    return new - old if new >= old else new


def _at(written: str) -> float:
    at = datetime.fromisoformat(written)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
