"""The small process that is measured: an errand is given to somebody, approved by two, and closed in time."""

from typing import NamedTuple

from language.organisation import Organisation
from language.organisation_reading import read_organisation

ERRAND = """
process: errand
version: 1
title: Errand
number: ERR
owner: ann
read: [anyone]
start: {to: new, ask: [summary]}
fields:
  summary: {type: text, required: true}
  assignee: user
states:
  new:
    entry: [{notify: "{{ id }} is new", to: [ann]}]
    transitions:
      assign: {to: approving, by: [ann], ask: [assignee]}
  approving:
    do:
      - {approval: May it be done, id: may, by: [ann, bob], votes: all, due: 2 days, rejected: [{go: closed}]}
      - go: approved
  approved:
    transitions:
      close: {to: closed, by: [ann]}
      lapse: {to: closed, after: 3 days}
  closed: {final: true}
"""

PEOPLE = """
people:
  ann: {name: Ann, email: ann@example.org}
  bob: {name: Bob, email: bob@example.org}
"""


class Step(NamedTuple):
    """One decision of somebody on an errand."""

    kind: str
    name: str
    who: str
    data: dict[str, object]


STEPS = (
    Step("act", "assign", "ann", {"assignee": {"id": "bob", "label": "Bob"}}),
    Step("vote", "may", "ann", {"choice": "yes", "comment": None}),
    Step("vote", "may", "bob", {"choice": "yes", "comment": None}),
    Step("act", "close", "ann", {}),
)
"""What happens to an errand after it was created."""


def people() -> Organisation:
    """Give those who take part."""
    return read_organisation({"organisation.yaml": PEOPLE})
