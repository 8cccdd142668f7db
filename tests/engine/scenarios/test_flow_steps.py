"""Scenarios of branches, lists, blocks and undoing, as process owners write them."""

from engine.scenarios.running import run_tests
from tests.engine.scenarios.trying import ORGANISATION, a_process

MOVE = """
process: move
version: 1
title: Move
number: MOV
owner: boss
calendar: office
write: [desk]
start: {to: packing, by: [desk], ask: [boxes]}
fields:
  boxes: {type: list, of: {name: text, to: user}}
  log: long_text
blocks:
  watch: {runs_in: [packing, back], do: [{wait: 1 day}, {notify: Still moving, to: [desk]}]}
  sign: {do: [{task: Sign, for: [desk], id: sign}]}
states:
  packing:
    do:
      - together:
          boxes:
            - for_each: box in boxes
              mode: together
              do:
                - task: "Pack {{ box.name }}"
                  for: [box.to]
                  id: pack
                  undo: [{task: "Unpack {{ box.name }}", for: [box.to]}]
          van: [{call: van.order, undo: [{call: van.cancel}]}]
      - block: sign
      - go: done
    transitions: {stop: {to: back, by: [desk]}}
  back: {do: [{rollback: packing}, {go: done}]}
  done: {final: true}
"""

CASES = """
tests: move
cases:
  - name: Two boxes go out together, and come back the last first
    at: 2026-03-06 10:00
    as: bob
    given: {boxes: [{name: Red, to: bob}, {name: Blue, to: eva}]}
    answers: {van.cancel: {}}
    steps:
      - expect: {open: [{task: Pack Red, for: bob}, {task: Pack Blue, for: eva}], called: [van.order]}
      - {complete: Pack Blue, as: eva}
      - {complete: Pack Red, as: bob}
      - pass: 1 day
      - expect: {sent: ["Still moving to bob, eva"]}
      - {act: stop, as: bob}
      - expect: {open: [Unpack Red], journal: ["rolling back packing: 3 steps", has ended, undoing pack]}
      - {complete: Unpack Red, as: bob}
      - expect: {open: [Unpack Blue]}
      - {complete: Unpack Blue, as: eva}
      - expect: {state: done, called: [van.cancel]}
  - name: All goes well
    at: 2026-03-06 10:00
    as: bob
    given: {boxes: []}
    answers: {van.order: {}}
    steps:
      - {complete: sign, as: eva}
      - expect: {state: done, journal: [block watch stopped]}
"""


def test_a_process_owner_sees_branches_blocks_and_undoing() -> None:
    report = run_tests(CASES, a_process(MOVE), ORGANISATION)
    assert [case.failure for case in report.cases if not case.passed] == []
    assert [each.missed for each in report.coverage] == [()] * 4
