"""A small process for driver tests: people take or cancel it, a board votes, time expires it, calls and waits run."""

from language.organisation import Organisation

TICKET = """
process: ticket
version: 1
title: Ticket
number: TIC
owner: ann
read: [anyone]
write: [ann, bob]
correlate: reference
start: {to: open, ask: [subject, reference, service, deadline]}
fields:
  subject: {type: text, required: true}
  reference: {type: text, index: true}
  service: {type: ref, of: service}
  taker: user
  deadline: datetime
  notes: {type: number, default: 0}
  answer: text
targets:
  response:
    runs_in: [open]
    pauses_in: [working, looking, trying]
    within: 4 hours
    at:
      100%: [{notify: "Ticket {{ id }} is late", to: [ann]}]
states:
  open:
    entry: [{notify: "Ticket {{ id }} is open", to: [ann]}]
    transitions:
      take: {to: working, by: [ann, bob, carl, dora], ask: [taker]}
      cancel: {to: cancelled, by: [bob], needs: [reason]}
      consult: {to: asking, by: [ann, bob], ask: [deadline]}
      expire: {to: expired, after: 6 hours}
      lapse: {to: expired, at: =deadline}
  working:
    entry: [{notify: "Ticket {{ id }} is taken", to: [ann]}]
    do:
      - {task: Ask the customer, id: ask, for: [bob], form: [answer]}
      - wait: 30 days
    transitions:
      finish: {to: done, by: [ann, bob], when: open_tasks == 0, blocked: Complete the task first.}
      look_up: {to: looking, by: [ann]}
      try: {to: trying, by: [ann]}
      lapse: {to: expired, at: =deadline}
  looking:
    do:
      - call: test.look_up
        with: {text: "{{ subject }}"}
        save: {answer: =result.answer}
      - go: working
    transitions:
      stop: {to: cancelled, by: [bob]}
  asking:
    do:
      - {approval: May we, id: may, by: [ann, bob, carl], votes: all, due: =deadline, escalate_to: [dora],
         rejected: [{go: cancelled}]}
      - go: working
  trying:
    do:
      - call: test.look_up
        with: {text: "{{ subject }}"}
        save: {answer: =result.answer}
        retry: 0
      - go: working
  done: {final: true}
  cancelled:
    final: true
    entry: [{notify: "Ticket {{ id }} is cancelled", to: [ann]}]
  expired: {final: true}
transitions:
  noted: {from: [open, working, looking, asking, trying], event: ticket.noted, then: [{set: {notes: =notes + 1}}]}
"""

PEOPLE = ("ann", "bob", "carl", "dora")

ORGANISATION = Organisation(
    {
        "user": {
            name: {
                "name": name.title(),
                "email": f"{name}@example.org",
                "manager": None,
                "roles": [],
                "groups": [],
                "active": True,
            }
            for name in PEOPLE
        },
        "group": {},
        "role": {},
        "service": {"mail": {"title": "Mail", "owner": "ann", "group": None, "criticality": "high", "agreement": None}},
    }
)
