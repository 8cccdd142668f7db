"""A record that waits for another goes on doing so: what comes of that finds its step under the old name."""

from engine.record import Event, Kind
from tests.engine.builders import Life, act, begun
from tests.engine.moving.house import kept, moved

PARENT = """
fields: {got: text}
states:
  open:
    do: [{run: other, id: other, save: {got: =result.id}}, {start: third, id: third, save: {got: =result.id}}]
    transitions: {leave: {to: away, by: [agent]}}
  away: {}
  over: {final: true}
transitions: {end: {from: [open, away], to: over, by: [agent]}}
"""
INSERTED = PARENT.replace("do: [{run", "do: [{set: {got: x}}, {run")


def came(path: str, name: str) -> Event:
    return Event(Kind.CHILD, path, None, {"result": {"id": name, "state": "over", "fields": {}}})


def test_what_comes_of_a_record_finds_the_step_that_waits_for_it() -> None:
    life = moved(begun(PARENT), INSERTED)
    assert life.open("run") == ["2/open/do/1"]
    assert life.happen(came("1/open/do/0", "OTH1")).fields["got"] == "OTH1"
    assert life.open("start") == ["2/open/do/2"]


def test_a_record_that_is_left_is_told_so_under_the_name_it_knows() -> None:
    life = moved(begun(PARENT), INSERTED).happen(act("leave"))
    assert [row.body["path"] for row in life.outbox if row.kind == "leave"] == ["1/open/do/0"]


def test_a_step_that_runs_another_process_keeps_the_record() -> None:
    reason = "is under way in do of open, and version 2 does not ask for it there."
    assert kept(begun(PARENT), PARENT.replace("run: other", "run: second"))[0].startswith(f"other {reason}")
    begun_once = begun(PARENT).happen(came("1/open/do/0", "OTH1"))
    assert kept(begun_once, PARENT.replace("start: third", "run: third"))[0].startswith(f"third {reason}")
    other = PARENT.replace("{start: third, id: third, save: {got: =result.id}}", "{set: {got: x}, id: third}")
    assert kept(begun_once, other)[0].startswith(f"third {reason}")


def test_records_that_are_started_again_are_listed() -> None:
    life = begun(PARENT).happen(came("1/open/do/0", "OTH1"))
    text = PARENT.replace("{run: other, id: other", "{run: other").replace("start: third, id: third", "start: fourth")
    assert "third is under way" in kept(life, text)[0]
    moved(life, text, "open")
    assert life.line("begins_again").data["again"] == ["other"]


def test_a_record_started_at_once_is_found_where_it_is_now() -> None:
    text = PARENT.replace("    do: ", "    entry: [%s]\n    do: ")
    third = "{start: third, id: here}"
    life = moved(begun(text % third), text % f"{{set: {{got: x}}}}, {third}")
    (path, *_) = life.open("start")
    assert path == "2/open/entry/1"
    assert life.happen(came("1/open/entry/0", "THI1")).open("start") == []


def test_a_life_with_others_goes_on_to_its_end() -> None:
    life: Life = moved(begun(PARENT), INSERTED)
    life.happen(came("1/open/do/0", "OTH1")).happen(came("2/open/do/2", "THI1"))
    assert life.happen(act("end")).state == "over"
