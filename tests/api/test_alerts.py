"""What an Alertmanager says becomes occurrences that an intake can read."""

from decimal import Decimal
from typing import Any

import pytest

from api.alerts import Notification, occurrences, without


def an_alert(**given: Any) -> dict[str, Any]:
    """Give an alert as Alertmanager sends it."""
    return {
        "status": "firing",
        "labels": {"alertname": "DiskFull", "instance": "db1"},
        "annotations": {"summary": "Disk of db1 is full"},
        "startsAt": "2026-03-06T10:00:00.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.test/graph",
        "fingerprint": "ab12",
        **given,
    }


def a_notification(*alerts: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Give a notification as Alertmanager sends it; what is common is that of the first alert."""
    told = alerts or (an_alert(),)
    return {
        "version": "4",
        "groupKey": '{}:{alertname="DiskFull"}',
        "truncatedAlerts": 0,
        "status": "firing" if any(each["status"] == "firing" for each in told) else "resolved",
        "receiver": "steward",
        "groupLabels": {"alertname": "DiskFull"},
        "commonLabels": dict(told[0]["labels"]),
        "commonAnnotations": dict(told[0]["annotations"]),
        "externalURL": "http://alertmanager.test",
        "alerts": list(told),
        **given,
    }


def read(notification: dict[str, Any], key: str = "group") -> list[Any]:
    return list(occurrences(Notification.model_validate(notification), key))


def test_a_group_is_one_occurrence() -> None:
    [found] = read(a_notification(an_alert(), an_alert(status="resolved"), an_alert()))
    assert not found.over
    assert found.known["group_key"] == 'steward:{}:{alertname="DiskFull"}'
    assert (found.known["title"], found.known["alerts"]) == ("Disk of db1 is full", Decimal(2))
    assert (found.known["url"], found.known["status"]) == ("http://prometheus.test/graph", "firing")


def test_a_group_is_over_when_all_of_it_is() -> None:
    [found] = read(a_notification(an_alert(status="resolved")))
    assert (found.over, found.known["alerts"]) == (True, Decimal(0))


def test_by_fingerprint_every_alert_is_an_occurrence() -> None:
    told = a_notification(an_alert(), an_alert(fingerprint="cd34", status="resolved"))
    found = read(told, "fingerprint")
    assert [(each.known["group_key"], each.over) for each in found] == [("ab12", False), ("cd34", True)]


def test_an_alert_without_a_fingerprint_is_known_by_its_labels() -> None:
    one, same, other = (
        read(a_notification(an_alert(fingerprint="", labels=labels)), "fingerprint")[0].known["group_key"]
        for labels in ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}, {"a": "2"})
    )
    assert one == same != other


@pytest.mark.parametrize(
    ("annotations", "labels", "group_labels", "title"),
    [
        ({"summary": "Full"}, {"alertname": "Disk"}, {}, "Full"),
        ({"title": "Grafana's"}, {"alertname": "Disk"}, {}, "Grafana's"),
        ({"summary": "two\nlines"}, {}, {}, "two lines"),
        ({}, {"alertname": "Disk"}, {}, "Disk"),
        ({}, {}, {"cluster": "a", "job": "b"}, "a, b"),
        ({}, {}, {}, "steward"),
        ({"summary": "x" * 300}, {}, {}, "x" * 199 + "…"),
        ({"summary": "bell\x07"}, {}, {}, "bell\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_the_title_is_the_best_line_there_is(
    annotations: dict[str, str], labels: dict[str, str], group_labels: dict[str, str], title: str
) -> None:
    told = a_notification(an_alert(annotations=annotations, labels=labels), groupLabels=group_labels)
    assert read(told)[0].known["title"] == title


def test_a_long_key_is_shortened_and_stays_its_own() -> None:
    one, other = (read(a_notification(groupKey="x" * 2_000 + end))[0].known["group_key"] for end in "ab")
    assert len(one) < 600
    assert one != other


def test_members_that_are_not_known_are_ignored() -> None:
    grafana = a_notification(an_alert(values={"B": 1}, dashboardURL="x"), orgId=1, state="alerting", title="[FIRING:1]")
    assert len(read(grafana)) == 1


def test_what_the_organisation_does_not_know_can_be_left_out() -> None:
    [found] = read(a_notification())
    assert without(found.known, {"db1": None})["labels"] == {"alertname": "DiskFull"}
    assert without(found.known, {"db1": None})["title"] == found.known["title"]


@pytest.mark.parametrize("key", ["", "  "])
def test_groups_without_a_key_are_told_apart_by_their_labels(key: str) -> None:
    told = [a_notification(groupKey=key, groupLabels={"alertname": name}) for name in ("One", "Two", "One")]
    one, two, again = (read(each)[0].known["group_key"] for each in told)
    assert (one == again, one == two) == (True, False)
