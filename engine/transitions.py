"""Transitions: which one, whether it may be taken, and what taking it means (docs/language/transitions.md)."""

from collections.abc import Mapping
from typing import NamedTuple

from engine import approvals, blocks, fields, flow, parting, steps, talk, targets, timers
from engine.errors import StepFailed
from engine.paths import NOWHERE, state_named, transition_named, transitions_of
from engine.people import among, by_office, not_allowed
from engine.record import Actor, Json, Reason
from engine.scope import holds, say
from engine.talk import JOURNAL_ONLY
from engine.turn import Turn
from engine.visibility import hides
from language.definition import WITHDRAWN, Transition
from language.expressions import Expression, Text
from language.problems import did_you_mean, quoted, sentence


class Way(NamedTuple):
    """A transition that may be taken, and the state it leads to (None: the state stays)."""

    transition: Transition
    to: str | None


def named(turn: Turn, name: str) -> tuple[Transition | None, tuple[Reason, ...]]:
    """Find the transition a person asks for in the current state, or say why there is none."""
    found = transition_named(turn.definition, turn.state, name)
    if found is not None:
        return found, ()
    here = [each.name for each in transitions_of(turn.definition, turn.state) if each.by]
    elsewhere = (*turn.definition.transitions, *(n for s in turn.definition.states.values() for n in s.transitions))
    hint = f"Possible now: {', '.join(here)}." if here else "Nobody can move it on from there."
    if name in elsewhere:
        text = f"{name} is no longer possible: the record is now in {turn.state}"
        return None, (Reason("state", "not-possible-now", sentence(text, hint)),)
    text = sentence(f"there is no transition {quoted(name)}", did_you_mean(name, here) or hint)
    return None, (Reason("state", "unknown-transition", text),)


def fill_in(turn: Turn, transition: Transition, given: Mapping[str, Json], actor: Actor) -> tuple[Reason, ...]:
    """Write what a person filled in for a transition; give the reasons against it. Missing facts are gathered."""
    reasons: list[Reason] = []
    for name, raw in given.items():
        if name in JOURNAL_ONLY:
            reasons.extend(_said(turn, transition, name, raw, actor))
        elif name not in transition.asked:
            reasons.append(fields.unknown_field(turn, name, transition.asked, f"with.{name}"))
        elif hides(turn, actor, (name,)) and not by_office(turn, actor, transition.by):
            text = f"{name} is internal: only those who see internal fields fill it in"
            reasons.append(Reason("who", "not-allowed", text, f"with.{name}"))
    asked = {name: raw for name, raw in given.items() if name in transition.asked and name not in JOURNAL_ONLY}
    return (*reasons, *fields.fill_in(turn, actor, asked, "form", lent=True))


def take_over(turn: Turn, transition: Transition, given: Mapping[str, Json], by: str) -> tuple[Reason, ...]:
    """Write the members of an outside event that the transition asks for."""
    reasons: list[Reason] = []
    for name in transition.asked:
        if given.get(name) is not None and name not in JOURNAL_ONLY:
            value, against = fields.accept(turn, name, given[name], f"data.{name}")
            reasons.extend(against)
            if not against:
                fields.write(turn, name, value, by)
    fields.recompute(turn)
    return tuple(reasons)


def entitled(turn: Turn, transition: Transition, actor: Actor) -> tuple[Reason, ...]:
    """Say why the actor is not among those who may take a transition. Missing facts are gathered.

    To be asked before its form is filled in, or whoever names themselves in it would be the assignee it asks for.
    """
    with turn.gathering():
        if not among(turn, actor, transition.by):
            return (not_allowed(turn, transition.name, transition.by),)
    return ()


def way(turn: Turn, transition: Transition) -> tuple[Way | None, tuple[Reason, ...]]:
    """Judge a transition after its form is filled in: the way it goes, or every reason against it."""
    reasons: list[Reason] = []
    with turn.gathering():
        reasons.extend(_needs(turn, transition))
    with turn.gathering():
        reasons.extend(_guard(turn, transition.when, transition.blocked, transition.name))
    with turn.gathering():
        reasons.extend(fields.invalid(turn, turn.changed, transition.asked))
    to: str | None = None
    with turn.gathering():
        to, against = _destination(turn, transition)
        reasons.extend(against)
    turn.settle_missing()
    return (None, tuple(reasons)) if reasons else (Way(transition, to), ())


def take(turn: Turn, taken: Way) -> None:
    """Carry a transition out: leave, `then`, enter, `entry`, targets and timers, `do`."""
    turn.count_transition()
    transition, to = taken
    place = turn.state or NOWHERE
    visit = turn.visit
    turn.log("transition", transition.name, {"from": turn.state, "to": to or turn.state})
    if to is not None:
        for root in ("do", "on_error"):
            flow.withdraw(turn, f"{visit}/{place}/{root}")
    steps.at_once(turn, f"{visit}/{place}/then-{transition.name}-{turn.seq}.{turn.transitions}", transition.then)
    turn.raised.append((transition.name, {}))
    if to is None:
        return
    turn.state, turn.visit, turn.entered_at = to, visit + 1, turn.now
    state = state_named(turn.definition, to)
    approvals.forget(turn, (*state.do, *(state.on_error or ())))
    root = f"{turn.visit}/{to}"
    steps.at_once(turn, f"{root}/entry", state.entry)
    timers.arm(turn)
    targets.follow(turn)
    blocks.follow(turn)
    if state.final:
        flow.end(turn)
        parting.report(turn)
    elif state.do:
        flow.begin(turn, f"{root}/do")


def withdraw(turn: Turn) -> None:
    """End the record in the state *withdrawn*, because nobody waits for it any more."""
    take(turn, Way(Transition(name="withdraw", place=turn.definition.start.place), WITHDRAWN))


def follow(turn: Turn) -> None:
    """Bring timers and targets up to date after something has changed within a state."""
    timers.refresh(turn)
    targets.follow(turn)


def go(turn: Turn, name: str) -> None:
    """Leave the state from within `do`, by a transition of it or simply to a state; refused, the step fails."""
    transition = transition_named(turn.definition, turn.state, name)
    found: Way | None
    if transition is None:
        state = turn.definition.states[name]
        against = _guard(turn, state.when, state.blocked, name)
        found = Way(Transition(name=f"to_{name}", place=state.place), name)
    else:
        found, against = way(turn, transition)
    if found is None or against:
        raise StepFailed("refused", "; ".join(reason.text for reason in against))
    take(turn, found)


def _said(turn: Turn, transition: Transition, what: str, raw: Json, actor: Actor) -> tuple[Reason, ...]:
    """Journal a comment, note or reason; the first two may come with any transition, a reason where it is asked for.

    A comment that comes with leaving the state is no reply in it: what it would have brought about is over.
    """
    path = f"with.{what}"
    if what == talk.REASON and what not in transition.asked:
        return (fields.unknown_field(turn, what, transition.asked, path),)
    reasons = talk.say(turn, what, raw, actor, path=path, name=transition.name)
    if what == talk.COMMENT and not reasons and not transition.to:
        talk.replied(turn, actor)
    return reasons


def _needs(turn: Turn, transition: Transition) -> list[Reason]:
    """Say what is not filled in that must be; a field that is not shown cannot be."""
    said = {line.what for line in turn.lines}
    return [
        fields.required(name, f"with.{name}", transition.name)
        for name in transition.needs
        if (name not in said if name in JOURNAL_ONLY else turn.fields.get(name) is None) and fields.shown(turn, name)
    ]


def _guard(turn: Turn, when: Expression | None, blocked: str | Text | None, what: str) -> tuple[Reason, ...]:
    if when is None:
        return ()
    verdict = holds(turn, when)
    if verdict.yes:
        return ()
    because = fields.because_for(turn, when, verdict)
    text = f"{what} is not possible now" if blocked is None else say(turn, blocked)
    return (Reason("state", "guard", f"{text} ({because})" if because else text),)


def _destination(turn: Turn, transition: Transition) -> tuple[str | None, tuple[Reason, ...]]:
    """Choose the first way that holds, and judge the state it leads to."""
    because: list[str] = []
    for each in transition.to:
        if each.when is None or (verdict := holds(turn, each.when)).yes:
            state = turn.definition.states[each.state]
            return each.state, _guard(turn, state.when, state.blocked, state.name)
        because.append(fields.because_for(turn, each.when, verdict))
    if not transition.to:
        return None, ()
    said = "; ".join(filter(None, because))
    return None, (Reason("state", "guard", f"{transition.name} leads nowhere now{said and f' ({said})'}"),)
