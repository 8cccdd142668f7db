"""The oracle of the crash suite finds what is spoiled, and nothing where nothing is."""

from typing import Any

import pytest

from chaos.evidence import Call, Effect, Evidence, Happened, Mail, Outcome, Sent, Standing, Stop, Stored, Told
from chaos.oracle import LATE, violations

NOW = 1_000.0
ID = "<INC1.a@example.org>"
FIRST = Happened("INC1", 1, "h1", "", "start", "start", "key-1")
SECOND = Happened("INC1", 2, "h2", "h1", "act", "assign", "key-2")
RESULT = Happened("CLK1", 1, "c1", "", "result", "1/do/0", "")
RECORD = Stored("INC1", "incident", "assigned", False, 2, "h2", NOW + 60, {})
CLOCK = Stored("CLK1", "clockwork", "chimed", False, 1, "c1", None, {"ticks": "3", "chimes": "1", "pokes": "2"})
ALERT = Stored("ALR1", "alert", "firing", True, 0, "", None, {"alert_key": "disk", "repeats": "1"})
ROW = Effect("INC1/1/entry/0", "INC1", "message", "sent", 0.0, "", ("ann", "bob"), {"ann": ID}, frozenset({ID}))
MAIL = Mail(ID, "ann@example.org", "Look", NOW - 60, thanked=True)
SOUND = Evidence(
    now=NOW,
    sent=(
        Sent("start", "key-1", Outcome.ACCEPTED),
        Sent("assign", "key-2", Outcome.ACCEPTED, times=3, lost=2),
        Sent("close", "key-3", Outcome.REFUSED),
        Sent("hold", "key-4", Outcome.UNKNOWN),
    ),
    journal=(FIRST, SECOND, RESULT),
    records=(RECORD, CLOCK, ALERT),
    standing={"INC1": Standing(2, "h2"), "CLK1": Standing(1, "c1")},
    outbox=(ROW,),
    letters=frozenset({(ROW.key, "ann"), (ROW.key, "bob")}),
    mails=(MAIL,),
    calls=(Call("CLK1/1/do/0", "grant", made=True), Call("CLK1/1/do/0", "grant", made=True)),
    made=1,
    told=(Told("disk", 2),),
    pokes={"CLK1": (2, 0)},
)


def test_where_nothing_is_spoiled_nothing_is_found() -> None:
    assert violations(SOUND) == ()


SPOILED: list[tuple[str, dict[str, Any]]] = [
    ("every accepted command once", {"sent": (Sent("lost", "key-9", Outcome.ACCEPTED),)}),
    ("every accepted command once", {"sent": (Sent("refused, and done", "key-2", Outcome.REFUSED),)}),
    (
        "every accepted command once",
        {"journal": (FIRST, SECOND, RESULT, Happened("INC2", 1, "x", "", "start", "start", "key-1"))},
    ),
    (
        "every request once in its record",
        {"journal": (FIRST, SECOND, RESULT, SECOND._replace(seq=3, head="h3", previous="h2"))},
    ),
    ("contiguous seq", {"journal": (FIRST, SECOND, SECOND._replace(id="key-5"), RESULT)}),
    ("contiguous seq", {"journal": (FIRST, SECOND._replace(seq=3), RESULT)}),
    ("contiguous seq", {"journal": (FIRST, SECOND._replace(previous="other"), RESULT)}),
    ("audit chain intact", {"flaws": ("INC1/2 its head is not that of what it says",)}),
    ("store equal to the workflow's head", {"standing": {**SOUND.standing, "INC1": Standing(2, "other")}}),
    ("store equal to the workflow's head", {"standing": {**SOUND.standing, "INC1": Standing(1, "h1")}}),
    ("store equal to the workflow's head", {"standing": {**SOUND.standing, "INC1": Standing(None, "")}}),
    ("no timer missed or fired twice", {"records": (RECORD._replace(due=NOW - LATE - 1), CLOCK, ALERT)}),
    ("no timer missed or fired twice", {"records": (RECORD._replace(ahead=LATE + 61), CLOCK, ALERT)}),
    (
        "no timer missed or fired twice",
        {"records": (RECORD, CLOCK._replace(fields={**CLOCK.fields, "ticks": "4"}), ALERT)},
    ),
    (
        "no timer missed or fired twice",
        {"records": (RECORD, CLOCK._replace(fields={**CLOCK.fields, "chimes": "0"}), ALERT)},
    ),
    ("every event from outside once", {"pokes": {"CLK1": (3, 0)}}),
    ("every event from outside once", {"told": (Told("disk", 1),)}),
    ("every event from outside once", {"told": (Told("other", 1),)}),
    ("no mail lost or doubled", {"mails": ()}),
    ("no mail lost or doubled", {"letters": frozenset({(ROW.key, "ann")})}),
    ("no mail lost or doubled", {"mails": (MAIL, MAIL._replace(id="<INC1.phantom@example.org>"))}),
    ("no mail lost or doubled", {"mails": (MAIL, MAIL._replace(at=NOW))}),
    ("no mail lost or doubled", {"mails": (MAIL._replace(thanked=False), MAIL._replace(subject="Else"))}),
    ("no call doubled", {"made": 2}),
    ("no call doubled", {"calls": (*SOUND.calls, Call("CLK1/1/do/0", "revoke", made=False))}),
    ("no call doubled", {"calls": (*SOUND.calls, Call("CLK1/2/do/0", "grant", made=True)), "made": 2}),
    (
        "no call doubled",
        {"journal": (FIRST, SECOND, RESULT, RESULT._replace(seq=2, head="c2", previous="c1"))},
    ),
    ("nothing stuck", {"standing": {**SOUND.standing, "INC1": Standing(2, "h2", attempt=7)}}),
    ("nothing stuck", {"records": (RECORD._replace(faults=("no such person",)), CLOCK, ALERT)}),
    ("nothing stuck", {"outbox": (ROW._replace(state="dead"),)}),
    ("nothing stuck", {"outbox": (ROW._replace(state="waiting", due=NOW - LATE - 1),)}),
    ("nothing stuck", {"errors": ("ann /records: Internal Server Error",)}),
]


@pytest.mark.parametrize(("promise", "spoiled"), SPOILED)
def test_what_is_spoiled_is_found(promise: str, spoiled: dict[str, Any]) -> None:
    assert promise in {each.promise for each in violations(SOUND._replace(**spoiled))}


@pytest.mark.parametrize(
    "spared",
    [
        {"mails": (MAIL._replace(thanked=False), MAIL._replace(at=NOW))},
        {"mails": (MAIL, MAIL._replace(at=NOW)), "stops": (Stop("worker", NOW - 30, 2.0),)},
        {"mails": (MAIL, MAIL._replace(at=NOW)), "silences": (NOW - 30,)},
        {"outbox": (ROW._replace(state="waiting", due=NOW + 600),)},
        {"told": (Told("disk", 1, doubtful=1),)},
        {"pokes": {"CLK1": (1, 1)}},
    ],
    ids=[
        "answer lost",
        "killed between",
        "the store away between",
        "its next try is to come",
        "an alert in doubt",
        "an event in doubt",
    ],
)
def test_what_has_a_cause_is_no_finding(spared: dict[str, Any]) -> None:
    assert violations(SOUND._replace(**spared)) == ()
