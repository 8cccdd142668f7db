"""Health gates read real pages of metrics, and compare what they count at different times."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.actions import AgainError, Context, Refusal
from activities.counters import SourceError, read_counters
from activities.deploying import Deployed, Deploying
from activities.deployments import Counter, Deployments, Health
from activities.health import Gate, Rise, Watched, judged, rise
from store.database import Database
from store.samples import Sample
from tests.activities.servicing import Pages, operators_file, pages
from tests.activities.story import NOON, nowhere

HEALTH = Health(
    url="http://127.0.0.1:1/metrics",
    requests=Counter(name="http_requests_total"),
    errors=Counter(name="http_requests_total", labels={"code": "5.."}),
    max_error_ratio=0.02,
    min_requests=50,
)


class Now:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def context(database: Database, now: Now) -> Context:
    return Context("R1/1/new/do/0", "R1", "parcel", database, now, nowhere)


@pytest.fixture
def shop() -> Iterator[Pages]:
    with pages() as served:
        yield served


@pytest.fixture
def deployments(tmp_path: Path, shop: Pages) -> Deployments:
    return Deployments(operators_file(tmp_path, shop.url), tmp_path / "locks")


def between(since: float, until: float) -> Watched:
    times = (datetime.fromtimestamp(each, UTC).isoformat() for each in (since, until))
    return Watched(service="shop", target="ring_1", since=next(times), until=next(times))


@pytest.mark.parametrize("errors", [2, 3])
async def test_a_gate_judges_what_came_since_the_deployment(
    deployments: Deployments, context: Context, now: Now, shop: Pages, errors: int
) -> None:
    shop.count(1_000, 500)
    await Deploying(deployments).deploy(Deployed(service="shop", version="1.1", target="ring_1"), context)
    now.at = NOON + 600
    shop.count(1_100, 500 + errors)
    found = await Gate(deployments).judge(between(NOON + 2, now.at), context)
    assert (found.healthy, found.score, found.source) == (errors == 2, f"{100 - errors}.00", shop.url)
    assert found.reason == f"{errors} of 100 requests failed in 600 s ({errors / 100:.1%}); at most 2.0% may"


async def test_a_gate_waits_for_the_end_of_its_window(
    deployments: Deployments, context: Context, now: Now, shop: Pages
) -> None:
    times = iter((NOON, NOON, NOON + 0.001))
    waiting = replace(context, clock=lambda: next(times, NOON + 9))
    assert (
        await Gate(deployments).judge(between(NOON, NOON + 5), waiting)
    ).reason == "too few requests to judge: 0 in 9 s, of 50"


async def test_a_source_that_does_not_answer_is_tried_again(
    deployments: Deployments, context: Context, shop: Pages
) -> None:
    shop.status = 503
    with pytest.raises(AgainError, match=r"shop on ring_1: .* answers 503") as failed:
        await Gate(deployments).judge(between(NOON, NOON), context)
    assert failed.value.code == "source-unreachable"


async def test_a_gate_without_a_source_is_refused(deployments: Deployments, context: Context) -> None:
    with pytest.raises(Refusal, match='no source of health of service "shop" on target "ring_9"'):
        await Gate(deployments).judge(between(NOON, NOON).model_copy(update={"target": "ring_9"}), context)


@pytest.mark.parametrize(
    ("samples", "rose"),
    [
        ([(0, 10, 1)], (0, 0, 0)),
        ([(0, 10, 1), (60, 110, 3)], (100, 2, 60)),
        ([(-900, 0, 0), (-1, 500, 50), (60, 510, 50)], (10, 0, 61)),
        ([(-900, 0, 0), (2, 500, 50), (60, 510, 50)], (10, 0, 58)),
        ([(0, 100, 50), (30, 20, 1), (60, 30, 1)], (30, 1, 60)),
    ],
)
def test_counters_are_compared_from_the_nearest_sample_on(
    samples: list[tuple[float, float, float]], rose: tuple[float, float, float]
) -> None:
    assert rise([Sample(*each) for each in samples], 0) == Rise(*rose)


@pytest.mark.parametrize(
    ("rose", "healthy", "score"),
    [
        ((50, 1, 60), True, "98.00"),
        ((49, 0, 60), False, "100.00"),
        ((0, 0, 60), False, "0.00"),
        ((50, 90, 60), False, "0.00"),
    ],
)
def test_what_is_not_known_to_be_well_is_not(rose: tuple[float, float, float], healthy: bool, score: str) -> None:
    found = judged(HEALTH, Rise(*rose))
    assert (found.healthy, found.score) == (healthy, score)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"url": "http://127.0.0.1:1/metrics"}, "does not answer"),
        ({"requests": Counter(name="no_such_total")}, "has no counter no_such_total"),
        ({"requests": Counter(name="http_requests_total", labels={"code": "2"})}, "has no counter"),
    ],
)
async def test_a_page_without_the_counter_is_no_source(shop: Pages, change: dict[str, object], why: str) -> None:
    with pytest.raises(SourceError, match=why):
        await read_counters(HEALTH.model_copy(update={"url": shop.url, **change}))


async def test_a_page_that_is_no_metrics_is_no_source(shop: Pages) -> None:
    shop.instead = b"<html>Not { here</html>"
    with pytest.raises(SourceError, match="format"):
        await read_counters(HEALTH.model_copy(update={"url": shop.url}))
