"""How large a record is and may be: who is told, what is refused or a fault, and that it can always be closed."""

import json
from typing import Any

import pytest

from engine import size
from engine.record import Event, Kind
from engine.snapshot import restore, snapshot
from tests.engine.builders import BOB, DAN, HOUR, Life, act, begun, comment, edit, occur, result, retry, skip, vote

KB = 1_024
PATH = "1/new/do/0"
NAMES = [f"t{number}" for number in range(20)]
THING = f"""
write: [agent]
start: {{to: new, by: [agent], ask: [who]}}
fields: {{who: user, note_of_it: long_text, {", ".join(f"{name}: long_text" for name in NAMES)}}}
states:
  new:
    do:
      - {{call: parts.order, save: {{t19: =result.text}}}}
      - {{approval: Yes, id: yes, by: [boss], due: 2 hours, rejected: [{{go: done}}]}}
    transitions:
      close: {{to: done, by: [agent], ask: [note_of_it]}}
      hold: {{to: held, by: [agent], ask: [t9]}}
      bring: {{event: came, ask: [t18]}}
      late: {{after: 1 hour, then: [{{set: {{t17: =t0}}}}]}}
  held: {{}}
  done: {{final: true}}
"""


def filled(kilobytes: int, life: Life | None = None) -> Life:
    """Give a record of nearly so many KB."""
    life = life or begun(THING, BOB)
    wanted = kilobytes * KB
    for name in NAMES[:17]:
        if wanted > life.record.size:
            life.happen(edit(BOB, **{name: "x" * min(wanted - life.record.size - 45, 31 * KB)}))
    assert life.record.size == pytest.approx(wanted, abs=100)
    return life


def faults(life: Life) -> list[str]:
    return [fault.code for fault in life.record.faults.values()]


def test_a_size_is_nearly_that_of_the_snapshot() -> None:
    life = filled(100)
    whole = len(json.dumps(snapshot(life.record)).encode())
    assert life.record.size == pytest.approx(whole, rel=0.05)


def test_letters_count_by_their_bytes() -> None:
    before, after = begun(THING, BOB), begun(THING, BOB).happen(edit(BOB, t0="ä" * 100))
    assert after.record.size - before.record.size >= 200


@pytest.mark.semantics("N2.1")
def test_those_who_look_after_it_are_told_once_when_it_becomes_large() -> None:
    life = filled(127)
    assert not life.record.large
    life.happen(edit(BOB, t15="x" * 2 * KB))
    assert life.line("record_large").data == {"size": 129, "most": 256}
    assert life.sent() == [("record_large", [["name", "boss", ""]])]
    life.happen(edit(BOB, t15=None)).happen(edit(BOB, t15="x" * 4 * KB))
    assert "record_large" not in life.told()


@pytest.mark.semantics("N2.2")
def test_what_would_make_it_too_large_is_refused_with_the_remedy() -> None:
    (text,) = filled(250).refused(edit(BOB, t15="x" * 10 * KB))
    assert text == (
        "THG1 would be larger than the 256 KB that a record can hold. "
        "Shorten or empty fields, or close it and start a new one."
    )


@pytest.mark.semantics("N2.4")
def test_what_is_small_has_a_reserve_and_that_ends() -> None:
    life = filled(255)
    while life.record.size <= size.CEILING - size.SMALL:
        field = next(name for name in NAMES if len(life.fields[name] or "") < 30 * KB)
        life.happen(edit(BOB, **{field: (life.fields[field] or "") + "x" * (size.SMALL - 100)}))
    field = next(name for name in NAMES if len(life.fields[name] or "") < 30 * KB)
    assert life.refused(edit(BOB, **{field: (life.fields[field] or "") + "x" * size.SMALL}))


@pytest.mark.semantics("N2.4")
def test_it_can_always_be_made_smaller_commented_on_and_closed() -> None:
    life = filled(256)
    assert life.refused(act("hold", BOB, t9="x" * 31 * KB))
    life.happen(comment("Too long"))
    assert life.happen(edit(BOB, t1="short")).record.size < 230 * KB
    assert filled(256).happen(act("close")).state == "done"


def test_closing_it_may_add_what_it_asks_for() -> None:
    life = filled(255).happen(act("close", BOB, note_of_it="x" * 20 * KB))
    assert life.state == "done"
    assert life.record.size > size.LARGEST


@pytest.mark.semantics("N2.3")
def test_an_answer_that_is_too_large_is_a_fault_of_its_step() -> None:
    life = filled(240).happen(result(PATH, text="x" * 30 * KB))
    assert (faults(life), life.open("fault"), life.fields["t19"]) == (["too-large"], [PATH], None)
    life.happen(edit(BOB, t1=None)).happen(skip("1", BOB, t19="short"))
    assert (faults(life), life.fields["t19"]) == ([], "short")


def test_the_outside_brings_nothing_more_and_one_fault() -> None:
    life = filled(250)
    for _ in range(3):
        life.happen(occur("came", t18="x" * 20 * KB))
    assert (faults(life), life.fields["t18"]) == (["too-large"], None)
    life.happen(edit(BOB, t1=None)).happen(retry("1")).happen(occur("came", t18="y"))
    assert (faults(life), life.fields["t18"]) == ([], "y")


def test_what_time_would_add_is_a_fault_and_the_time_is_used_up() -> None:
    life = filled(240).pass_(HOUR)
    assert (faults(life), life.fields["t17"]) == (["too-large"], None)
    assert life.record.timers == {}
    assert life.pass_(HOUR).told() == []


def test_people_go_on_deciding_when_it_is_full() -> None:
    life = filled(256, begun(THING, BOB).happen(result(PATH, text="x")))
    assert "voted" in life.happen(vote("1.yes.1", DAN)).told()


def test_a_start_that_is_too_large_begins_nothing() -> None:
    text = THING.replace("ask: [who]", f"ask: [who, {', '.join(NAMES)}]")
    life = Life(begun(text, BOB).definition)
    event = Event(Kind.START, actor=BOB, data=dict.fromkeys(NAMES, "x" * 31 * KB))
    assert "256 KB" in life.refused(event)[0]


def test_what_older_code_kept_is_measured_when_it_is_read() -> None:
    record = filled(40).record
    stored: dict[str, Any] = json.loads(json.dumps(snapshot(record)))
    del stored["size"], stored["large"]
    assert restore(stored) == record._replace(large=False)


def test_the_keys_that_are_remembered_count_until_the_oldest_is_forgotten() -> None:
    life = begun("fields: {n: text}\nstates: {first: {}}")
    for number in range(505):
        life.happen(edit(BOB, n="x")._replace(id=f"k{number:031}"))
    assert len(life.record.seen) == 500
    assert size.of(life.record) == life.record.size
