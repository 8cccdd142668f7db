"""A process full of branches, lists, blocks and undoing, for random lives."""

from tests.engine.builders import a_definition

FLOWING = a_definition("""
calendar: office
fields:
  summary: text
  kind: {type: choice, options: [calm, busy]}
  n: {type: number, default: 0}
  owner: user
  words: {type: list, of: text, default: [a, b, c]}
blocks:
  beside:
    runs_in: [work, more]
    do:
      - {task: Beside, for: [desk], form: [kind, {own: {type: number}}], undo: [{call: a.undo}]}
      - {call: a.beside, undo: [{call: a.undo}]}
      - {wait: 1 day}
      - {go: more}
  mend: {do: [{call: a.mend, save: {n: =result.n}}, {set: {n: =n + 1}}]}
states:
  work:
    do:
      - together:
          left:
            - for_each: word in words
              mode: together
              do:
                - {task: "Do {{ word }}", for: [desk], form: [kind, {own: {type: number}}], undo: [{block: mend}]}
                - {call: a.b, with: {what: =word}, undo: [{call: a.undo, with: {what: =word}}]}
          right:
            - for_each: word in words
              do:
                - do: [{call: a.c, when: kind == 'calm'}, {wait: 1 hour}]
                  undo: [{task: "Undo {{ word }}", for: [desk], form: [kind, {own: {type: number}}]}, {call: a.undo}]
                  on_error: [{wait: 2 hours}]
            - {fail: Bang, when: kind == 'busy'}
      - {go: more}
    on_error: [{go: back}]
    transitions: {out: {to: back, by: [anyone]}, on: {to: more, by: [anyone]}}
  more:
    do: [{block: mend, undo: [{set: {n: =n - 1}}]}, {call: a.more, undo: [{fail: No}]}]
    transitions: {out: {to: back, by: [anyone]}, again: {to: work, by: [anyone]}}
  back:
    do: [{together: {a: [{rollback: work}], b: [{rollback: more}]}}, {set: {n: =n + 100}}]
    transitions:
      again: {to: work, by: [anyone]}
      here: {to: back, by: [anyone]}
      more: {to: more, by: [anyone]}
      end: {to: last, after: 30 business days}
  last: {final: true}
""")
