"""What an Alertmanager says (Grafana speaks the same, with more), as occurrences that an intake definition can read.

An occurrence is a whole group of alerts or a single alert. A group goes on while one of its alerts does.
"""

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from engine.outside import clean
from language.values import Value

FIRING, RESOLVED = "firing", "resolved"
LONGEST = 10_000
"""Characters of a label or an annotation that are read."""
LONGEST_TITLE = 200
LONGEST_KEY = 500
TITLES = ("summary", "title")
"""Annotations that say in a line what is wrong."""


class Alert(BaseModel):
    """One alert; what it does not have of this, and what it has besides, does not matter."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    status: str = FIRING
    labels: Mapping[str, str] = Field(default_factory=dict)
    annotations: Mapping[str, str] = Field(default_factory=dict)
    url: str = Field("", alias="generatorURL")
    fingerprint: str = ""


class Notification(BaseModel):
    """The body of Alertmanager's webhook, version 4; unknown members are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    receiver: str = ""
    status: Literal["firing", "resolved"]
    group_key: str = Field("", alias="groupKey")
    group_labels: Mapping[str, str] = Field(default_factory=dict, alias="groupLabels")
    labels: Mapping[str, str] = Field(default_factory=dict, alias="commonLabels")
    annotations: Mapping[str, str] = Field(default_factory=dict, alias="commonAnnotations")
    url: str = Field("", alias="externalURL")
    alerts: list[Alert] = Field(min_length=1)


class Occurrence(NamedTuple):
    """Something that began, goes on or is over: what an intake's values may read of it, by name."""

    over: bool
    known: Mapping[str, Value]


def occurrences(notification: Notification, key: str) -> Iterator[Occurrence]:
    """Give what a notification tells: one occurrence for its group, or (`key` is `fingerprint`) one for each alert."""
    if key == "fingerprint":
        for alert in notification.alerts:
            name = alert.fingerprint or _digest(sorted(alert.labels.items()))
            yield _occurrence(alert, name, 1)
        return
    together = notification.group_labels or notification.labels or notification.alerts[0].labels
    group = notification.group_key.strip() or _digest(sorted(together.items()))
    name = f"{notification.receiver}:{group}"
    firing = sum(alert.status != RESOLVED for alert in notification.alerts)
    url = notification.alerts[0].url or notification.url
    whole = Alert(status=notification.status, labels=notification.labels, annotations=notification.annotations, url=url)
    fallback = ", ".join(notification.group_labels.values()) or notification.receiver
    yield _occurrence(whole, name, firing, fallback)


def without(known: Mapping[str, Value], texts: Mapping[str, None]) -> Mapping[str, Value]:
    """Give what is known without the labels and annotations that say one of these texts."""
    return {
        name: {key: text for key, text in value.items() if text not in texts} if isinstance(value, Mapping) else value
        for name, value in known.items()
    }


def _occurrence(alert: Alert, name: str, firing: int, fallback: str = "") -> Occurrence:
    labels, annotations = _texts(alert.labels), _texts(alert.annotations)
    titles = (*(annotations.get(each) for each in TITLES), labels.get("alertname"), fallback, "Alert")
    title = next(text for text in titles if text and text.strip())
    known: dict[str, Value] = {
        "title": _cut(" ".join(title.split()), LONGEST_TITLE),
        "labels": labels,
        "annotations": annotations,
        "alerts": Decimal(firing),
        "url": clean(alert.url) or None,
        "severity": labels.get("severity"),
        "status": alert.status,
        "group_key": _short(clean(name)),
    }
    return Occurrence(alert.status == RESOLVED, known)


def _texts(given: Mapping[str, str]) -> dict[str, str]:
    return {clean(name): _cut(clean(text), LONGEST) for name, text in given.items() if text}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _short(key: str) -> str:
    """Give a key that is not too long for a field, and still no other group's."""
    one_line = " ".join(key.split())
    return one_line if len(one_line) <= LONGEST_KEY else f"{one_line[:LONGEST_KEY]}…{_digest(key)}"


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]
