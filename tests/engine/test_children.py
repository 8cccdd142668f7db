"""Records that a step starts: what is asked for, what comes back, and what becomes of both when the state is left."""

import pytest

from engine.children import DEEPEST
from engine.record import Event, Kind, Outgoing
from tests.engine.builders import BOB, Life, a_definition, act, begun, edit, occur, retry, skip

PARENT = """
fields:
  summary: text
  size: {type: number, valid: size > 1}
  job: {type: ref, of: job}
  kind: text
states:
  first:
    do:
      - run: job
        with: {title: "{{ summary }}!", size: 3}
        save: {size: =result.fields.size + 1, kind: =result.state}
      - set: {summary: =size}
    transitions:
      leave: {to: second, by: [agent]}
      big: {to: second, auto: true, when: size > 100}
  second: {final: true}
"""
PATH = "1/first/do/0"

NUMBER = {"type": "number", "of": None, "columns": None}
JOB_LIST = {"type": "list", "of": {"type": "text", "of": None, "columns": None}, "columns": None}
ROWS = {"type": "list", "of": None, "columns": {"n": NUMBER}}


def child(path: str = PATH, size: str = "7", **data: object) -> Event:
    """Say how a record has ended, or began."""
    fields = {"size": size, "names": ["a"], "rows": [{"n": "1"}]}
    shapes = {"size": NUMBER, "names": JOB_LIST, "rows": ROWS}
    result = {"id": "JOB1", "state": "done", "fields": fields, "shapes": shapes}
    return Event(Kind.CHILD, path, data=data or {"result": result})


def lost(path: str = PATH) -> Event:
    return child(path, error={"code": "refused", "text": "title is missing"})


def rows(life: Life, kind: str) -> list[Outgoing]:
    return [row for row in life.outbox if row.kind == kind]


def test_a_run_asks_for_a_record_and_waits() -> None:
    life = begun(PARENT, summary="x")
    (row,) = rows(life, "start")
    fields = {"title": "x!", "size": "3"}
    assert row.key == f"THG1/{PATH}/start-1"
    assert row.body == {"process": "job", "fields": fields, "path": PATH, "waits": True, "depth": 1}
    assert life.open("run") == [PATH]
    assert life.line("child_asked").name == "job"


def test_its_end_is_saved_with_the_types_of_its_fields_and_the_flow_goes_on() -> None:
    life = begun(PARENT).happen(child())
    assert (life.fields["size"], life.fields["kind"], life.fields["summary"]) == ("8", "done", "8")
    assert life.line("child_done").data == {"path": PATH, "state": "done"}
    assert life.record.tokens == {}


def test_its_end_may_open_an_auto_transition() -> None:
    assert begun(PARENT).happen(child(size="200")).state == "second"


def test_it_does_not_overwrite_what_a_person_wrote_meanwhile() -> None:
    life = begun(PARENT).happen(edit(BOB, size=9)).happen(child())
    assert (life.fields["size"], life.fields["kind"]) == ("9", "done")


def test_what_cannot_be_saved_fails_the_step_and_a_retry_asks_for_the_same_record() -> None:
    life = begun(PARENT).happen(child(size="0"))
    (fault,) = life.record.faults.values()
    assert fault.code == "bad-result"
    assert fault.text.startswith("what JOB1 came to cannot be saved: size: it must be so that size > 1")
    (row,) = rows(life.happen(retry("1")), "start")
    assert (row.key, row.body["path"]) == (f"THG1/{PATH}/start-3", PATH)


def test_a_record_that_cannot_be_started_is_an_error_of_the_step() -> None:
    life = begun(PARENT).happen(lost())
    assert [(fault.code, fault.text) for fault in life.record.faults.values()] == [("refused", "title is missing")]
    assert life.happen(skip("1", BOB, size=5)).fields["summary"] == "5"


def test_the_error_may_be_handled_where_the_record_is_run() -> None:
    handled = "states: {first: {do: [{run: job, on_error: [{set: {summary: =error.text}}]}]}}"
    assert begun(handled).happen(lost()).fields["summary"] == "title is missing"


def test_leaving_the_state_tells_the_child_and_ignores_its_end() -> None:
    life = begun(PARENT).happen(act("leave"))
    (row,) = rows(life, "leave")
    assert (row.key, row.body) == (f"THG1/{PATH}/left-2", {"process": "job", "path": PATH, "depth": 1})
    assert life.line("child_left").name == "job"


def test_what_nobody_waits_for_any_more_is_journalled_as_late() -> None:
    open_end = "states: {first: {do: [{run: job}], transitions: {on: {to: next, by: [agent]}}}, next: {}}"
    life = begun(open_end).happen(act("on")).happen(child())
    assert life.told() == ["late_child"]


START = """
fields: {summary: text, job: text}
states:
  first:
    do:
      - {start: job, with: {title: =summary}, save: {job: =result.id}}
      - {set: {summary: gone on}}
    transitions:
      move: {to: second, by: [agent], then: [{start: job, save: {job: =result.id}}]}
      leave: {to: second, by: [agent]}
  second: {transitions: {end: {to: last, by: [agent]}}}
  last: {final: true}
"""


def started(path: str = PATH) -> Event:
    return child(path, result={"id": "JOB1"})


def test_a_start_waits_only_until_the_record_has_begun() -> None:
    life = begun(START, summary="x")
    assert rows(life, "start")[0].body["waits"] is False
    life.happen(started())
    assert (life.fields["job"], life.fields["summary"]) == ("JOB1", "gone on")
    assert life.line("child_begun").name == "JOB1"


def test_a_started_record_goes_on_when_the_state_is_left() -> None:
    life = begun(START).happen(act("leave"))
    assert (rows(life, "leave"), life.record.tokens) == ([], {})


def test_a_start_on_the_way_saves_whatever_the_state() -> None:
    life = begun(START).happen(act("move"))
    (path,) = life.open("start")
    assert life.happen(started(path)).fields["job"] == "JOB1"


def test_a_start_on_the_way_that_fails_holds_nothing_up() -> None:
    life = begun(START).happen(act("move"))
    (path,) = life.open("start")
    assert life.happen(lost(path)).open("fault") == [path]
    assert life.happen(act("end")).record.tokens == {}


CHILD = """
fields: {title: text, size: {type: number, default: 2}, parts: {type: list, of: {n: number}},
         names: {type: list, of: text}}
start: {to: open, by: [agent], needs: [title]}
states:
  open:
    do: [{task: Look, for: [desk]}]
    transitions: {end: {to: done, by: [agent]}}
  done: {final: true, entry: [{set: {size: 5}}]}
"""


def run_by(text: str = CHILD, run: str = "2/s/do/0", parent: str = "REQ1") -> Life:
    """Give a child that a step of REQ1 waits for."""
    event = Event(Kind.START, data={"title": "x"}, parent=parent, run=run, depth=1)
    return Life(a_definition(text)).happen(event)


def test_a_child_knows_its_parent_and_is_filled_by_it() -> None:
    life = run_by()
    assert (life.record.parent, life.record.run, life.fields["title"]) == ("REQ1", "2/s/do/0", "x")
    assert life.line("started_by").name == "REQ1"
    assert [line.data["by"] for line in life.lines if line.name == "title"] == ["record REQ1"]


def test_a_child_reports_its_end_with_the_fields_it_ended_with() -> None:
    (row,) = rows(run_by().happen(act("end")), "answer")
    result = row.body["data"]["result"]
    assert (row.key, row.body["record"], row.body["path"]) == ("THG1/answer", "REQ1", "2/s/do/0")
    assert (result["id"], result["state"], result["fields"]["size"]) == ("THG1", "done", "5")
    assert result["shapes"]["parts"] == {"type": "list", "of": None, "columns": {"n": NUMBER}}


def test_of_what_is_sensitive_it_reports_only_that_it_is_there() -> None:
    more = "fields: {code: {type: text, sensitive: true}, pin: {type: text, sensitive: true}, "
    life = run_by(CHILD.replace("fields: {", more))
    life.happen(edit(BOB, code={"sealed": "xyz"}))
    result = rows(life.happen(act("end")), "answer")[0].body["data"]["result"]
    assert (result["fields"]["code"], result["fields"]["pin"]) == ({"sealed": True}, None)


def test_that_something_sensitive_is_there_can_be_asked() -> None:
    shape = {"type": "text", "of": None, "columns": None, "sealed": True}
    asking = PARENT.replace("=result.state", "\"{{ 'coded' if result.fields.code is filled else 'open' }}\"")
    ended = {"id": "JOB1", "state": "done", "fields": {"code": {"sealed": True}, "size": "2"}}
    life = begun(asking).happen(child(result={**ended, "shapes": {"code": shape, "size": NUMBER}}))
    assert life.fields["kind"] == "coded"


def test_a_child_that_ends_at_once_reports_it_too() -> None:
    (row,) = rows(run_by("fields: {title: text}\nstates: {done: {final: true}}"), "answer")
    assert row.body["record"] == "REQ1"


def test_a_record_that_was_only_started_reports_nothing() -> None:
    assert rows(run_by(run="").happen(act("end")), "answer") == []
    assert rows(begun(CHILD, title="x").happen(act("end")), "answer") == []


def test_a_child_that_nobody_waits_for_is_withdrawn() -> None:
    life = run_by().happen(Event(Kind.LEFT))
    assert (life.state, life.record.final, life.record.tokens) == ("withdrawn", True, {})
    assert life.told()[:2] == ["parent_left", "transition"]
    assert rows(life, "answer")[0].body["data"]["result"]["state"] == "withdrawn"
    assert life.refused(act("end")) == [
        "THG1 is closed (withdrawn), and nothing is written to it any more. Start a new record."
    ]


LEFT = """
fields: {title: text, size: number}
states:
  open: {transitions: {stop: {to: stopping, event: parent.left}}}
  stopping: {transitions: {note: {event: parent.left, then: [{set: {size: 1}}]}, end: {to: done, by: [agent]}}}
  done: {final: true}
"""


def test_a_child_may_see_to_being_left_itself() -> None:
    life = run_by(LEFT).happen(Event(Kind.LEFT))
    assert life.state == "stopping"
    assert life.happen(Event(Kind.LEFT)).fields["size"] == "1"


def test_a_written_state_withdrawn_is_the_one_that_is_entered() -> None:
    own = CHILD.replace("  done: {", "  withdrawn: {final: true, entry: [{set: {title: pity}}]}\n  done: {")
    life = run_by(own).happen(Event(Kind.WITHDRAW))
    assert (life.state, life.fields["title"]) == ("withdrawn", "pity")


def test_an_operator_withdraws_a_record_whatever_it_awaits() -> None:
    life = run_by(LEFT).happen(Event(Kind.WITHDRAW))
    assert (life.state, life.told()) == ("withdrawn", ["transition"])


PARENTED = """
fields: {title: text}
states:
  open:
    do: [{set: {title: "{{ parent }}"}}]
    transitions: {on: {to: done, auto: true, when: parent is empty}}
  done: {}
"""


def test_a_record_knows_its_parent_by_name() -> None:
    assert run_by(PARENTED).fields["title"] == "REQ1"
    assert run_by(PARENTED, parent="", run="").state == "done"


SEND = """
fields: {summary: text, job: {type: ref, of: job}, jobs: {type: list, of: job}, size: number}
start: {to: first, by: [anyone], ask: [summary, size]}
states:
  first:
    do: [STEP, {set: {summary: sent}}]
"""


def sending(step: str, **fields: object) -> Life:
    event = Event(Kind.START, actor=BOB, data={"summary": "x", **fields}, depth=3, parent="REQ1")
    return Life(a_definition(SEND.replace("STEP", step))).happen(event)


@pytest.mark.parametrize(
    ("to", "ids"),
    [("=parent", ["REQ1"]), ("=summary", ["x"]), ("='A'", ["A"]), ("\"=['A', parent, 'A']\"", ["A", "REQ1"])],
)
def test_an_event_is_sent_to_the_record_or_each_of_the_list_once(to: str, ids: list[str]) -> None:
    life = sending(f"{{send: job.done, to: {to}, with: {{why: =summary}}}}")
    (row,) = rows(life, "send")
    assert (row.key, row.body) == (
        "THG1/1/first/do/0",
        {"event": "job.done", "to": ids, "with": {"why": "x"}, "depth": 4},
    )
    assert (life.line("sent").data, life.fields["summary"]) == ({"to": ids}, "sent")


@pytest.mark.parametrize("to", ["=job", "=jobs", "'=[]'"])
def test_an_event_for_nobody_is_said(to: str) -> None:
    life = sending(f"{{send: job.done, to: {to}}}")
    assert (rows(life, "send"), life.line("sent_nobody").name, life.fields["summary"]) == ([], "job.done", "sent")


def test_an_event_is_not_sent_to_what_is_no_record() -> None:
    life = sending("{send: job.done, to: =size}", size=3)
    assert [fault.text for fault in life.record.faults.values()] == [
        "an event is sent to records, and size is a number"
    ]


def test_an_event_may_be_sent_on_the_way() -> None:
    life = begun("states: {first: {entry: [{send: a.b, to: ='X'}]}}")
    assert [row.key for row in rows(life, "send")] == ["THG1/1/first/entry/0"]


@pytest.mark.parametrize("step", ["run: job", "start: job", "send: a.b, to: ='X'"])
@pytest.mark.semantics("D7.13")
def test_twenty_records_deep_the_next_step_stands_still(step: str) -> None:
    text = f"fields: {{n: text}}\nstates: {{first: {{do: [{{wait: {{event: go.on, at_most: 1 day}}}}, {{{step}}}]}}}}"
    calm = begun(text).happen(occur("go.on")._replace(depth=DEEPEST - 1))
    assert (len(calm.outbox), calm.outbox[0].body["depth"]) == (1, DEEPEST)
    deep = begun(text).happen(occur("go.on")._replace(depth=DEEPEST))
    (fault,) = deep.record.faults.values()
    assert (fault.code, fault.path) == ("too-deep", "1/first/do/1")
    assert [row.body["depth"] for row in deep.happen(retry("1")).outbox] == [1]


ON_THE_WAY = """
states:
  first: {do: [{wait: {event: go.on, at_most: 1 day}}, {go: second}]}
  second: {entry: [{send: a.b, to: ='X'}]}
"""


def test_too_deep_on_the_way_holds_nothing_up() -> None:
    life = begun(ON_THE_WAY).happen(occur("go.on")._replace(depth=DEEPEST))
    assert (life.state, len(life.record.faults)) == ("second", 1)


def test_running_one_after_the_other_goes_no_deeper() -> None:
    text = "states: {first: {do: [{repeat: {at_most: 30, do: [{run: job}]}}, {go: last}]}, last: {final: true}}"
    life = begun(text)
    for number in range(1, 31):
        assert rows(life, "start")[0].body["depth"] == 1
        life.happen(child(f"1/first/do/0/turn-{number}/0")._replace(depth=5))
    assert life.state == "last"


def test_a_start_that_happens_once_says_so_and_learns_whether_the_record_existed() -> None:
    once = START.replace(
        "{start: job, with: {title: =summary}, save: {job: =result.id}}",
        '{start: job, once: true, with: {title: =summary}, save: {job: =result.id, summary: "{{ result.existed }}"}}',
        1,
    )
    life = begun(once, summary="x")
    assert rows(life, "start")[0].body["once"] is True
    life.happen(child(result={"id": "JOB1", "existed": True}))
    assert life.fields["job"] == "JOB1"
    assert "yes" in [line.data.get("new") for line in life.lines if line.name == "summary"]
