"""Records from a terminal, against a whole Steward: start, show, act, list, journal."""

import json
import re
from typing import Any

import pytest

from cli.process_page import print_process
from tests.cli.stewards import Up

pytestmark = pytest.mark.server

GIVEN = ("summary=Mail is down", "caller=carla", "service=mail", "impact=high", "urgency=high")


@pytest.fixture(scope="module")
def incident(steward_up: Up) -> str:
    """An incident that dana has reported for carla."""
    return steward_up.started("incident", *GIVEN)


def assigned(up: Up, summary: str = "Mail is down") -> str:
    """Give an incident that jonas works on."""
    record = up.started("incident", f"summary={summary}", *GIVEN[1:])
    assert up.run("act", record, "assign", "assignee=jonas").returncode == 0
    return record


def test_a_start_writes_nothing_but_the_number_for_programs(incident: str) -> None:
    assert re.fullmatch("INC[0-9]{7}", incident)


def test_a_record_is_shown_with_what_one_can_do(steward_up: Up, incident: str) -> None:
    page = steward_up.run("show", incident).stdout
    for said in ("Mail is down", "Carla Weber (carla)", "P1", "due in", "You can: steward act", "assignee=…"):
        assert said in page


def test_a_process_is_shown_with_who_starts_it_and_where_it_goes(steward_up: Up) -> None:
    page = steward_up.run("show", "incident").stdout
    for said in ("incident", "owner service_desk_manager", "agent, caller", "You can: steward start incident", "→"):
        assert said in page


@pytest.mark.parametrize(
    ("every", "following", "said"),
    [
        ("1 week", "2026-03-30T07:00:00Z", ("at 2026-01-05 09:00, then every 1 week", "2026-03-30 07:00")),
        (None, None, ("at 2026-01-05 09:00\n", "no more")),
    ],
)
def test_a_process_with_a_schedule_says_when_the_next_record_begins(
    capsys: pytest.CaptureFixture[str], every: str | None, following: str | None, said: tuple[str, ...]
) -> None:
    start: dict[str, Any] = {"by": [], "event": None, "form": {"needs": [], "ask": []}}
    schedule = {"at": "2026-01-05 09:00", "every": every, "next": following}
    head = {"process": "round", "title": "Round", "version": 1, "number": "RND", "owner": "ann", "retired": False}
    print_process({**head, "start": start, "schedule": schedule, "states": []})
    page = "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())
    assert [each in f"{page}\n" for each in said] == [True, True]


def test_an_action_says_where_the_record_is_now(steward_up: Up) -> None:
    record = steward_up.started("incident", *GIVEN)
    done = steward_up.run("act", record, "assign", "assignee=jonas")
    assert done.stdout.startswith(f"{record} is assigned.")
    assert steward_up.shown(record)["fields"]["assignee"] == {"id": "jonas", "label": "Jonas Brandt"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("act", "{incident}", "resume"), "resume"),
        (("act", "{incident}", "assign", "asignee_=jonas"), 'no field named "asignee_". Did you mean "assignee"?'),
        (("start", "incident", "summary=Mail is down"), "caller"),
        (("start", "incidnt"), "incident"),
        (("show", "INC9999999"), "There is no record INC9999999"),
        (("list", "prio=P1"), "prio"),
    ],
)
def test_a_refusal_says_why_and_ends_with_1(steward_up: Up, incident: str, words: tuple[str, ...], said: str) -> None:
    done = steward_up.run(*(word.format(incident=incident) for word in words))
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr


def test_a_refusal_says_who_could(steward_up: Up) -> None:
    other = steward_up.started("incident", *GIVEN)
    secret = steward_up.run("token", "create", "carla", "--person", "carla").stdout.strip()
    done = steward_up.run("act", other, "assign", "assignee=jonas", STEWARD_TOKEN=secret)
    assert done.returncode == 1
    assert "only service_desk" in done.stderr


def test_the_same_key_has_one_effect(steward_up: Up) -> None:
    first, second = (steward_up.run("start", "incident", *GIVEN, "--key", "once").stdout for _ in range(2))
    assert first == second != ""


def test_a_list_is_narrowed_and_limited(steward_up: Up) -> None:
    steward_up.started("incident", "summary=Toner is low", *GIVEN[1:])
    record = assigned(steward_up, "Toner is out")
    rows = steward_up.run("list", "assignee=jonas", "q=toner").stdout.splitlines()
    assert [row.split("\t")[0] for row in rows] == [record]
    assert len(json.loads(steward_up.run("list", "--limit", "1", "--json").stdout)) == 1


def test_a_journal_tells_who_did_what(steward_up: Up) -> None:
    told = steward_up.run("journal", assigned(steward_up)).stdout
    assert "Dana Petersen" in told
    assert "assign: new → assigned" in told


def test_a_token_is_good_until_it_is_revoked(steward_up: Up) -> None:
    made = json.loads(steward_up.run("token", "create", "bell", "--role", "automation", "--json").stdout)
    assert f"{made['id']}\tbell\tbell\tautomation\tgood until" in steward_up.run("token", "list").stdout
    assert steward_up.run("list", STEWARD_TOKEN=made["secret"]).returncode == 0
    assert steward_up.run("token", "revoke", made["id"]).returncode == 0
    assert steward_up.run("list", STEWARD_TOKEN=made["secret"]).returncode == 1
    assert steward_up.run("token", "revoke", made["id"]).returncode == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("bell",), "whose token is it"),
        (("dana", "--role", "automation"), 'there is a person "dana"'),
        (("bell", "--role", "automaton"), 'Did you mean "automation"?'),
        (("", "--role", "automation"), "the name of a token"),
        (("a\nb", "--role", "automation"), "the name of a token"),
        (("bell" * 100, "--role", "automation"), "the name of a token"),
        (("carla", "--person", "carla", "--role", "agent"), "would be a robot's"),
        (("bell", "--role", "automation", "--days", "9999999"), "less than or equal to 36500"),
    ],
)
def test_a_token_that_would_mean_nothing_is_not_made(steward_up: Up, words: tuple[str, ...], said: str) -> None:
    done = steward_up.run("token", "create", *words)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_auditors_see_what_was_refused(steward_up: Up) -> None:
    assert steward_up.run("list", STEWARD_TOKEN="stw_nobody").returncode == 1
    rows = steward_up.run("audit", "refusals", "--limit", "500").stdout.splitlines()
    assert [row for row in rows if row.split("\t")[4:] == ["401", "GET /api/v1/records"]], rows
    found = json.loads(steward_up.run("audit", "refusals", "--address", "127.0.0.1", "--json").stdout)
    assert {each["address"] for each in found} == {"127.0.0.1"}


def test_the_journals_are_exported(steward_up: Up) -> None:
    record = assigned(steward_up)
    rows = [json.loads(line) for line in steward_up.run("audit", "export", "--record", record).stdout.splitlines()]
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    sheet = steward_up.run("audit", "export", "--record", record, "--format", "csv").stdout
    assert sheet.startswith("record,process,seq,at,kind,name,actor")
    refused = steward_up.run("audit", "export", "--since", "yesterday")
    assert (refused.returncode, "since" in refused.stderr) == (1, True)
