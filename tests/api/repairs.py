"""What the API's tests are about: a small process with everything the API shows, its organisation and an intake."""

REPAIR = """
process: repair
version: 1
title: Repair
number: REP
owner: manager
calendar: office
read: [agent, customer]
write: [agent, customer]
correlate: alarm
start: {to: new, by: [agent, customer, automation], needs: [summary, customer], ask: [device, size, alarm, count, link]}
fields:
  summary: {type: text, required: true}
  customer: {type: user, required: true}
  device: {type: ref, of: service}
  size: {type: choice, options: [small, large], default: small}
  priority: {type: choice, options: [P1, P2]}
  group: {type: group, default: workshop}
  assignee: user
  offer: money
  margin: {type: money, internal: true}
  alarm: {type: text, index: true, internal: true}
  link: {type: text, internal: true}
  count: {type: number, default: 1, internal: true}
  outcome: {type: text, write: [agent]}
tables:
  priority:
    given: [size]
    gives: [priority]
    rows: [[large, P1], [small, P2]]
targets:
  response: {runs_in: [new], per: priority, within: {P1: 1 hour, P2: 8 hours}}
states:
  new:
    transitions:
      begin: {to: working, by: [workshop], needs: [assignee]}
  working:
    do:
      - task: Order the part
        id: order
        for: [assignee]
        due: 3 days
        form: [offer, {supplier: {type: text, required: true}}]
    transitions:
      finish: {to: done, by: [assignee], needs: [outcome], when: open_tasks == 0, blocked: Order the part first.}
      stumble: {to: stuck, by: [assignee]}
  stuck:
    do:
      - {fail: The machine is broken, when: outcome is empty}
      - set: {outcome: mended}
      - go: working
    transitions:
      give_up: {to: cancelled, by: [agent], needs: [reason]}
      ask: {to: judged, by: [agent]}
  judged:
    do:
      - approval: "May we mend {{ summary }}"
        id: mend
        by: [workshop, bob]
        votes: each
        due: 3 days
        void_if: [summary]
        rejected: [{go: cancelled}]
      - go: working
  done: {final: true}
  cancelled: {final: true}
transitions:
  cancel: {from: [new, working], to: cancelled, by: [agent], needs: [reason]}
  alarm_again: {from: [new, working], event: alarm.again, ask: [count]}
  alarm_over: {from: [new, working], event: alarm.over, to: done}
  delivered: {from: [new, working], event: part.delivered, ask: [outcome]}
"""

TESTS = """
tests: repair
cases:
  - name: A large repair is urgent
    at: 2026-03-06 10:00
    as: ann
    given: {summary: Broken, customer: carl, size: large}
    steps:
      - expect: {state: new, fields: {priority: P1}}
"""

ORGANISATION = """
people:
  ann: {name: Ann Agent, roles: [agent], groups: [workshop]}
  bob: {name: Bob Boss, roles: [agent, manager], groups: []}
  carl: {name: Carl Customer, email: carl@example.org, roles: [], groups: []}
  dora: {name: Dora Doe, roles: [], groups: []}
  gone: {name: Gone Girl, roles: [agent], groups: [workshop], active: false}
  alarms: {name: Alarms, roles: [automation], groups: []}
groups:
  workshop: {title: Workshop, lead: bob, secretary: dora}
roles:
  agent: {}
  manager: {}
  automation: {}
  administrator: {}
  process_owner: {}
services:
  press: {title: Press, owner: bob, group: workshop}
calendars:
  office:
    zone: Europe/Berlin
    hours: {mon: 08:00-17:00, tue: 08:00-17:00, wed: 08:00-17:00, thu: 08:00-17:00, fri: 08:00-17:00}
intakes:
  alertmanager:
    process: repair
    key: group
    start:
      summary: =title
      customer: alarms
      device: =labels.device
      size: "='large' if severity == 'critical' else 'small'"
      alarm: =group_key
      link: =url
      count: =alerts
    repeated: alarm.again
    resolved: alarm.over
"""
