"""A running record is moved to another version of its process, as its owner asks (docs/language/versions.md).

Nothing that was decided is decided anew: the state stays, targets keep their time, people go on with what is as it was.
What the new version has no place for keeps the record where it is, with the reason.
"""

from engine import blocks, fields, size
from engine.advance import Reasons, each_once, out_of_place, settle
from engine.defaults import fill_default
from engine.errors import Missing, Setback
from engine.moving.clocks import carry_targets, carry_timers
from engine.moving.flows import charted
from engine.moving.places import Places
from engine.moving.tokens import carry_tokens
from engine.moving.values import carry_fields, carry_tasks
from engine.people import PUBLISHERS, among, not_allowed
from engine.record import Actor, Event, Needs, Outcome, Reason, Record, Refused
from engine.turn import Turn
from language.definition import Definition, Migration
from language.problems import did_you_mean, quoted, sentence


def move(old: Definition, new: Definition, record: Record, event: Event) -> Outcome:
    """Move a record from the old version to the new one; `event.data["restart"]` names states that may begin again.

    `event.data["from"]`, where it is there, lists versions of which the record must be on one. As `advance`, it gives
    the new record with what comes of it, every reason why not, or the facts it needs; `restart` and `migrate` name
    states of the new version.
    """
    turn = Turn(new, record._replace(version=new.version, digest=new.digest), event)
    migration = new.migrate if new.migrate is not None and new.migrate.from_ == record.version else None
    ways = Places(old, new, {} if migration is None else migration.states)
    try:
        reasons = _out_of_place(ways, record, event) or _moved(turn, ways, record, migration)
        if reasons:
            return Refused(each_once(reasons))
        settle(turn)
        size.weigh(turn)
        if size.is_refused(turn):
            return Refused((size.refusal(turn),))
    except Missing as missing:
        return Needs(missing.keys)
    except Setback as setback:
        return Refused((Reason("state", setback.code, f"in version {new.version} {setback.text}"),))
    advanced = turn.done()
    return advanced._replace(record=advanced.record._replace(revision=record.revision + 1))


def _out_of_place(ways: Places, record: Record, event: Event) -> Reasons:
    """Say why a record cannot be moved at all: it is closed, is there already, or would be in no state."""
    new, state = ways.new, ways.state(record.state)
    against = out_of_place(record, event)
    if against:
        return against
    if record.digest == new.digest:
        return (Reason("state", "on-version", f"{record.id} is on version {new.version} already"),)
    versions = event.data.get("from", [record.version])
    if record.version not in versions:
        text = f"{record.id} is on version {record.version}, not on {', '.join(map(str, versions))}"
        return (Reason("state", "other-version", text),)
    if state not in new.states:
        hint = did_you_mean(state, new.states)
        text = f"{record.id} is in {state}, and version {new.version} neither has that state nor says what became of it"
        remedy = f"Say so: migrate: {{from: {record.version}, states: {{{state}: …}}}}."
        return (Reason("state", "state-gone", sentence(text, f"{hint} {remedy}".strip())),)
    if new.states[state].final:
        text = f"{record.id} is in {state}, which ends records in version {new.version}: moving it would end it"
        return (Reason("state", "would-end", text),)
    return tuple(
        Reason("input", "unknown-state", sentence(f"no state named {quoted(name)}", did_you_mean(name, new.states)))
        for name in event.data.get("restart", ())
        if name not in new.states
    )


def _moved(turn: Turn, ways: Places, record: Record, migration: Migration | None) -> Reasons:
    """Carry everything over; give the reasons why that cannot be."""
    turn.state = ways.state(record.state)
    turn.log("moved", "", {"from": record.version, "to": ways.new.version, "digest": ways.new.digest})
    if turn.state != record.state:
        turn.log("state_renamed", turn.state, old=record.state)
    reasons = list(_values(turn, ways.old, {} if migration is None else dict(migration.fields)))
    course = charted(ways, record, tuple(turn.event.data.get("restart", ())))
    with turn.gathering():
        reasons.extend(_entitled(turn))
    turn.settle_missing()
    if reasons or course.reasons:
        return (*reasons, *course.reasons)
    carry_tokens(turn, ways, course)
    for change in course.changes:
        turn.log(change.what, change.flow, step=change.step, again=list(change.again))
    carry_targets(turn, ways)
    carry_timers(turn, ways, record.state)
    blocks.follow(turn)
    return ()


def _values(turn: Turn, old: Definition, renamed: dict[str, str]) -> Reasons:
    """Carry the values over, fill what is new with its default, and let tables and kept fields follow."""
    others, against = carry_fields(turn, old, renamed)
    reasons = [*against, *carry_tasks(turn, old)]
    for name in turn.definition.fields:
        if name not in old.fields and name not in renamed.values():
            with turn.gathering():
                fill_default(turn, name)
    with turn.gathering():
        fields.recompute(turn)
    with turn.gathering():
        wrong = fields.invalid(turn, (*others, *turn.changed))
        reasons.extend(each._replace(kind="state") for each in wrong if each.code != "required")
    return tuple(reasons)


def _entitled(turn: Turn) -> Reasons:
    actor, owner = turn.event.actor or Actor(""), turn.definition.owner
    if any(role in actor.roles for role in PUBLISHERS) or among(turn, actor, (owner,)):
        return ()
    return (not_allowed(turn, f"move records to version {turn.definition.version}", (*PUBLISHERS, owner)),)
