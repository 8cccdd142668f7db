"""The checker finds a seeded mistake of every kind, where it was made."""

from dataclasses import replace
from pathlib import Path

import pytest

from language.checker import check
from language.codes import CODES
from language.messages import MESSAGE_NAMES, RECORD_NAMES, read_message
from language.organisation_reading import read_organisation
from language.problems import Problem
from language.reading import read_definition
from language.static_types import TEXT
from language.surroundings import ActionShape, Surroundings
from language.values import FieldType, Shape

DEFINITIONS = Path(__file__).parents[2] / "definitions"
GROUP = Shape(FieldType.GROUP)
ACTIONS = {
    "routing.suggest_group": ActionShape(
        {"service": Shape(FieldType.TEXT), "text": TEXT}, ("service", "text"), {"group": GROUP}
    ),
    "journals.timeline": ActionShape(
        {"records": Shape(FieldType.LIST)}, ("records",), {"text": Shape(FieldType.LONG_TEXT)}
    ),
    "approvals.record": ActionShape(
        {
            **dict.fromkeys(("record", "approval", "voter", "recorded_by"), TEXT),
            "choice": Shape(FieldType.CHOICE, options=("yes", "no")),
            "seen_at": Shape(FieldType.DATETIME),
            "comment": Shape(FieldType.LONG_TEXT),
        },
        ("record", "approval", "voter", "choice", "recorded_by", "seen_at"),
        {"decided": Shape(FieldType.YES_NO)},
    ),
    "identity.grant": ActionShape(
        {"person": TEXT, "entitlement": TEXT}, ("person", "entitlement"), {"account": Shape(FieldType.TEXT)}
    ),
    "identity.revoke": ActionShape(
        {"person": TEXT, "entitlement": TEXT, "account": TEXT}, ("person", "entitlement"), {}
    ),
    "stock.reserve": ActionShape(
        {"item": TEXT, "person": TEXT}, ("item", "person"), {"reservation": Shape(FieldType.TEXT)}
    ),
    "stock.release": ActionShape({"reservation": TEXT}, (), {}),
    "purchasing.order": ActionShape(
        {"item": TEXT, "person": TEXT, "cost": Shape(FieldType.MONEY)},
        ("item", "person", "cost"),
        {"order": Shape(FieldType.TEXT)},
    ),
    "purchasing.cancel": ActionShape({"order": TEXT}, (), {}),
    "cmdb.set_version": ActionShape(
        dict.fromkeys(("item", "version", "instead_of"), TEXT), ("item",), {"version": Shape(FieldType.TEXT)}
    ),
    "deployment.deploy": ActionShape(
        dict.fromkeys(("service", "version", "target"), TEXT),
        ("service", "version", "target"),
        {"previous": Shape(FieldType.TEXT), "log": Shape(FieldType.LONG_TEXT)},
    ),
    "deployment.restore": ActionShape(
        dict.fromkeys(("service", "target", "version"), TEXT),
        ("service", "target"),
        {"log": Shape(FieldType.LONG_TEXT)},
    ),
    "health.gate": ActionShape(
        {**dict.fromkeys(("service", "target"), TEXT), **dict.fromkeys(("since", "until"), Shape(FieldType.DATETIME))},
        ("service", "target", "since", "until"),
        {
            "healthy": Shape(FieldType.YES_NO),
            "score": Shape(FieldType.NUMBER),
            **dict.fromkeys(("reason", "source"), Shape(FieldType.TEXT)),
        },
    ),
}
AROUND = Surroundings(
    people=("ann", "bob", "twin"),
    groups=("desk", "team", "twin"),
    roles=("agent", "boss"),
    calendars=("office",),
    messages={"told": ("id", "summary", "link"), "counted": ("id", "times")},
    things={"group": ("desk", "team"), "user": ("ann", "bob"), "service": ("mail",)},
    actions=ACTIONS,
)

TICKET = """\
process: ticket
version: 1
title: Ticket
number: TIC
owner: boss
calendar: office
read: [agent, caller]
write: [agent]
correlate: key
start: {to: open, by: [agent, caller], needs: [summary, caller], ask: [impact, urgent, group, key]}

fields:
  summary: {type: text, required: true}
  caller: user
  group: {type: group, default: desk}
  service: {type: ref, of: service}
  impact: {type: choice, options: [high, low], default: low}
  urgent: {type: yes_no, default: false}
  priority: {type: choice, options: [P1, P2, P3]}
  weight: {type: number, value: =len(summary)}
  due_date: datetime
  cost: {type: money, when: urgent, locked: state == 'done', valid: cost > 0}
  key: {type: text, index: true}
  parts: {type: list, of: {title: text, size: number}}
  friends: {type: list, of: user, write: [agent]}
  related: {type: list, of: configuration_item}

tables:
  priority:
    given: [impact, urgent]
    gives: [priority]
    rows:
      - [high, true, P1]
      - [high, false, P2]
      - [low, any, P3]

targets:
  answer:
    runs_in: [open]
    pauses_in: [waiting]
    per: priority
    within: {P1: 1 hour, P2: 4 business hours, P3: 2 business days}
    agreement: =service.agreement
    at:
      75%: [{notify: told, to: [group.lead, caller.manager]}]

states:
  open:
    entry: [{notify: "Hello {{ caller.name }}", to: [caller, friends]}]
    do:
      - call: routing.suggest_group
        with: {service: =service.id, text: "{{ summary }}"}
        save: {group: =result.group}
        timeout: 1 minute
        on_error: [{set: {summary: =error.text}}]
      - {task: "Look at {{ summary }}", id: look, for: [group], form: [impact, {found: {type: text}}], due: 2 hours}
      - approval: "May we {{ summary }}"
        id: may
        by: [ann, group]
        votes: {share: 60%, quorum: 2}
        veto: [boss]
        not: [caller]
        due: 2 days
        at: {50%: [{notify: "Vote", to: [seats]}]}
        escalate_to: [boss]
        void_if: [summary]
        approved: [{set: {urgent: true}}]
        rejected: [{set: {urgent: false}}]
        expired: [{go: waiting}]
      - choose:
          - when: tasks.look.found == 'nothing'
            do: [{go: finish}]
          - do: [{notify: counted, to: [agent], with: {times: 3}}]
      - repeat:
          do: [{wait: {event: part.came, at_most: 1 day}, save: {cost: =event.cost}}]
          until: cost > 10
      - {wait: =due_date}
      - do: [{wait: 1 business day}]
        when: urgent
      - fail: "{{ summary }} took too long"
    on_error: [{set: {summary: "=error.code + ': ' + error.text"}}]
    transitions:
      finish: {to: done, by: [agent, group], needs: [summary, reason], when: open_tasks == 0, blocked: Not yet}
      park: {to: waiting, by: [group], ask: [comment]}
  waiting:
    transitions:
      resume: {to: [{to: open, when: urgent}, {to: done}], event: caller.replied}
      give_up: {to: done, after: 3 business days}
      remind: {at: =due_date, every: 2 business days, then: [{notify: told, to: [caller]}]}
  done: {final: true}

transitions:
  cancel: {from: [open, waiting], to: done, by: [boss], needs: [reason]}
"""

SEEDS = [
    # code, what is replaced, by what, the beginning of the line it is found on when that is not the first changed one
    ("unknown-key", "version: 1", "version: 1\nversoin: 2"),
    ("missing-key", "title: Ticket\n", "", "process: ticket"),
    ("wrong-kind", "title: Ticket", "title: [Ticket]"),
    ("bad-text", "title: Ticket", f"title: {'x' * 201}"),
    ("bad-text", "options: [high, low]", f"options: [{'x' * 201}, high, low]"),
    ("bad-number", "version: 1", "version: 0"),
    ("bad-number-prefix", "number: TIC", "number: ticket"),
    ("unknown-people", "owner: boss", "owner: bos"),
    ("unknown-calendar", "calendar: office", "calendar: offce"),
    ("wrong-type", "calendar: office", "calendar: =urgent"),
    ("read-restricted", "read: [agent,", "read: [ann,"),
    ("unknown-people", "read: [agent,", "read: [agnet,"),
    ("unknown-people", "write: [agent]\nc", "write: [anyone]\nc"),
    ("named-twice", "read: [agent,", "read: [caller,"),
    ("correlate-not-indexed", "correlate: key", "correlate: summary"),
    ("unknown-field", "correlate: key", "correlate: kee"),
    ("not-people", "by: [agent, caller], needs", "by: [agent, summary], needs"),
    ("unknown-field", "needs: [summary, caller]", "needs: [sumary, caller]"),
    ("kept-field", "ask: [impact, urgent,", "ask: [impact, priority,"),
    ("kept-field", "ask: [impact, urgent,", "ask: [impact, weight,"),
    ("named-twice", "ask: [impact,", "ask: [summary,"),
    ("unknown-state", "to: open, by", "to: opne, by"),
    ("unknown-type", "caller: user", "caller: usr"),
    ("unknown-kind", "of: service}", "of: servce}"),
    ("unknown-kind", "of: service}", "of: incident}"),
    ("unknown-kind", "of: service}", "of: catalogue_item}"),
    ("unknown-kind", "of: configuration_item}", "of: change}"),
    ("bad-of", "of: {title: text, size: number}", "of: choice"),
    ("bad-options", "options: [high, low], ", ""),
    ("bad-name", "  cost:", "  Cost:"),
    ("name-taken", "  due_date:", "  actor: user\n  due_date:"),
    ("bad-value", "default: low", "default: lwo"),
    ("unknown-thing", "default: desk", "default: dask"),
    ("kept-field", "options: [P1, P2, P3]", "options: [P1, P2, P3], default: P1"),
    ("kept-field", "value: =len(summary)", "value: =len(summary), default: 1"),
    ("not-an-expression", "value: =len(summary)", "value: len(summary)"),
    ("unknown-function", "=len(summary)", "=lne(summary)"),
    ("wrong-arguments", "=len(summary)", '"=len(summary, key)"'),
    ("wrong-type", "=len(summary)", "=len(urgent)"),
    ("circular-value", "=len(summary)", "=weight + 1"),
    ("not-a-condition", "when: urgent, locked", "when: summary, locked"),
    ("wrong-type", "valid: cost > 0", "valid: cost > caller"),
    ("unknown-option", "locked: state == 'done'", "locked: state == 'dne'"),
    ("unknown-people", "write: [agent]}", "write: [agnt]}"),
    ("kept-twice", "gives: [priority]", "gives: [weight]"),
    ("unknown-field", "given: [impact, urgent]", "given: [impct, urgent]"),
    ("bad-cell", "[high, true, P1]", "[hgih, true, P1]"),
    ("bad-cell", "[high, true, P1]", "[high, true, P4]"),
    ("row-length", "[high, true, P1]", "[high, true]"),
    ("unreachable-row", "- [low, any, P3]", "- [low, any, P3]\n      - [low, true, P2]", "- [low, true"),
    ("table-gap", "- [low, any, P3]", "- [low, true, P3]", "priority:\n"),
    ("unknown-state", "runs_in: [open]", "runs_in: [opne]"),
    ("runs-and-pauses", "pauses_in: [waiting]", "pauses_in: [open]", "answer:"),
    ("unknown-field", "per: priority", "per: prio"),
    ("wrong-type", "per: priority", "per: summary"),
    ("per-and-within", "    per: priority\n", "", "answer:"),
    ("unknown-option", "P3: 2 business days", "P4: 2 business days"),
    ("target-without-value", ", P3: 2 business days", ""),
    ("bad-duration", "P1: 1 hour", "P1: 1 huor"),
    ("unknown-attribute", "=service.agreement", "=service.agrement"),
    ("wrong-type", "agreement: =service.agreement", "agreement: =service.owner"),
    ("calendar-missing", "calendar: office\n", "", "within:"),
    ("bad-percent", "75%:", "x%:"),
    ("unknown-message", "notify: told, to: [group", "notify: tol, to: [group"),
    ("unknown-in-message", "notify: told, to: [group", "notify: counted, to: [group"),
    ("unknown-attribute", "[group.lead, caller.manager]", "[group.laed, caller.manager]"),
    ("unknown-field", "[group.lead, caller.manager]", "[gruop.lead, caller.manager]"),
    ("not-people", "[group.lead, caller.manager]", "[group.title, caller.manager]"),
    ("not-people", "[group.lead, caller.manager]", "[group.lead, =urgent]"),
    ("unknown-name", "Hello {{ caller.name }}", "Hello {{ caler.name }}"),
    ("unknown-action", "routing.suggest_group", "routing.sugest_group"),
    ("unknown-input", 'text: "{{ summary }}"', 'txt: "{{ summary }}"'),
    ("missing-input", ', text: "{{ summary }}"', "", "- call"),
    ("bad-value", "with: {service: =service.id,", "with: {service: [a],"),
    ("unknown-attribute", "=result.group", "=result.gruop"),
    ("unknown-field", "save: {group:", "save: {gruop:"),
    ("kept-field", "save: {group: =result.group}", "save: {priority: =result.group}"),
    ("wrong-type", "save: {group: =result.group}", "save: {caller: =result.group}"),
    ("not-here", "set: {summary: =error.text}", "set: {summary: =result.text}"),
    ("not-here", "until: cost > 10", "until: error.code == 'timeout'"),
    ("write-only", "until: cost > 10", "until: reason == 'why'"),
    ("write-only", "set: {summary: =error.text}", "set: {note: =error.text}"),
    ("bad-duration", "timeout: 1 minute", "timeout: 1 business hour"),
    ("bad-expression", "=error.text", "=error..text"),
    ("unknown-step", "- {task:", "- {tsk:"),
    ("unknown-step", "- {wait: =due_date}", "- {id: x}"),
    ("two-steps", "- {wait: =due_date}", "- {wait: =due_date, set: {cost: 1}}"),
    ("unknown-people", "for: [group]", "for: [gorup]"),
    ("unknown-field", "form: [impact,", "form: [impct,"),
    ("name-taken", "{found: {type: text}}", "{cost: {type: text}}"),
    ("wait-without-deadline", ", due: 2 hours", ""),
    ("due-missing", ", due: 2 hours", ", escalate_to: [boss]"),
    ("wrong-type", "due: 2 hours", "due: =summary"),
    ("duplicate-id", "- {wait: =due_date}", "- {wait: =due_date, id: look}"),
    ("unknown-attribute", "tasks.look.found", "tasks.lok.found"),
    ("bad-votes", "votes: {share: 60%, quorum: 2}", "votes: most"),
    ("bad-votes", "votes: {share: 60%, quorum: 2}", "votes: {share: 60%, quorm: 2}"),
    ("wrong-type", "votes: {share: 60%, quorum: 2}", "votes: =caller"),
    ("unknown-name", "votes: {share: 60%, quorum: 2}", "votes: =board.votes"),
    ("missing-key", "        by: [ann, group]\n", "", "- approval"),
    ("approval-rejected", "        rejected: [{set: {urgent: false}}]\n", "", "- approval"),
    ("unknown-people", "by: [ann, group]", "by: [ann, gruop]"),
    ("unknown-people", "veto: [boss]", "veto: [bos]"),
    ("unknown-people", "not: [caller]", "not: [caler]"),
    ("unknown-people", "escalate_to: [boss]\n        void", "escalate_to: [bos]\n        void"),
    ("unknown-field", "void_if: [summary]", "void_if: [sumary]"),
    ("named-twice", "void_if: [summary]", "void_if: [summary, summary]"),
    ("unknown-state", "expired: [{go: waiting}]", "expired: [{go: watiing}]"),
    ("unknown-field", "approved: [{set: {urgent: true}}]", "approved: [{set: {urgnt: true}}]"),
    ("unknown-people", "to: [seats]", "to: [seat]"),
    ("not-here", "until: cost > 10", "until: len(seats) > 10"),
    ("approval-undecidable", "by: [ann, group]", "by: [ann]", "votes:"),
    ("approval-undecidable", "not: [caller]", "not: [ann, group]", "by: [ann, group]"),
    (
        "due-missing",
        '        due: 2 days\n        at: {50%: [{notify: "Vote", to: [seats]}]}\n        escalate_to: [boss]\n',
        "",
        "- approval",
    ),
    ("unknown-attribute", "tasks.look.found == 'nothing'", "approvals.my.outcome == 'approved'"),
    ("unknown-option", "tasks.look.found == 'nothing'", "approvals.may.outcome == 'yes'"),
    (
        "wait-without-deadline",
        "      - {wait: =due_date}",
        "      - {approval: Yes, by: [agent], rejected: [{go: finish}]}",
    ),
    (
        "choose-without-else",
        "- do: [{notify: counted",
        "- when: urgent\n            do: [{notify: counted",
        "- when: urgent",
    ),
    ("unreachable-branch", "- when: tasks.look.found == 'nothing'\n            do", "- do", "- do: [{go: finish"),
    ("unknown-state", "go: finish", "go: finsh"),
    ("unreachable-step", "do: [{go: finish}]", "do: [{go: finish}, {set: {cost: 1}}]"),
    ("ambiguous-name", "by: [boss]", "by: [twin]"),
    ("ambiguous-name", "to: done, by: [agent, group]", "to: done, by: [agent, twin]"),
    (
        "repeat-without-end",
        "do: [{wait: {event: part.came, at_most: 1 day}, save: {cost: =event.cost}}]",
        "do: [{set: {cost: 1}}]",
    ),
    ("missing-key", "{event: part.came, at_most: 1 day}", "{event: part.came}"),
    ("nothing-to-save", "- {wait: =due_date}", "- {wait: =due_date, save: {cost: =event.cost}}"),
    ("wrong-type", "- {wait: =due_date}", "- {wait: =urgent}"),
    ("triggers-itself", "event: caller.replied", "event: resume"),
    ("name-taken", "with: {times: 3}", "with: {times: 3, link: here}"),
    ("not-an-expression", "at: =due_date", "at: due_date"),
    ("unknown-field", "event: caller.replied", "event: calller.replied"),
    ("stray-equals", "when: open_tasks == 0", "when: =open_tasks == 0"),
    ("stray-braces", "when: open_tasks == 0", 'when: "{{ open_tasks }} == 0"'),
    ("guard-without-blocked", ", blocked: Not yet", ""),
    ("blocked-without-when", "when: open_tasks == 0, ", ""),
    ("step-not-here", "then: [{notify: told, to: [caller]}]", "then: [{wait: 1 day}]"),
    (
        "step-not-here",
        "entry: [{notify:",
        "entry: [{call: routing.suggest_group, with: {service: a, text: b}, on_error: [{fail: no}]}, {notify:",
    ),
    ("two-times", "after: 3 business days", "after: 3 business days, auto: true"),
    ("two-times", "every: 2 business days", "auto: true, every: 2 business days", "      remind"),
    ("bad-duration", "every: 2 business days", "every: 0 days"),
    ("too-often", "every: 2 business days", "every: 14 minutes"),
    ("never-repeats", "after: 3 business days", "after: 3 business days, every: 1 day"),
    ("calendar-missing", "calendar: office\n", "", "      remind"),
    ("schedule-incomplete", "start: {to: open, by: [agent, caller],", "start: {to: open, at: 2026-03-06 10:00,"),
    ("correlate-not-asked", "ask: [impact, urgent, group, key]}", "ask: [impact, urgent, group], event: ticket.came}"),
    ("every-without-at", "start: {to: open, by: [agent, caller],", "start: {to: open, every: 1 week,"),
    ("bad-time", "start: {to: open, by: [agent, caller],", "start: {to: open, at: soon,"),
    ("auto-without-to", "give_up: {to: done, after: 3 business days}", "give_up: {auto: true}"),
    ("unreachable-branch", "{to: open, when: urgent}, {to: done}", "{to: open}, {to: done}"),
    ("final-goes-on", "done: {final: true}", "done: {final: true, do: [{set: {cost: 1}}]}"),
    ("final-goes-on", "from: [open, waiting]", "from: [open, done]"),
    ("unknown-state", "from: [open, waiting]", "from: [open, watiing]"),
    ("nested-expression", "times: 3", "times: [=cost]"),
    ("nothing-here", "by: [boss]", "by: []"),
    ("never-happens", "by: [boss], ", ""),
    (
        "unreachable-state",
        "  done: {final: true}",
        "  lost: {transitions: {back: {to: open, by: [agent]}}}\n  done: {final: true}",
    ),
    ("no-final-state", "done: {final: true}", "done: {}", "process: ticket"),
]


SCHEDULED = "start: {to: open, at: 2026-03-06 10:00, every: 1 business day, needs: [summary], ask: [key]}"


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"text, required: true": "text, default: Look"}, []),
        ({}, ["schedule-incomplete"]),
        ({"text, required: true": "text, default: Look", "every: 1 business day": "every: 5 minutes"}, ["too-often"]),
        ({"text, required: true": "text, default: Look", "calendar: office": "calendar: =key"}, ["calendar-missing"]),
    ],
)
def test_a_schedule_starts_records_without_anybodys_help(changes: dict[str, str], codes: list[str]) -> None:
    text = changed(
        "start: {to: open, by: [agent, caller], needs: [summary, caller], ask: [impact, urgent, group, key]}", SCHEDULED
    )
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    assert [problem.code for problem in problems_of(text)] == codes


def problems_of(text: str) -> tuple[Problem, ...]:
    return check(text, AROUND)


def changed(old: str, new: str) -> str:
    """Give the ticket with its first `old` replaced, which must be there."""
    assert old in TICKET
    return TICKET.replace(old, new, 1)


def first_difference(text: str) -> int:
    lines = zip(TICKET.split("\n"), text.split("\n"), strict=False)
    return next(number for number, (before, after) in enumerate(lines, start=1) if before != after)


def test_a_sound_definition_has_no_problems() -> None:
    assert problems_of(TICKET) == ()


@pytest.mark.parametrize(("code", "old", "new", "line"), [(*seed, None)[:4] for seed in SEEDS])
@pytest.mark.semantics("G1.8", "G4.3")
def test_a_seeded_mistake_is_found_where_it_was_made(code: str, old: str, new: str, line: str | None) -> None:
    text = changed(old, new)
    found = {problem.line: problem for problem in problems_of(text) if problem.code == code}
    wanted = [
        number for number, one in enumerate(text.split("\n"), start=1) if line and one.strip().startswith(line.strip())
    ]
    assert found, f"{code} is not among {problems_of(text)}"
    assert any(number in found for number in wanted or [first_difference(text)]), found
    assert found[min(found)].message


def test_seeds_show_more_than_thirty_kinds_of_mistake() -> None:
    codes = dict.fromkeys(seed[0] for seed in SEEDS)
    assert len(codes) > 30
    assert not [code for code in codes if code not in CODES]


def test_a_mistake_is_shown_at_its_letter() -> None:
    [problem] = problems_of(changed("when: open_tasks == 0", "when: open_tsks == 0"))
    line = changed("when: open_tasks == 0", "when: open_tsks == 0").split("\n")[problem.line - 1]
    assert line[problem.column - 1 :].startswith("open_tsks == 0")
    assert problem.hint == 'Did you mean "open_tasks"?'


def test_all_mistakes_are_found_at_once_in_the_order_of_the_text() -> None:
    text = (
        changed("to: done, by: [boss]", "to: don, by: [bos]")
        .replace("number: TIC", "number: tic")
        .replace("[agent, group]", "[agent, gruop]")
    )
    assert [problem.code for problem in problems_of(text)] == [
        "bad-number-prefix",
        "unknown-people",
        "unknown-state",
        "unknown-people",
    ]


def test_a_refused_type_is_one_mistake_and_not_many() -> None:
    assert [problem.code for problem in problems_of(changed("caller: user", "caller: usr"))] == ["unknown-type"]
    assert [problem.code for problem in problems_of(changed("options: [high, low], ", ""))] == ["bad-options"]


def test_a_text_without_keys_has_one_problem() -> None:
    assert [problem.code for problem in problems_of("- a\n- b\n")] == ["wrong-kind"]
    assert [problem.code for problem in problems_of("a: [")] == ["syntax"]


def test_a_definition_without_most_of_its_keys_is_looked_at_all_the_same() -> None:
    codes = [problem.code for problem in problems_of("process: ticket\nstates: {open: {do: [{go: done}]}}")]
    assert codes == ["missing-key"] * 6 + ["unknown-state"]


def test_a_table_named_like_a_field_cannot_be_read_by_its_outputs() -> None:
    text = changed("gives: [priority]", "gives: [board]").replace("  priority:\n    given", "  summary:\n    given")
    assert [problem.code for problem in problems_of(text) if problem.line == 29] == ["ambiguous-name"]


def test_the_outputs_of_a_table_can_be_read() -> None:
    text = changed("gives: [priority]", "gives: [board]").replace("  priority:\n    given", "  who:\n    given")
    assert problems_of(text.replace("by: [boss]", "by: [=who.board]")) == ()
    assert [problem.code for problem in problems_of(text.replace("by: [boss]", "by: [=who.bord]"))] == [
        "unknown-attribute"
    ]


def test_two_tables_cannot_keep_one_field() -> None:
    text = changed(
        "targets:", "  other:\n    given: [urgent]\n    gives: [priority]\n    rows: [[any, P1]]\n\ntargets:"
    )
    assert [(problem.code, problem.message) for problem in problems_of(text)] == [
        ("kept-twice", '"priority" is already kept by the table priority')
    ]


def test_a_table_too_big_to_check_is_a_finding() -> None:
    fields = "".join(f"  f{number}: {{type: choice, options: [a, b, c, d, e, f]}}\n" for number in range(12))
    cells = [["any"] * 12 for _ in range(200)]
    for number, row in enumerate(cells):
        row[number % 12], row[(number + 5) % 12], row[(number + 7) % 12] = (
            "abcdef"[number % 6],
            "fedcba"[number % 5],
            "c",
        )
    rows = "".join(f"      - [{', '.join(row)}, x]\n" for row in cells)
    given = ", ".join(f"f{number}" for number in range(12))
    table = f"tables:\n  big:\n    given: [{given}]\n    gives: [out]\n    rows:\n{rows}"
    text = changed("\ntables:\n", f"{fields}\n{table}")
    assert "table-too-big" in [problem.code for problem in problems_of(text)]


@pytest.mark.parametrize(
    ("go", "behind", "codes"),
    [
        ("{go: finish, on_error: [{set: {cost: 2}}]}", "{set: {cost: 1}}", []),
        ("{fail: No, on_error: [{set: {cost: 2}}]}", "{go: finish}", []),
        ("{fail: No, on_error: [{go: finish}]}", "{set: {cost: 1}}", ["unreachable-step"]),
        ("{fail: No}", "{go: finish}", ["unreachable-step"]),
    ],
)
def test_what_stands_behind_a_step_whose_error_is_taken_is_reached(go: str, behind: str, codes: list[str]) -> None:
    text = changed("do: [{go: finish}]", f"do: [{go}, {behind}]")
    assert [problem.code for problem in problems_of(text)] == codes


def test_a_go_that_could_lead_two_ways_is_ambiguous() -> None:
    text = changed("go: finish", "go: done").replace("      finish:", "      done:")
    assert [problem.code for problem in problems_of(text)] == ["ambiguous-name"]


def test_a_go_to_a_transition_at_the_top_makes_it_happen() -> None:
    text = changed("by: [boss], ", "").replace("go: finish", "go: cancel")
    assert problems_of(text) == ()


def test_a_state_that_never_ends_is_a_dead_end() -> None:
    stuck = "  stuck: {transitions: {again: {to: stuck, by: [boss]}}}\n  done: {final: true}"
    text = changed("  done: {final: true}", stuck).replace("park: {to: waiting", "park: {to: stuck")
    found = {problem.code: problem.message for problem in problems_of(text)}
    assert found["dead-end"] == 'from "stuck" no final state can be reached'


AUTO = "  done: {final: true}"


@pytest.mark.parametrize(("guard", "severity"), [("", "error"), (", when: urgent", "warning")])
def test_auto_transitions_that_lead_back_are_found(guard: str, severity: str) -> None:
    ping = f"  ping: {{transitions: {{go_on: {{to: pong, auto: true{guard}}}, off: {{to: done, by: [boss]}}}}}}\n"
    pong = "  pong: {transitions: {back: {to: ping, auto: true}}}\n"
    text = changed("  done: {final: true}", f"{ping}{pong}  done: {{final: true}}").replace(
        "park: {to: waiting", "park: {to: ping"
    )
    found = [(problem.code, problem.severity) for problem in problems_of(text) if problem.code == "auto-circle"]
    assert found == [("auto-circle", severity)] * 2


def test_a_guard_of_a_state_must_say_why_it_blocks() -> None:
    found = problems_of(changed("  done: {final: true}", "  done: {final: true, when: urgent}"))
    assert [(problem.code, problem.severity) for problem in found] == [("guard-without-blocked", "warning")]


def test_a_guard_of_a_state_may_hold_up_an_auto_transition() -> None:
    gate = (
        "  ping: {when: urgent, blocked: No, transitions: {on: {to: pong, auto: true}, off: {to: done, by: [boss]}}}\n"
    )
    pong = "  pong: {transitions: {back: {to: ping, auto: true}}}\n"
    text = changed("  done: {final: true}", f"{gate}{pong}  done: {{final: true}}").replace(
        "park: {to: waiting", "park: {to: ping"
    )
    assert {problem.severity for problem in problems_of(text) if problem.code == "auto-circle"} == {"warning"}


def test_a_state_with_a_way_out_by_time_needs_no_deadline_for_its_tasks() -> None:
    text = changed(
        "    transitions:\n      resume", "    do: [{task: Think, for: [caller]}]\n    transitions:\n      resume"
    )
    assert problems_of(text) == ()


def test_anyone_may_take_a_transition_but_not_be_told() -> None:
    assert problems_of(changed("by: [boss]", "by: [anyone]")) == ()
    assert [one.code for one in problems_of(changed("to: [caller, friends]", "to: [anyone]"))] == ["unknown-people"]


def test_what_stands_beside_a_refused_name_is_shown_at_the_list() -> None:
    found = problems_of(changed("by: [boss]", "by: [[boss], =bos]"))
    assert [problem.code for problem in found] == ["unknown-name", "wrong-kind"]


def test_a_go_where_none_can_stand_is_one_mistake() -> None:
    assert [
        problem.code for problem in problems_of(changed("then: [{notify: told, to: [caller]}]", "then: [{go: done}]"))
    ] == ["step-not-here"]


def test_a_target_needs_no_agreement() -> None:
    assert problems_of(changed("    agreement: =service.agreement\n", "")) == ()


def test_a_hundred_mistakes_are_enough() -> None:
    ways = "".join(f"      way{number}: {{to: nowhere{number}, by: boss}}\n" for number in range(150))
    assert len(problems_of(changed("      park:", f"{ways}      park:"))) == 100


@pytest.mark.parametrize("place", ["wait: =due_date", "at: =due_date", "form: [impact], due: =due_date"])
def test_a_date_is_no_time(place: str) -> None:
    text = changed("form: [impact, {found: {type: text}}], due: 2 hours", "form: [impact], due: =due_date")
    text = text.replace("tasks.look.found == 'nothing'", "urgent").replace("due_date: datetime", "due_date: date")
    line = next(number for number, one in enumerate(text.split("\n"), start=1) if place in one)
    [problem] = [problem for problem in problems_of(text) if problem.line == line]
    assert (problem.code, problem.hint) == ("wrong-type", "Name a field of type datetime, for example.")


def test_a_go_by_a_transition_that_stays_is_refused() -> None:
    stays = "  count: {from: [open], by: [boss], then: [{set: {cost: 1}}]}\n  cancel:"
    text = changed("go: finish", "go: count").replace("  cancel:", stays)
    [problem] = problems_of(text)
    assert (problem.code, problem.message) == (
        "go-stays",
        'the transition "count" leads to no state, and `go` leaves the state',
    )


@pytest.mark.parametrize("name", ["now", "actor", "event", "error", "result", "who", "comment"])
def test_a_message_cannot_read_what_belongs_to_one_moment_or_to_a_table(name: str) -> None:
    text = changed("gives: [priority]", "gives: [board]").replace("  priority:\n    given", "  who:\n    given")
    around = replace(AROUND, messages={**AROUND.messages, "told": ("id", name)})
    assert {problem.code for problem in check(text, around)} == {"unknown-in-message"}


@pytest.mark.parametrize("name", [*RECORD_NAMES, *MESSAGE_NAMES, "summary"])
def test_a_message_may_read_what_it_is_given(name: str) -> None:
    assert check(TICKET, replace(AROUND, messages={**AROUND.messages, "told": (name,)})) == ()


def test_a_target_may_have_a_calendar_of_its_own() -> None:
    text = changed("calendar: office\n", "").replace("    per: priority", "    per: priority\n    calendar: =summary")
    within = 1 + text.split("\n").index("    within: {P1: 1 hour, P2: 4 business hours, P3: 2 business days}")
    assert within not in [problem.line for problem in problems_of(text)]


def test_a_length_of_time_may_be_kept_as_a_duration() -> None:
    text = changed("  due_date: datetime", "  due_date: datetime\n  length: duration")
    assert problems_of(text.replace("- {wait: =due_date}", "- set: {length: =now - created_at}")) == ()
    found = problems_of(text.replace("- {wait: =due_date}", "- set: {length: =cost}"))
    assert [problem.code for problem in found] == ["wrong-type"]


def test_an_expression_may_name_people_by_text() -> None:
    assert problems_of(changed("by: [boss]", "by: [=key]")) == ()


def test_a_task_in_an_on_error_is_readable_and_its_error_too() -> None:
    task = '{task: "{{ error.text }}", id: help, for: [agent], due: =due_date, form: [cost, {why: text}]}'
    step = f"- {{wait: =due_date, on_error: [{task}]}}"
    text = changed("- {wait: =due_date}", step).replace("until: cost > 10", "until: tasks.help.cost > 10")
    assert problems_of(text) == ()


def test_an_action_without_a_declared_model_may_save_anything() -> None:
    around = Surroundings(**{field: getattr(AROUND, field) for field in AROUND.__slots__} | {"actions": {}})
    assert [problem.code for problem in check(TICKET, around)] == ["unknown-action"]


def test_values_of_several_kinds_fit_their_fields() -> None:
    people = "friends: =watchers, caller: =created_by, summary: =caller, parts: [{title: a}]"
    values = f"{{{people}, due_date: =now, urgent: =none, cost: 12.50, impact: =impact}}"
    assert problems_of(changed("- {wait: =due_date}", f"- set: {values}")) == ()


@pytest.mark.parametrize(
    "value",
    ["due_date: =cost", "urgent: =cost", "caller: =service", "friends: =parts", "friends: =cost", "cost: =urgent"],
)
def test_a_value_of_another_type_is_refused(value: str) -> None:
    found = problems_of(changed("- {wait: =due_date}", f"- set: {{{value}}}"))
    assert [problem.code for problem in found] == ["wrong-type"]


def test_a_choice_that_can_be_something_else_is_refused() -> None:
    found = problems_of(changed("- {wait: =due_date}", "- set: {impact: =state}"))
    assert [(problem.code, problem.message) for problem in found] == [
        ("unknown-option", '"impact" has no option "open", which this can be')
    ]


def test_references_in_lists_and_tables_must_exist() -> None:
    text = changed("- {wait: =due_date}", "- set: {friends: [ann, bbo], related: [x1]}")
    assert [problem.message for problem in problems_of(text)] == ['no user named "bbo"']
    table = "  who:\n    given: [impact]\n    gives: [friends]\n    rows: [[any, [bbo]]]\n\ntargets:"
    assert [problem.code for problem in problems_of(changed("targets:", table))] == ["unknown-thing"]


def test_a_gap_is_said_with_its_values() -> None:
    [problem] = problems_of(changed("      - [high, false, P2]\n", ""))
    assert problem.message == "no row of priority fits impact high, urgent false"


def test_the_definitions_we_ship_have_no_problems() -> None:
    texts = {path.name: path.read_text() for path in sorted((DEFINITIONS / "organisation").glob("*.yaml"))}
    messages = {path.stem: read_message(path.read_text()) for path in sorted((DEFINITIONS / "messages").glob("*.md"))}
    sources = [each.read_text() for each in sorted(DEFINITIONS.glob("*.yaml")) if not each.name.endswith(".test.yaml")]
    processes = {each.process: each for each in map(read_definition, sources)}
    around = Surroundings.from_organisation(read_organisation(texts), messages, ACTIONS, processes)
    assert {name: check(each.source, around) for name, each in processes.items()} == dict.fromkeys(processes, ())


APPROVAL = "- {wait: =due_date}"


def approval_of(by: str, more: str, members: dict[str, tuple[str, ...]] | None = None) -> list[Problem]:
    text = changed(APPROVAL, f"- {{approval: A, by: {by}, due: 1 day, rejected: [{{go: finish}}], {more}}}")
    return list(check(text, replace(AROUND, members=members or {})))


def test_a_board_that_is_known_must_have_people_for_the_votes() -> None:
    board = {"desk": ("ann", "bob"), "team": ()}
    found = [approval_of("[desk]", f"votes: {votes}", board) for votes in ("3", "2", "all", "each", "60%")]
    assert [[(problem.code, problem.severity) for problem in each] for each in found] == [
        [("approval-undecidable", "warning")],
        [],
        [],
        [],
        [],
    ]
    assert found[0][0].message == "it takes 3 votes, and only 2 can vote"
    assert [each.message for each in approval_of("[team]", "votes: 1", board)] == ["nobody is behind `by`"]


@pytest.mark.parametrize(
    ("by", "more", "severity"),
    [
        ("[ann, bob]", "not: [bob], votes: 2", "error"),
        ("[ann, bob]", "votes: each, not: [ann]", "error"),
        ("[ann]", "not: [ann]", "error"),
        ("[desk]", "not: [desk]", "error"),
        ("[desk]", "not: [ann, bob]", "warning"),
        ("[desk]", "votes: =weight, not: [ann, bob]", "warning"),
    ],
)
def test_an_approval_that_nobody_is_left_for_is_found(by: str, more: str, severity: str) -> None:
    found = approval_of(by, more, {"desk": ("ann", "bob")})
    assert [(problem.code, problem.severity) for problem in found] == [("approval-undecidable", severity)]


@pytest.mark.parametrize("by", ["[group]", "[desk]", "[ann, =group]", "=key"])
def test_nothing_is_said_of_a_board_that_only_a_record_knows(by: str) -> None:
    assert approval_of(by, "votes: 9") == []


def test_the_cells_of_a_table_that_give_votes_are_read_as_such() -> None:
    head = "  board:\n    given: [impact]\n    gives: [votes]\n    rows:\n"
    table = f"{head}      - [high, 60%]\n      - [low, %s]\n\ntargets:"
    step = "- {approval: A, by: [agent], votes: =board.votes, due: 1 day, rejected: [{go: finish}]}"
    cells = {"{share: 60%, quorum: 3}": [], "all": [], "some": ["bad-votes"], "null": ["bad-votes"]}
    for cell, codes in cells.items():
        text = changed(APPROVAL, step).replace("\ntargets:", "\n" + table.replace("%s", cell), 1)
        assert [problem.code for problem in problems_of(text)] == codes
    text = changed(APPROVAL, step).replace("\ntargets:", "\n" + table.replace("[low, %s]", "[low]"), 1)
    assert [problem.code for problem in problems_of(text)] == ["row-length"]
