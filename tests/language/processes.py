"""A small process for tests that read a whole definition."""

from language.definition import Definition
from language.reading import read_definition

REPAIR = """
process: repair
version: 1
title: Repair
number: REP
owner: boss
start: {to: new, by: [agent, finder_of_it], title: Report it}
fields:
  place: text
  begins: datetime
states:
  new:
    title: Just reported
    do:
      - do:
        - task: "Look at {{ place }}"
          for: [boss]
          due: 2 days
          at: {100%: [{notify: late, to: [boss]}]}
        - {call: parts.order, on_error: [{fail: No parts}]}
      - {wait: {event: parts.came, at_most: 3 days}}
      - {wait: =begins}
      - {wait: 2 hours}
      - {set: {place: here}}
      - {notify: "It <goes> on", to: [boss]}
      - go: mended
    transitions:
      give_up: {to: over, by: ["=boss"], title: "Give up; #1"}
      look_again: {by: [agent]}
      remind: {every: 1 day}
  waiting:
    transitions:
      begin: {to: new, at: =begins}
      skip: {to: [{to: mended, when: place is filled}, {to: over}], auto: true}
  mended:
    do: [{go: finish}]
    transitions:
      finish: {to: over}
      lose: {to: nowhere, by: [boss]}
      break_again: {to: new, event: broken.again, after: 3 days}
  over: {final: true}
transitions:
  delay: {from: [new, mended], to: waiting, by: [boss]}
"""


def a_process(text: str = REPAIR) -> Definition:
    """Read a process whose form is right, though its names need not mean anything."""
    return read_definition(text)
