"""The organisation is read from files, checked as a whole, and answers what expressions ask of it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from language.codes import CODES
from language.definition import Literal
from language.expressions import Expression, Text
from language.loader import load
from language.organisation import Organisation, OrganisationError, Row, hours_of
from language.organisation_checks import ahead
from language.organisation_reading import OrganisationMistakes, read_organisation, read_rows
from language.problems import LanguageError

ORGANISATION = Path(__file__).parents[2] / "definitions" / "organisation"

PEOPLE = """\
people:
  ann: {name: Ann Berg, email: ann@example.org, manager: bob, roles: [agent], groups: [desk]}
  bob: {roles: agent, groups: [], active: false}
  eva.lang: {groups: [desk]}
roles: {agent: {title: Agent}}
groups: {desk: {title: Service desk, lead: ann}}
"""
SERVICES = """\
services:
  mail: {title: E-mail, owner: ann, group: desk, criticality: high, agreement: gold}
  web-shop: {}
configuration_items: {mail01: {service: mail, owner: bob}}
agreements: {gold: {calendar: office, targets: {response: {P1: 15 minute}}}}
calendars:
  office:
    zone: Europe/Berlin
    hours: {mon: 09:00-17:30, tue: [09:00-12:30, 13:00-17:30]}
    holidays: [2026-12-25]
freezes:
  year_end: {services: [mail], from: 2026-12-18 18:00, until: 2027-01-04 09:00, calendar: office}
  now_and_then: {services: all, from: 2026-07-01 00:00, until: 2026-07-02 00:00}
intakes:
  alerts:
    process: incident
    key: group
    start: {summary: =title, text: "{{ labels.job }}", caller: ann, count: 1}
    resolved: alert_resolved
"""


ITEMS = """\
services:
  shop:
    depends_on: [mail]
    conflicts: block
    communication: [{audience: desk, channel: mail, every: 30 minutes}]
    rings: [{name: A few, percent: 5, bake: 1 hour, target: few}]
configuration_items:
  db: {class: database, environment: test, criticality: high, depends_on: [disk1, disk2], redundancy: 1 of 2}
  disk1: {hosted_on: rack, window: {sat: 22:00-24:00}, calendar: office}
  disk2: {hosted_on: rack}
  rack: {group: desk, part_of: hall}
  hall: {}
calendars:
  uk: {zone: Europe/London, hours: {mon: 09:00-17:00}, holidays: [25 December, Easter + 1 day, last Monday in August]}
freezes:
  gear: {classes: database, items: [hall], from: 2026-12-18 18:00, until: 2027-01-04 09:00, waived_by: [agent, bob]}
maintenances:
  disks: {title: New disks, items: [disk1], from: 2026-12-05 22:00, until: 2026-12-06 02:00, calendar: office}
rotas:
  nights:
    {group: desk, people: [ann, eva.lang], from: 2026-01-05 09:00, every: 1 week, calendar: office,
     hours: {sat: 09:00-24:00}}
"""


def with_items(items: str = ITEMS) -> Organisation:
    return read_organisation({"people.yaml": PEOPLE, "services.yaml": SERVICES, "items.yaml": items})


def organisation(people: str = PEOPLE, services: str = SERVICES) -> Organisation:
    return read_organisation({"people.yaml": people, "services.yaml": services})


def row(rows: Organisation, kind: str, name: str) -> Row:
    found = rows.find(kind, name)
    assert found is not None
    return found


def mistakes(people: str = PEOPLE, services: str = SERVICES) -> OrganisationMistakes:
    with pytest.raises(OrganisationMistakes) as refused:
        organisation(people, services)
    return refused.value


def test_rows_come_from_several_files_and_know_what_was_not_written() -> None:
    rows = organisation()
    assert rows.find("user", "bob") == {
        "name": "Bob",
        "email": None,
        "manager": None,
        "roles": ["agent"],
        "groups": [],
        "active": False,
    }
    assert row(rows, "agreement", "gold")["targets"] == {"response": {"P1": "15 minutes"}}
    assert rows.label("service", "web-shop") == "Web-shop"
    assert rows.label("service", "web") is None


def test_an_agreement_gives_a_target_without_options_one_duration() -> None:
    rows = organisation(services=SERVICES.replace("{P1: 15 minute}", "4 hours"))
    assert row(rows, "agreement", "gold")["targets"] == {"response": {"": "4 hours"}}


def test_attributes_are_plain_values_with_labels() -> None:
    rows = organisation()
    assert rows.attribute("service", "mail", "owner") == {"id": "ann", "label": "Ann Berg"}
    assert rows.attribute("service", "mail", "criticality") == "high"
    assert rows.attribute("service", "web-shop", "owner") is None
    assert rows.attribute("service", "shop", "owner") is None
    assert rows.attribute("service", "mail", "colour") is None
    assert rows.attribute("group", "desk", "members") == [
        {"id": "ann", "label": "Ann Berg"},
        {"id": "eva.lang", "label": "Eva.lang"},
    ]
    assert rows.attribute("user", "ann", "groups") == [{"id": "desk", "label": "Service desk"}]


def test_a_row_that_was_stored_before_there_was_such_a_list_has_none() -> None:
    assert Organisation({"service": {"mail": {"title": "Mail"}}}).attribute("service", "mail", "communication") is None


def test_only_active_people_are_members_and_holders() -> None:
    assert organisation().members("desk") == ("ann", "eva.lang")
    assert organisation().holders("agent") == ("ann",)


def test_a_calendar_knows_the_clock_changes_around_a_day() -> None:
    calendar = organisation().calendar("office", date(2026, 3, 6))
    assert calendar.hours[1] == ((540, 750), (780, 1050))
    assert calendar.hours[2] == ()
    assert datetime.fromtimestamp(calendar.offsets[0][0], UTC).year == 2025
    assert calendar is organisation().calendar("office", date(2026, 12, 6))
    with pytest.raises(OrganisationError, match=r'no calendar named "offce". Did you mean "office"\?'):
        organisation().calendar("offce", date(2026, 3, 6))


def test_an_intake_has_its_values_ready() -> None:
    intake = organisation().intake("alerts")
    assert (intake.process, intake.key, intake.repeated, intake.resolved) == (
        "incident",
        "group",
        None,
        "alert_resolved",
    )
    assert isinstance(intake.start["summary"], Expression)
    assert isinstance(intake.start["text"], Text)
    assert intake.start["caller"] == Literal("ann")
    with pytest.raises(OrganisationError, match="no intake"):
        organisation().intake("pager")


def test_the_times_of_a_freeze_are_those_of_its_calendar() -> None:
    rows = organisation()
    assert row(rows, "freeze", "year_end")["from"] == "2026-12-18T17:00:00Z"
    assert row(rows, "freeze", "now_and_then")["from"] == "2026-07-01T00:00:00Z"


@pytest.mark.parametrize(
    ("clock", "hours"),
    [
        ("2026-03-29 01:59", 1),
        ("2026-03-29 02:30", 1),
        ("2026-03-29 03:00", 2),
        ("2026-10-25 02:30", 2),
        ("2026-10-25 03:00", 1),
    ],
)
def test_a_time_shown_twice_is_the_first_and_a_skipped_one_moves_forward(clock: str, hours: int) -> None:
    assert ahead("Europe/Berlin", datetime.fromisoformat(clock)) == hours * 3_600


def test_an_organisation_survives_json() -> None:
    assert Organisation.from_json(organisation().to_json()) == organisation()


def test_a_test_adds_and_replaces_rows() -> None:
    freeze = "{services: all, from: 2026-01-01 00:00, until: 2026-01-02 00:00, calendar: office}"
    extra = load(f"people: {{ann: {{groups: []}}, kim: {{groups: [desk]}}}}\nfreezes: {{f: {freeze}}}")
    rows = read_rows(extra, organisation())
    assert rows.members("desk") == ("eva.lang", "kim")
    assert rows.label("user", "ann") == "Ann"
    assert row(rows, "freeze", "f")["from"] == "2025-12-31T23:00:00Z"
    with pytest.raises(LanguageError, match=r'1:25 unknown-group: no group named "dsk". Did you mean "desk"\?'):
        read_rows(load("people: {kim: {groups: [dsk]}}"), organisation())


def test_what_is_written_in_another_organisation_may_be_named() -> None:
    more = read_organisation({"more.yaml": "people: {kim: {groups: [desk], manager: ann}}"}, organisation())
    assert more.members("desk") == ("ann", "eva.lang", "kim")


SEEDS = [
    ("people.yaml", "unknown-role", "roles: [agent]", "roles: [agnt]"),
    ("people.yaml", "unknown-group", "groups: [desk]}\n  bob", "groups: [dsk]}\n  bob"),
    ("people.yaml", "unknown-user", "manager: bob", "manager: bbo"),
    ("people.yaml", "bad-email", "ann@example.org", "ann"),
    ("people.yaml", "bad-id", "manager: bob", 'manager: "bob b"'),
    ("people.yaml", "bad-id", "  bob:", '  "bob b":'),
    ("people.yaml", "bad-name", "groups: {desk:", "groups: {Desk:"),
    ("people.yaml", "unknown-key", "active: false", "activ: false"),
    ("people.yaml", "unknown-key", "roles: {agent", "rols: {agent"),
    ("people.yaml", "wrong-kind", "roles: {agent: {title: Agent}}", "roles: [agent]"),
    ("people.yaml", "wrong-kind", "manager: bob", "manager: [bob]"),
    ("people.yaml", "syntax", "name: Ann Berg", "name: [Ann Berg"),
    ("services.yaml", "unknown-service", "services: [mail]", "services: [mial]"),
    ("services.yaml", "unknown-agreement", "agreement: gold", "agreement: glod"),
    ("services.yaml", "unknown-calendar", "calendar: office, targets", "calendar: offce, targets"),
    ("services.yaml", "bad-choice", "criticality: high", "criticality: huge"),
    ("services.yaml", "bad-duration", "P1: 15 minute", "P1: soon"),
    ("services.yaml", "wrong-kind", "response: {P1: 15 minute}", "response: [15 minutes]"),
    ("services.yaml", "bad-duration", "response: {P1: 15 minute}", "response: soon"),
    ("services.yaml", "wrong-kind", "hours: {mon: 09:00-17:30,", "hours: {mon: {a: b},"),
    ("services.yaml", "bad-calendar", "zone: Europe/Berlin", "zone: Europe/Berln"),
    ("services.yaml", "bad-calendar", "13:00-17:30", "12:00-17:30"),
    ("services.yaml", "bad-hours", "mon: 09:00-17:30", "mon: 9-17"),
    ("services.yaml", "bad-holiday", "2026-12-25", "2026-13-25"),
    ("services.yaml", "bad-value", "from: 2026-12-18 18:00", "from: soon"),
    ("services.yaml", "bad-freeze", "until: 2027-01-04 09:00", "until: 2026-01-04 09:00"),
    ("services.yaml", "unknown-name", "=title", "=titel"),
    ("services.yaml", "unknown-name", "labels.job", "lables.job"),
    (
        "services.yaml",
        "wrong-kind",
        'start: {summary: =title, text: "{{ labels.job }}", caller: ann, count: 1}',
        "start: x",
    ),
    ("services.yaml", "missing-key", "    process: incident\n", ""),
]


@pytest.mark.parametrize(("file", "code", "old", "new"), SEEDS)
def test_a_seeded_mistake_is_found_in_its_file(file: str, code: str, old: str, new: str) -> None:
    texts = {"people.yaml": PEOPLE, "services.yaml": SERVICES}
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new, 1)
    found = mistakes(texts["people.yaml"], texts["services.yaml"])
    assert code in [problem.code for problem in found.files[file]]
    assert f"{file}:" in str(found)
    assert code in CODES


def test_a_row_in_two_files_is_refused() -> None:
    found = mistakes(services=SERVICES + "people: {bob: {}}\n")
    assert [problem.code for problem in found.files["services.yaml"]] == ["duplicate-row"]


def test_opening_hours_go_from_monday_to_sunday() -> None:
    assert hours_of({"sun": ["00:00-24:00"]}) == ((),) * 6 + (((0, 1_440),),)


LEAST = {"user": 41, "service": 12, "configuration_item": 60, "calendar": 3, "rota": 2, "freeze": 1, "absence": 2}
"""How much a company needs to be believed; one of the people is a program."""


def test_the_company_we_ship_is_sound() -> None:
    rows = read_organisation({path.name: path.read_text() for path in sorted(ORGANISATION.glob("*.yaml"))})
    assert [len(rows.of(kind)) >= least for kind, least in LEAST.items()] == [True] * len(LEAST)
    assert row(rows, "user", "dana")["roles"] == ["administrator", "agent"]
    assert "dana" in rows.members("service_desk")
    assert rows.calendar("always", date(2026, 1, 1)).open_between(0.0, 86_400.0) == 86_400.0


ABSENCES = "absences: {{may: {{person: ann, from: 2026-05-04 00:00, until: {until}, delegate: {delegate}}}}}\n"


def test_an_absence_is_read_on_the_clocks_of_its_calendar() -> None:
    absences = ABSENCES.format(until="2026-05-09 00:00", delegate="bob").replace("ann,", "ann, calendar: office,")
    rows = organisation(PEOPLE + absences)
    assert row(rows, "absence", "may")["from"] == "2026-05-03T22:00:00Z"


@pytest.mark.parametrize(
    ("until", "delegate", "said"),
    [
        ("2026-05-01 00:00", "bob", "bad-absence: it ends before it begins. Exchange from and until."),
        ("2026-05-09 00:00", "ann", "bad-absence: ann cannot stand in for themselves. Name somebody else"),
        ("2026-05-09 00:00", "bib", 'unknown-user: no person named "bib". Did you mean "bob"?'),
    ],
)
def test_an_absence_that_cannot_be_is_refused(until: str, delegate: str, said: str) -> None:
    assert said in str(mistakes(PEOPLE + ABSENCES.format(until=until, delegate=delegate)))


PLAN = """\
services:
  shop:
    communication:
      - {audience: desk, channel: mail, every: 30 minute}
      - {audience: desk, channel: a call, every: 1 business day}
"""


def test_a_service_has_a_communication_plan_of_rows() -> None:
    rows = organisation(services=PLAN)
    first = {"audience": {"id": "desk", "label": "Service desk"}, "channel": "mail", "every": "30 minutes"}
    assert rows.attribute("service", "shop", "communication")[0] == first  # type: ignore[index]
    without = rows.merged(read_organisation({"more.yaml": "services: {mail: {}}"}))
    assert without.attribute("service", "mail", "communication") is None


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("{audience: dek, channel: mail, every: 1 hour}", "unknown-group"),
        ("{audience: desk, channel: mail}", "missing-key"),
        ("{audience: desk, channel: mail, every: often}", "bad-duration"),
        ("desk", "wrong-kind"),
    ],
)
def test_a_row_of_a_plan_names_a_group_a_channel_and_how_often(row: str, code: str) -> None:
    found = mistakes(services=f"services: {{shop: {{communication: [{row}]}}}}")
    assert [problem.code for problem in found.files["services.yaml"]] == [code]


RINGS = """\
services:
  shop:
    test_threshold: 95
    rings:
      - {name: A few, percent: 5, bake: 30 minute, target: few}
      - {name: All, percent: 100, bake: 1 day, target: all, no_return: true}
"""


def test_a_service_has_rings_in_their_order_and_says_how_many_tests_must_pass() -> None:
    rows = organisation(services=RINGS)
    few = {"name": "A few", "percent": 5, "bake": "30 minutes", "target": "few", "no_return": False}
    rings = rows.attribute("service", "shop", "rings")
    assert rings == [few, {"name": "All", "percent": 100, "bake": "1 day", "target": "all", "no_return": True}]
    assert rows.attribute("service", "shop", "test_threshold") == 95
    without = rows.merged(read_organisation({"more.yaml": "services: {mail: {}}"}))
    assert (without.attribute("service", "mail", "rings"), without.attribute("service", "mail", "test_threshold")) == (
        None,
        100,
    )


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("{name: A few, percent: 0, bake: 1 hour, target: few}", "bad-number"),
        ("{name: A few, percent: 5, bake: 1 hour}", "missing-key"),
        ("{name: A few, percent: 5, bake: long, target: few}", "bad-duration"),
        ("few", "wrong-kind"),
    ],
)
def test_a_mistake_in_a_ring_is_found(row: str, code: str) -> None:
    found = mistakes(services=f"services: {{shop: {{rings: [{row}]}}}}")
    assert [problem.code for problem in found.files["services.yaml"]] == [code]


def test_planned_maintenance_is_read_on_the_clocks_of_its_calendar() -> None:
    text = SERVICES + "maintenances: {disk: {items: [mail01], from: 2026-03-08 02:00, until: 2026-03-08 04:00"
    placed = row(organisation(services=f"{text}, calendar: office}}}}"), "maintenance", "disk")
    assert (placed["from"], placed["until"]) == ("2026-03-08T01:00:00Z", "2026-03-08T03:00:00Z")
    wrong = mistakes(services=text.replace("[mail01]", "[mail02]") + "}}")
    assert [problem.code for problem in wrong.problems] == ["unknown-configuration-item"]


def test_items_have_relations_and_services_depend_on_others() -> None:
    rows = with_items()
    assert rows.attribute("configuration_item", "db", "depends_on") == [
        {"id": "disk1", "label": "Disk1"},
        {"id": "disk2", "label": "Disk2"},
    ]
    assert rows.attribute("configuration_item", "rack", "part_of") == {"id": "hall", "label": "Hall"}
    assert (row(rows, "service", "mail")["depends_on"], row(rows, "service", "mail")["conflicts"]) == ([], "warn")


def test_holidays_that_come_every_year_are_dated_when_the_calendar_is_taken() -> None:
    holidays = with_items().calendar("uk", date(2026, 3, 6)).holidays
    assert holidays[:3] == ("2025-04-21", "2025-08-25", "2025-12-25")
    assert (len(holidays), holidays[-1]) == (21, "2031-12-25")


def test_the_times_of_maintenance_and_of_a_rota_are_those_of_their_calendar() -> None:
    rows = with_items()
    assert row(rows, "maintenance", "disks")["from"] == "2026-12-05T21:00:00Z"
    assert (row(rows, "rota", "nights")["from"], row(rows, "rota", "nights")["every"]) == (
        "2026-01-05T08:00:00Z",
        "1 week",
    )


ITEM_SEEDS = [
    ("bad-choice", "conflicts: block", "conflicts: blok"),
    ("bad-redundancy", "1 of 2", "1 of 3"),
    ("bad-redundancy", "1 of 2", "3 of 2"),
    ("bad-redundancy", "1 of 2", "half"),
    ("bad-redundancy", "depends_on: [disk1, disk2], ", ""),
    ("unknown-configuration-item", "hosted_on: rack}", "hosted_on: rck}"),
    ("bad-relation", "hall: {}", "hall: {part_of: rack}"),
    ("bad-relation", "disk2: {hosted_on: rack}", "disk2: {depends_on: [db]}"),
    ("bad-relation", "services:\n", "services:\n  mall: {depends_on: [mall]}\n"),
    ("bad-freeze", "classes: database, items: [hall], ", ""),
    ("unknown-role", "waived_by: [agent, bob]", "waived_by: [agent, bbo]"),
    ("missing-key", "items: [disk1], ", ""),
    ("bad-maintenance", "until: 2026-12-06 02:00", "until: 2026-12-05 02:00"),
    ("bad-rota", "every: 1 week", "every: 0 weeks"),
    ("nothing-here", "people: [ann, eva.lang]", "people: []"),
    ("unknown-group", "group: desk, people", "group: dsk, people"),
    ("wrong-kind", "holidays: [25 December,", "holidays: [[25 December],"),
    ("bad-name", "class: database", "class: Data base"),
]


@pytest.mark.parametrize(("code", "old", "new"), ITEM_SEEDS)
def test_a_seeded_mistake_in_items_and_times_is_found(code: str, old: str, new: str) -> None:
    assert old in ITEMS
    with pytest.raises(OrganisationMistakes) as refused:
        with_items(ITEMS.replace(old, new, 1))
    assert code in [problem.code for problem in refused.value.files["items.yaml"]]
    assert code in CODES


def test_a_circle_is_told_once_with_the_whole_way() -> None:
    circle = "configuration_items: {a: {part_of: b}, b: {part_of: c}, c: {part_of: a}, d: {part_of: a}}"
    found = mistakes(services=SERVICES.replace("configuration_items: {mail01: {service: mail, owner: bob}}", circle))
    assert [problem.message for problem in found.problems] == ["part_of goes round in circles: a → b → c → a"]


def test_who_may_waive_is_a_role_a_group_or_a_person() -> None:
    with pytest.raises(OrganisationMistakes) as refused:
        with_items(ITEMS.replace("waived_by: [agent, bob]", "waived_by: [agnt]"))
    assert 'no role or group or person named "agnt". Did you mean "agent"?' in str(refused.value)
