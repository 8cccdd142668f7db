"""The shipped release, whole: real commands in rings, a real page of counters, and the way back while a worker dies."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from language.organisation import Organisation
from tests.activities.servicing import Pages, operators_file_of, pages
from tests.temporal import begin_to_fast_forward
from tests.whole.desk import Desk, shipped, until
from tests.whole.test_change import DAY, a_change, in_state, time, vote
from tests.workflows.house import House

pytestmark = pytest.mark.server
TARGETS = ("few", "all")
BAKE = 1_800.0
RINGS = [{"name": each, "percent": 50, "bake": "30 minutes", "target": each, "no_return": False} for each in TARGETS]


class Rings:
    """The places that a release deploys to, each with a folder, its version in it, and a page of metrics."""

    def __init__(self, folder: Path, served: dict[str, Pages]) -> None:
        self.folder = folder
        self.pages = served

    def of(self, target: str) -> Path:
        return self.folder / target

    def runs(self) -> list[str]:
        """Say what was run, a place after the other: `few deploy 2.0`."""
        files = [(each, self.of(each) / "runs") for each in TARGETS]
        found = [(each, file.read_text().splitlines()) for each, file in files if file.exists()]
        return [f"{each} {' '.join(line.split()[:2])}" for each, lines in found for line in lines]

    def versions(self) -> list[str]:
        return [(self.of(each) / "version").read_text() for each in TARGETS]


@pytest.fixture
def rings(tmp_path: Path) -> Iterator[Rings]:
    """Two rings of the mail, which run 1.0."""
    with ExitStack() as stack:
        found = Rings(tmp_path, {each: stack.enter_context(pages()) for each in TARGETS})
        for each in TARGETS:
            found.of(each).mkdir()
        places = {each: (found.of(each), found.pages[each].url) for each in TARGETS}
        operators_file_of("mail", places, tmp_path)
        yield found


async def deployed(desk: Desk) -> tuple[str, list[str]]:
    """Have a release of the mail deployed to its first ring; give it, and its two changes."""
    mail = {**shipped().of("service")["mail"], "rings": RINGS}
    item = {**shipped().of("configuration_item")["mail01"], "version": "1.0"}
    await desk.apply(
        shipped().merged(Organisation({"service": {"mail": mail}, "configuration_item": {"mail01": item}}))
    )
    changes = [(await vote(desk, await a_change(desk), "sofia"))["id"] for _ in range(2)]
    times = {"planned_start": time(desk, 0), "planned_end": time(desk, DAY)}
    given = {
        "summary": "Faster mail",
        "service": "mail",
        "configuration_item": "mail01",
        "version": "2.0",
        "changes": changes,
    }
    texts = {"plan": "Ring by ring", "plan_evidence": "Minutes", "notes": "It is faster"}
    fields = {**given, **texts, **times}
    record = (await desk.ask("POST", "/processes/release/records", {"fields": fields}, who="peter"))["id"]
    await desk.act(record, "planned", who="peter")
    await desk.act(record, "built", who="peter", artefact="mail-2.0.tar", build_evidence="Build 7")
    await desk.act(record, "let_pass", who="henrik", reason="Tested elsewhere")
    await vote(desk, await desk.act(record, "tested", who="peter"), "kenji")
    await until(lambda: answered(desk, record, 1))
    return record, changes


async def answered(desk: Desk, record: str, times: int) -> bool:
    """Say whether so many deployments have ended well."""
    return (await desk.journal(record)).count("deployment.deploy answered") == times


async def bake(desk: Desk, rings: Rings, record: str) -> None:
    """Let the time begin to pass for which a ring is watched, and a little more, on all clocks; wait for nothing."""
    desk.ahead += BAKE + 60
    new = rings.folder / "ahead.new"
    new.write_text(str(desk.ahead))
    new.replace(rings.folder / "ahead")
    await begin_to_fast_forward(desk.temporal, record, BAKE + 60)


async def with_a_bad_ring(desk: Desk, rings: Rings, spoilt: str) -> tuple[str, list[str]]:
    """Have a release whose second ring is bad, and to be restored while a file is there; give it, and its changes."""
    record, changes = await deployed(desk)
    rings.pages["few"].count(1_000, 0)
    await bake(desk, rings, record)
    await until(lambda: answered(desk, record, 2))
    rings.pages["all"].count(1_000, 300)
    (rings.of("all") / spoilt).touch()
    await bake(desk, rings, record)
    return record, changes


async def with_incident(desk: Desk, record: str) -> dict[str, Any] | None:
    """Give a release as soon as it names its incident."""
    shown = await desk.shown(record)
    return shown if shown["fields"]["incident"] else None


async def ended(desk: Desk, change: str) -> str:
    """Look back on a change, and say how it has ended."""
    shown = await until(lambda: in_state(desk, change, "review"))
    [task] = shown["tasks"]
    await desk.ask("POST", f"/tasks/{task['id']}/complete", {"with": {"review": "The mail was slow"}}, who="sofia")
    return str((await until(lambda: in_state(desk, change, "closed")))["fields"]["close_code"])


async def test_a_bad_ring_rolls_all_back_the_last_first_each_once_though_the_worker_dies(
    desk: Desk, house: House, rings: Rings
) -> None:
    record, changes = await with_a_bad_ring(desk, rings, "slow")
    incident = (await until(lambda: with_incident(desk, record)))["fields"]["incident"]
    await house.until(lambda: "all restore 1.0" in rings.runs())
    await house.hold()
    (rings.of("all") / "slow").unlink()
    await house.held()
    house.kill_worker()
    assert rings.runs() == ["few deploy 2.0", "all deploy 2.0", "all restore 1.0"]
    house.let_go()
    await house.start_worker()
    shown = await until(lambda: in_state(desk, record, "review"))
    assert sorted(rings.runs()) == ["all deploy 2.0", "all restore 1.0", "few deploy 2.0", "few restore 1.0"]
    assert (shown["fields"]["outcome"], rings.versions()) == ("rolled_back", ["1.0", "1.0"])
    raised = await desk.shown(incident["id"])
    assert (raised["parent"], raised["fields"]["priority"]) == (record, "P1")
    assert [await ended(desk, change) for change in changes] == ["unsuccessful"] * 2
    item = await desk.ask("GET", "/organisation/configuration-items/mail01")
    assert item["row"]["version"] == "1.0"
    assert "release_notes" not in await desk.journal(record)


async def test_a_step_back_that_fails_three_times_waits_for_a_person(desk: Desk, house: House, rings: Rings) -> None:
    record, changes = await with_a_bad_ring(desk, rings, "broken")
    [fault] = (await until(lambda: with_fault(desk, record)))["faults"]
    assert rings.runs() == ["few deploy 2.0", "all deploy 2.0", *["all restore 1.0"] * 3]
    assert [(await desk.shown(change))["state"] for change in changes] == ["implement"] * 2
    (rings.of("all") / "broken").unlink()
    await desk.ask("POST", f"/records/{record}/faults/{fault['number']}/retry", who="ines")
    shown = await until(lambda: in_state(desk, record, "review"))
    assert (shown["fields"]["outcome"], rings.versions()) == ("rolled_back", ["1.0", "1.0"])
    assert rings.runs() == ["few deploy 2.0", "few restore 1.0", "all deploy 2.0", *["all restore 1.0"] * 4]


async def test_a_release_that_is_well_writes_its_version(desk: Desk, house: House, rings: Rings) -> None:
    record, [change, _other] = await deployed(desk)
    rings.pages["few"].count(1_000, 1)
    await bake(desk, rings, record)
    await until(lambda: answered(desk, record, 2))
    rings.pages["all"].count(1_000, 1)
    await bake(desk, rings, record)
    await until(lambda: in_state(desk, record, "early_life"))
    assert ((await desk.shown(change))["state"], house.works()) == ("implement", True)
    item = await desk.ask("GET", "/organisation/configuration-items/mail01")
    assert (item["row"]["version"], rings.versions()) == ("2.0", ["2.0", "2.0"])
    [newest, *_] = (await desk.ask("GET", "/organisation/changes?kind=configuration-items&row=mail01"))["changes"]
    assert (newest["by"], newest["old"]["version"], newest["new"]["version"]) == (record, "1.0", "2.0")


async def with_fault(desk: Desk, record: str) -> dict[str, Any] | None:
    """Give a record as soon as a fault stands."""
    shown = await desk.shown(record)
    return shown if shown["faults"] else None
