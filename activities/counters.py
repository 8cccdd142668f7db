"""Reads what a page of metrics in Prometheus' text format counts, at an address that the operator's file gives."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import httpx2
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample as Line

from activities.deployments import Counter, Health

PATIENCE = 10.0
"""Seconds within which the page must be there."""
LARGEST = 10_000_000
"""Bytes of a page."""


class SourceError(Exception):
    """A page does not answer, is none, or does not have the counter; the message says which."""


class Counters(NamedTuple):
    """All requests so far, and those that failed."""

    requests: float
    errors: float


async def read_counters(source: Health) -> Counters:
    """Read both counters now. A failure that has never happened is often not on the page: it counts 0.

    Raises SourceError.
    """
    lines = _lines(await _page(source.url))
    requests = list(_of(source.requests, lines))
    if not requests:
        raise SourceError(f"{source.url} has no counter {source.requests.name} with these labels")
    return Counters(sum(requests), sum(_of(source.errors, lines)))


async def _page(url: str) -> str:
    page = bytearray()
    try:
        async with httpx2.AsyncClient(timeout=PATIENCE, trust_env=False) as http, http.stream("GET", url) as answer:
            if not answer.is_success:
                raise SourceError(f"{url} answers {answer.status_code}")
            async for chunk in answer.aiter_bytes():
                page += chunk
                if len(page) > LARGEST:
                    raise SourceError(f"{url} is larger than {LARGEST:,} bytes")
    except httpx2.HTTPError as error:
        raise SourceError(f"{url} does not answer ({str(error) or type(error).__name__})") from error
    return page.decode("utf-8", "replace")


def _lines(page: str) -> list[Line]:
    try:
        return [line for family in text_string_to_metric_families(page) for line in family.samples]
    except ValueError as error:
        raise SourceError(f"the page is not in Prometheus' text format: {error}") from error


def _of(counter: Counter, lines: list[Line]) -> Iterator[float]:
    """Give the values whose labels match; two pages or threads may count the same thing, so there may be many."""
    for line in lines:
        if line.name == counter.name and all(
            re.fullmatch(pattern, line.labels.get(label, "")) for label, pattern in counter.labels.items()
        ):
            yield line.value
