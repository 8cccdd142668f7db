"""The oracle: judges from evidence alone whether anything was lost, doubled or left standing; pure.

What is promised of mail is what SMTP can hold: one Message-ID for one message to one person, which is never lost. A
second copy under the same Message-ID has a cause that can be named: the server broke off after it had taken the first,
or between the two something was killed, or a worker noted that the store or the mail server did not answer it. Calls
may be repeated under their Idempotency-Key, and take effect once.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from chaos.evidence import Evidence, Happened, Mail, Outcome

SLACK = 5.0
"""Seconds by which clocks, and what was on its way when something was killed, may differ."""
LATE = 60.0
"""Seconds after which something that was due has been missed."""
MOST_MAILS = 20
"""Messages to one person about one record after which the inbox alone has them (activities/post.py)."""
CLOCKWORK = "clockwork"
TICKS = 3
RESULT, CHILD = "result", "child"


class Violation(NamedTuple):
    """Something that must not be: which promise, where, and what was seen."""

    promise: str
    where: str
    text: str


def violations(seen: Evidence) -> tuple[Violation, ...]:
    """Judge everything; nothing where every promise was kept."""
    return tuple(Violation(promise, *each) for promise, judge in PROMISES.items() for each in judge(seen))


Found = Iterator[tuple[str, str]]


def _commands(seen: Evidence) -> Found:
    times = Counter(row.id for row in seen.journal if row.id)
    for each in seen.sent:
        count = times[each.event]
        if each.outcome is Outcome.ACCEPTED and count != 1:
            yield each.what, f"was accepted and has taken effect {count} times"
        elif each.outcome is Outcome.REFUSED and count:
            yield each.what, "was refused and has taken effect"
        elif count > 1:
            yield each.what, f"has taken effect {count} times"


def _requests(seen: Evidence) -> Found:
    times = Counter((row.record, row.id) for row in seen.journal if row.id)
    yield from ((record, f"has taken {id_} {count} times") for (record, id_), count in times.items() if count > 1)


def _sequence(seen: Evidence) -> Found:
    for record, rows in _journals(seen).items():
        for place, row in enumerate(rows, start=1):
            if row.seq != place:
                yield record, f"has event {row.seq} where {place} belongs"
                break
        for before, after in pairwise(rows):
            if after.previous != before.head:
                yield f"{record}/{after.seq}", "does not follow the event before it"


def _chain(seen: Evidence) -> Found:
    yield from (("steward audit verify", flaw) for flaw in seen.flaws)


def _heads(seen: Evidence) -> Found:
    for record in seen.records:
        says = seen.standing.get(record.id)
        if says is None or says.seq is None:
            if not record.final:
                yield record.id, f"is {record.state} and has no workflow"
        elif (says.seq, says.head) != (record.seq, record.head):
            yield record.id, f"the store is at event {record.seq}, the workflow at {says.seq}, or they differ in it"


def _timers(seen: Evidence) -> Found:
    for record in seen.records:
        if not record.final and record.due is not None and record.due + LATE < seen.now + record.ahead:
            yield record.id, f"was due {seen.now + record.ahead - record.due:.0f} s ago, and nothing has happened"
        if record.process == CLOCKWORK:
            acted = (int(record.fields.get("ticks") or 0), int(record.fields.get("chimes") or 0))
            if acted != (TICKS, 1):
                yield record.id, f"has ticked and chimed {acted[0]} and {acted[1]} times, not {TICKS} and 1"


def _events(seen: Evidence) -> Found:
    """Events from outside: of each distinct one that was accepted, the record has exactly one effect."""
    counts = {record.id: int(record.fields.get("pokes") or 0) for record in seen.records}
    for name, (accepted, doubtful) in seen.pokes.items():
        if not accepted <= counts.get(name, 0) <= accepted + doubtful:
            yield name, f"has taken {counts.get(name, 0)} of {accepted} events"
    alerts = defaultdict(list)
    for record in seen.records:
        alerts[str(record.fields.get("alert_key"))].append(record)
    for told in seen.told:
        found = [each for each in alerts[told.key] if "repeats" in each.fields]
        taken = len(found) + sum(int(each.fields["repeats"] or 0) for each in found)
        if len(found) > 1 or not told.accepted <= taken <= told.accepted + told.doubtful:
            yield told.key, f"{len(found)} records have taken {taken} of {told.accepted} alerts"


def _mails(seen: Evidence) -> Found:
    known = {id_ for row in seen.outbox for id_ in row.ids}
    copies: dict[str, list[Mail]] = defaultdict(list)
    for mail in sorted(seen.mails, key=lambda each: each.at):
        copies[mail.id].append(mail)
    for id_, taken in copies.items():
        if id_ not in known:
            yield id_, f"nothing in the outbox is this message ({taken[0].subject})"
        if len({(mail.to, mail.subject) for mail in taken}) > 1:
            yield id_, "two different messages have this Message-ID"
        for first, second in pairwise(taken):
            if first.thanked and not _has_cause(seen, first.at, second.at):
                yield id_, f"was sent again {second.at - first.at:.0f} s after it had been taken, without a cause"
    yield from _lost(seen, frozenset(copies))


def _lost(seen: Evidence, arrived: frozenset[str]) -> Found:
    about = Counter((row.record, person) for row in seen.outbox for person in row.told)
    for row in (row for row in seen.outbox if row.state == "sent"):
        for person in row.told:
            if (row.key, person) not in seen.letters:
                yield row.key, f"counts as sent, and is not in the inbox of {person}"
        for person, id_ in row.mailed.items():
            if id_ not in arrived and about[row.record, person] <= MOST_MAILS:
                yield row.key, f"counts as sent, and {person} has no mail"


def _has_cause(seen: Evidence, since: float, until: float) -> bool:
    """Say whether something was killed, or did not answer a worker, so that it could not know what had arrived."""
    times = (*(stop.at for stop in seen.stops), *seen.silences)
    return any(since - SLACK <= at <= until for at in times)


def _calls(seen: Evidence) -> Found:
    asked: dict[str, set[str]] = defaultdict(set)
    for call in seen.calls:
        asked[call.key].add(call.asked)
    yield from ((key, "two different requests have this key") for key, each in asked.items() if len(each) > 1)
    making = {call.key for call in seen.calls if call.made}
    if len(making) != seen.made:
        yield "the other system", f"holds {seen.made} things that {len(making)} requests have made"
    results = Counter((row.record, row.name, row.kind) for row in seen.journal if row.kind in (RESULT, CHILD))
    for (name, path, kind), count in results.items():
        if count > 1:
            yield f"{name}/{path}", f"its {kind} was taken {count} times"
    for record in seen.records:
        keys = [key for key in making if key.startswith(f"{record.id}/")]
        if record.process == CLOCKWORK and len(keys) != 1:
            yield record.id, f"has asked for its account under {len(keys)} keys"


def _stuck(seen: Evidence) -> Found:
    yield from (("the API", error) for error in seen.errors)
    for name, standing in seen.standing.items():
        if standing.attempt > 1:
            yield name, f"its workflow task fails, attempt {standing.attempt}"
    for record in seen.records:
        yield from ((record.id, f"stands still: {fault}") for fault in record.faults)
    for row in seen.outbox:
        if row.state == "dead":
            yield row.key, f"was given up: {row.error}"
        elif row.state == "waiting" and row.due + LATE < seen.now:
            yield row.key, f"waits to be sent since {seen.now - row.due:.0f} s: {row.error or 'no attempt has failed'}"


def _journals(seen: Evidence) -> dict[str, list[Happened]]:
    rows: dict[str, list[Happened]] = defaultdict(list)
    for row in sorted(seen.journal, key=lambda each: (each.record, each.seq)):
        rows[row.record].append(row)
    return rows


PROMISES: dict[str, Callable[[Evidence], Found]] = {
    "every accepted command once": _commands,
    "every request once in its record": _requests,
    "contiguous seq": _sequence,
    "audit chain intact": _chain,
    "store equal to the workflow's head": _heads,
    "no timer missed or fired twice": _timers,
    "every event from outside once": _events,
    "no mail lost or doubled": _mails,
    "no call doubled": _calls,
    "nothing stuck": _stuck,
}
"""What is promised, and who judges it."""
