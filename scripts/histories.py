"""Records the corpus of histories that tests/workflows/test_corpus.py replays: real ones, of a real Temporal server.

Run it when a definition is published in a new version, a step kind is added, or the engine gets a new number:
`PYTHONPATH=. python scripts/histories.py`. It plays the scenarios of `definitions/` and the conformance cases on a
server, and adds what the corpus does not show yet, as few and as short histories as it takes. What is there stays: an
old history says what was decided then. It takes some minutes.
"""

import asyncio
import gzip
import json
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, islice
from pathlib import Path

from engine.record import ENGINE, Json
from engine.scenarios.running import run_case
from store.migrations import migrate
from tests.conformance import suite
from tests.conformance.served import Served
from tests.conformance.staging import ServedScene
from tests.temporal import TemporalServer
from tests.workflows import replay

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests" / "histories"
FOLDERS = (ROOT / "definitions", ROOT / "tests" / "conformance")
AT_ONCE = 8
OF_A_FILE = 8
"""Cases of a file that are played."""
PLACES = ("identity", "stackTrace")
MOST = 60_000
"""Bytes of a compressed history, at most: longer ones are left out."""
SAME_CALENDAR = ("2026", "2037")
"""Cases are played in a year with the same days of the week, which no clock has reached: time only goes forward."""


class Hasty(ServedScene):
    """The scene of a case that is left as it is when it comes to no end."""

    patience = 40.0


def main() -> None:
    """Play everything, and keep what shows something new."""
    with tempfile.TemporaryDirectory() as scratch:
        found = Path(scratch) / "found"
        for folder in FOLDERS:
            _play(folder, Path(scratch) / folder.name, found)
        for engine in range(1, ENGINE):
            _play(FOLDERS[1], Path(scratch) / f"engine-{engine}", found, engine)
        asyncio.run(_keep(found))


def _play(folder: Path, scratch: Path, into: Path, engine: int = ENGINE) -> None:
    """Play the cases of a folder on a server of their own, and fetch the histories of all records."""
    scratch.mkdir()
    suite.HERE = _later(folder, scratch)
    suite.FILES = tuple(sorted(suite.HERE.glob("*.test.yaml")))
    for cached in (suite.organisation, suite.sources, suite.messages, suite.definitions, suite.script):
        cached.cache_clear()
    url = f"sqlite:///{scratch / 'steward.db'}"
    asyncio.run(migrate(url))
    server = TemporalServer(scratch)
    served = Served(server, url, engine)
    served.open()

    def play(given: suite.Given) -> bool:
        scene = Hasty(served, suite.script(given.file), given.case)
        try:
            return run_case(scene, given.case, given.file.name).passed
        except Exception as strange:  # noqa: BLE001 - one that does not hold on a server has left histories, too
            print(f"  {given.name}: {strange!r}")
            return False

    with ThreadPoolExecutor(AT_ONCE) as pool:
        passed = list(pool.map(play, _chosen(engine)))
    print(f"{folder.name}: {sum(passed)} of {len(passed)} cases hold on a server, {len(served.cases)} records")
    served.run(_fetch(served, into))
    served.close()
    server.kill()


def _chosen(engine: int) -> list[suite.Given]:
    """Choose some cases of each file; one of each under old rules, which few records follow."""
    of_file = groupby(suite.cases(), key=lambda each: each.file)
    return [each for _file, cases in of_file for each in islice(cases, OF_A_FILE if engine == ENGINE else 1)]


def _later(folder: Path, scratch: Path) -> Path:
    """Copy a folder, with its cases in another year."""
    copied = Path(shutil.copytree(folder, scratch / folder.name, ignore=shutil.ignore_patterns("__pycache__")))
    for file in copied.glob("*.test.yaml"):
        file.write_text(file.read_text("utf-8").replace(*SAME_CALENDAR), "utf-8")
    return copied


async def _fetch(served: Served, into: Path) -> None:
    """Write every run of every record: `PROCESS-VERSION/RECORD.NUMBER.json.gz`."""
    for record in served.cases:
        runs = [each async for each in served.temporal.list_workflows(f"WorkflowId = '{record}'")]
        for number, run in enumerate(sorted(runs, key=lambda each: each.start_time)):
            history = await served.temporal.get_workflow_handle(record, run_id=run.run_id).fetch_history()
            version = suite.definitions()[run.workflow_type].version
            file = into / f"{run.workflow_type}-{version}" / f"{record}.{number}.json.gz"
            file.parent.mkdir(parents=True, exist_ok=True)
            told = json.dumps(_without_places(history.to_json_dict()), separators=(",", ":"))
            file.write_bytes(gzip.compress(told.encode(), mtime=0))


def _without_places(value: Json) -> Json:
    """Leave out on which machine it was, which nothing is decided by."""
    if isinstance(value, list):
        return [_without_places(each) for each in value]
    if isinstance(value, dict):
        of_a_worker = value.get("kind") == "TASK_QUEUE_KIND_STICKY"
        return {
            name: _without_places(each)
            for name, each in value.items()
            if name not in PLACES and not (of_a_worker and name == "name")
        }
    return value


async def _keep(found: Path) -> None:
    """Take the longest history of each shipped version, then those that show what none of the corpus does.

    Of these, those come first that show most for their length.
    """
    replay.note_what_happens()
    shown = {what for file in CORPUS.rglob("*.json.gz") for what in await _shows(file)}
    by_file = {file: await _shows(file) for file in _short(found)}
    for folder in _shipped(found):
        longest = max((file for file in folder.iterdir() if by_file.get(file)), key=_size, default=None)
        if longest is not None and not (CORPUS / folder.name).exists():
            shown |= _kept(longest, found, by_file.pop(longest) - shown)
    while by_file:
        best = max(by_file, key=lambda file: len(by_file[file] - shown) / _size(file))
        if by_file[best] <= shown:
            return
        shown |= _kept(best, found, by_file.pop(best) - shown)


def _shipped(found: Path) -> list[Path]:
    processes = {file.stem for file in FOLDERS[0].glob("*.yaml")}
    return [folder for folder in sorted(found.iterdir()) if folder.name.rpartition("-")[0] in processes]


def _kept(file: Path, found: Path, news: frozenset[str]) -> frozenset[str]:
    """Put a history into the corpus, and say what is new in it."""
    kept = CORPUS / file.relative_to(found)
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, kept)
    print(f"{kept.relative_to(ROOT)}: {', '.join(sorted(news))}")
    return news


def _size(file: Path) -> int:
    return file.stat().st_size


def _short(found: Path) -> list[Path]:
    return [file for file in sorted(found.rglob("*.json.gz")) if _size(file) < MOST]


async def _shows(file: Path) -> frozenset[str]:
    """Say what a history shows; nothing where it does not replay."""
    replay.NOTED.clear()
    failure = await replay.replayed(replay.a_replayer(), file)
    if failure is not None:
        print(f"  {file.name} does not replay: {failure}")
    return frozenset() if failure is not None else frozenset(replay.NOTED)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
