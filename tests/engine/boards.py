"""A board of people, some of them away, and changes that ask it for approval."""

from typing import Any

from engine.record import Actor, Event, Kind
from language.organisation import Organisation
from language.organisation_reading import read_organisation
from tests.engine.builders import Life, a_definition

BOARD = ("ada", "ben", "cat", "don", "elf")
ADA, BEN, CAT, DON, ELF, SEC, MIN, REQ, MGR = (
    Actor(name, name.capitalize()) for name in (*BOARD, "sec", "min", "req", "mgr")
)

PEOPLE = """
roles: {manager: {}, nobodys: {}}
groups: {cab: {secretary: min}, security: {}, two: {}, empty: {}}
people:
  ada: {groups: [cab, two]}
  ben: {groups: [cab, two]}
  cat: {groups: [cab]}
  don: {groups: [cab]}
  elf: {groups: [cab]}
  old: {groups: [cab, security], active: false}
  sec: {groups: [security]}
  req: {}
  min: {}
  mgr: {roles: [manager]}
  sub: {}
  sib: {}
"""

CHANGE = """
owner: mgr
write: [manager, req]
fields: {plan: text, who: user, n: number, board: text, got: text, many: {type: list, of: user}, limit: datetime}
states:
  draft: {transitions: {ask: {to: judged, by: [anyone], ask: [plan, who, board]}}}
  judged:
    do:
      - approval: "Judge {{ plan }}"
        id: judge
        by: [cab]
%s
        approved: [{set: {got: yes}}]
        rejected: [{set: {got: no}}]
      - set: {n: 1}
    transitions: {back: {to: draft, by: [anyone]}, change: {by: [anyone], ask: [plan]}}
"""
NAME = "2.judge.1"
PATH = "2/judged/do/0"
ASK = Event(Kind.ACT, "ask", REQ, {"plan": "it"})


def an_organisation(absences: str = "") -> Organisation:
    """The board, with absences written as `person from until delegate`, one a line, on March days."""
    rows = [line.split() for line in absences.splitlines() if line.strip()]
    written = [
        f"  a{number}: {{person: {who}, from: 2026-03-{since} 00:00, until: 2026-03-{until} 00:00"
        + (f", delegate: {delegate[0]}}}" if delegate else "}")
        for number, (who, since, until, *delegate) in enumerate(rows)
    ]
    return read_organisation({"all.yaml": PEOPLE + ("absences:\n" + "\n".join(written) if written else "")})


ORGANISATION = an_organisation()


def asked(*keys: str, absences: str = "", text: str = CHANGE, **given: Any) -> Life:
    """Give a change whose approval has been asked, with these further keys of the step."""
    inserted = "\n".join(f"        {key}" for key in keys)
    if any(key.startswith("by:") for key in keys):
        text = text.replace("        by: [cab]\n", "")
    life = Life(a_definition(text % inserted), an_organisation(absences))
    life.happen(Event(Kind.START, actor=REQ, data={}))
    return life.happen(ASK._replace(data={**ASK.data, **given}))


def seats(life: Life, path: str = PATH) -> list[str]:
    """Name who has seats: `ben`, or `sub for ada`."""
    found = life.record.tokens[path].data["seats"]
    return [each["id"] + (f" for {each['for']['id']}" if "for" in each else "") for each in found]
