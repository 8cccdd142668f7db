"""A row that comes as JSON is read by the same rules as one in a file, and each mistake has its path."""

from typing import Any

import pytest

from language.organisation import Organisation
from language.organisation_json import RowRefused, with_row
from language.organisation_removing import dangling, without
from language.reading import read_definition
from tests.language.test_intakes import TICKET
from tests.language.test_organisation import organisation, row, with_items

COMPANY = with_items()
START = {"summary": "=title", "caller": "ann", "key": "=group_key"}


@pytest.mark.parametrize("kind", COMPANY.rows)
def test_every_row_can_be_given_back_as_it_was_read(kind: str) -> None:
    for name, was in COMPANY.of(kind).items():
        assert row(with_row(COMPANY, kind, name, was), kind, name) == was


def test_a_row_is_added_or_replaced_and_the_rest_stays() -> None:
    after = with_row(COMPANY, "user", "kim", {"name": "Kim", "groups": ["desk"], "manager": None})
    assert (after.members("desk"), row(after, "user", "kim")["active"]) == (("ann", "eva.lang", "kim"), True)
    away = {"person": "kim", "from": "2026-05-04 08:00", "until": "2026-05-05T08:00:00Z", "calendar": "office"}
    assert row(with_row(after, "absence", "a1", away), "absence", "a1")["from"] == "2026-05-04T06:00:00Z"
    assert after.of("service") == COMPANY.of("service")


@pytest.mark.parametrize(
    ("kind", "name", "given", "path", "code"),
    [
        ("user", "kim", {"manager": "anne"}, "manager", "unknown-user"),
        ("user", "kim", {"groups": ["desk", "dsk"]}, "groups.1", "unknown-group"),
        ("user", "eva.lang", {"manager": 7, "emial": "x"}, "emial", "unknown-key"),
        ("user", "kim b", {}, "", "bad-id"),
        ("user", "kim", {"active": "yes"}, "active", "wrong-kind"),
        ("user", "kim", {"email": 1.5}, "email", "bad-email"),
        ("calendar", "x", {"zone": "UTC", "hours": {"mon": ["9-17"]}}, "hours.mon.0", "bad-hours"),
        ("calendar", "x", {"zone": "UTC"}, "", "missing-key"),
        ("calendar", "x", {"zone": "UTC", "hours": {"mon": {"a": {"b": {}}}}}, "hours.mon", "wrong-kind"),
        ("service", "mail", {"communication": [{"audience": "dsk"}]}, "communication.0", "missing-key"),
        ("configuration_item", "rack", {"part_of": "disk1"}, "", "bad-relation"),
        ("absence", "a1", {"person": "ann", "from": "soon", "until": True}, "from", "bad-value"),
        ("intake", "x", {"process": "p", "key": "group", "start": {"a": "=titel"}}, "start.a", "unknown-name"),
    ],
)
def test_a_mistake_has_its_path(kind: str, name: str, given: dict[str, Any], path: str, code: str) -> None:
    base = COMPANY if kind != "configuration_item" else with_row(COMPANY, kind, "disk1", {"hosted_on": "rack"})
    if kind == "configuration_item":
        base = with_row(base, kind, "disk1", {"part_of": "rack"})
    with pytest.raises(RowRefused) as refused:
        with_row(base, kind, name, given)
    assert (path, code) in [(each.path, each.code) for each in refused.value.problems]
    assert str(refused.value)


def test_a_mistake_says_what_to_do() -> None:
    with pytest.raises(RowRefused, match=r'manager: no person named "anne". Did you mean "ann"\?'):
        with_row(COMPANY, "user", "kim", {"manager": "anne"})


def deep(levels: int) -> Any:
    return {"a": deep(levels - 1)} if levels else [1]


def test_what_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(RowRefused):
        with_row(COMPANY, "user", "kim", {"name": deep(500)})


def test_what_names_a_row_that_is_taken_out_is_listed() -> None:
    assert dangling(COMPANY) == ()
    gone = dangling(without(COMPANY, "group", "desk"))
    assert "groups.desk" not in " ".join(map(str, gone))
    assert [str(each) for each in gone] == [
        "people.ann.groups names desk",
        "people.eva.lang.groups names desk",
        "services.mail.group names desk",
        "services.shop.communication names desk",
        "configuration_items.rack.group names desk",
        "rotas.nights.group names desk",
    ]
    assert [each.named for each in dangling(without(COMPANY, "user", "bob"))] == ["bob", "bob", "bob"]


def test_nothing_is_missed_of_what_nobody_names() -> None:
    assert dangling(without(organisation(), "freeze", "year_end")) == ()
    assert without(Organisation(), "user", "ann").of("user") == {}


@pytest.mark.parametrize(
    ("given", "path", "code"),
    [
        ({"process": "tikcet"}, "process", "unknown-process"),
        ({"repeated": "alert.gone"}, "repeated", "unknown-event"),
        ({"start": {**START, "summary": "=alerts > title"}}, "start.summary", "wrong-type"),
    ],
)
def test_a_way_in_is_held_against_its_process(given: dict[str, Any], path: str, code: str) -> None:
    base, processes = {"process": "ticket", "key": "group", "start": START}, {"ticket": read_definition(TICKET)}
    assert with_row(COMPANY, "intake", "x", base, processes).intake("x").process == "ticket"
    with pytest.raises(RowRefused) as refused:
        with_row(COMPANY, "intake", "x", {**base, **given}, processes)
    assert (path, code) in [(each.path, each.code) for each in refused.value.problems]
