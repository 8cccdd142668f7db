"""Tells the steps of a definition in words, one sentence a step, with what stands inside a step below it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from api.forms import titled
from language.definition import (
    Approval,
    Call,
    Choose,
    Fail,
    ForEach,
    Go,
    Group,
    Mode,
    Notify,
    Repeat,
    Rollback,
    Run,
    Send,
    Set,
    Start,
    Step,
    Steps,
    Task,
    Together,
    UseBlock,
    Wait,
)
from language.expressions import Expression
from language.votes import Rule, Votes
from portal.definitions.wording import Words, at_shares, code, due, given, sets, spoken, when
from portal.words import listed


class Told(NamedTuple):
    """A sentence, and the sentences that belong below it."""

    text: str
    below: tuple["Told", ...] = ()

    def lines(self, above: str = "") -> Iterator[str]:
        """Give all of it, one sentence a line, each with the titles above it: `Auto close › It is taken …`."""
        title = self.text.removesuffix(":")
        yield f"{above}{title}"
        inside = f"{above}{title} › " if self.text.endswith(":") else above
        for each in self.below:
            yield from each.lines(inside)


def told(words: Words, steps: Steps) -> tuple[Told, ...]:
    """Tell steps in their order."""
    return tuple(_step(words, each) for each in steps)


def _step(words: Words, step: Step) -> Told:
    text, below = TELL[type(step)](words, step)
    after = []
    if step.on_error is not None:
        after.append(_below(words, "If that fails", step.on_error, "it goes on"))
    if step.undo is not None:
        after.append(_below(words, "To undo it", step.undo, "there is nothing to do"))
    return Told(f"{text}{when(step.when)}.", (*below, *after))


def _below(words: Words, title: str, steps: Steps, nothing: str) -> Told:
    return Told(f"{title}:", told(words, steps)) if steps else Told(f"{title}, {nothing}.")


Sentence = tuple[str, tuple[Told, ...]]


def _task(words: Words, step: Task) -> Sentence:
    form = [words.field(each.name) if each.own is None else titled(each.name, each.own.title) for each in step.form]
    below = [Told(f"{title}:", told(words, each.steps)) for title, each in at_shares(step.at)]
    if form:
        below.insert(0, Told(f"To be filled in: {listed(form)}."))
    if step.escalate_to:
        below.append(Told(f"Overdue, it goes to {words.anyone_of(step.escalate_to)} too."))
    return f"Task {spoken(step.title)} for {words.anyone_of(step.for_)}{due(step.due)}", tuple(below)


def _approval(words: Words, step: Approval) -> Sentence:
    below = [Told(text) for text in _rules(words, step)]
    below += [Told(f"{title}:", told(words, each.steps)) for title, each in at_shares(step.at)]
    below.append(_below(words, "Approved", step.approved, "it goes on"))
    below.append(_below(words, "Rejected", step.rejected, "it goes on"))
    if step.expired is not None:
        below.append(_below(words, "Not decided in time", step.expired, "it goes on"))
    return f"Approval {spoken(step.title)}: {words.anyone_of(step.by)} vote{due(step.due)}", tuple(below)


def _rules(words: Words, step: Approval) -> Iterator[str]:
    yield f"{_votes(step.votes)}."
    if step.veto:
        yield f"{words.anyone_of(step.veto)} may veto it."
    if step.not_:
        yield f"No vote has {words.anyone_of(step.not_)}."
    if step.void_if:
        yield f"It begins anew when one of these changes: {words.fields(step.void_if)}."
    if step.escalate_to:
        yield f"Overdue, it goes to {words.anyone_of(step.escalate_to)} too."


def _votes(votes: Votes | Expression) -> str:
    if isinstance(votes, Expression):
        return f"How many must say yes: {code(votes)}"
    if votes.rule is Rule.ALL:
        return "All must say yes"
    if votes.rule is Rule.EACH:
        return "One of each of those named must say yes"
    quorum = f", and at least {votes.quorum} must vote" if votes.quorum else ""
    share = f"{votes.number:f}"
    return f"{share} % of them must say yes{quorum}" if votes.rule is Rule.SHARE else f"{share} must say yes{quorum}"


def _call(words: Words, step: Call) -> Sentence:
    more = f", within {step.timeout}" if step.timeout is not None else ""
    more += f", tried again up to {step.retry} times" if step.retry else ""
    text = f"Call `{step.action}`{given(step.with_)}{more}"
    return text, _saved(words, step.save)


def _saved(words: Words, save: Mapping[str, Any]) -> tuple[Told, ...]:
    return (Told(f"From what comes back: {sets(words, save)}."),) if save else ()


def _notify(words: Words, step: Notify) -> Sentence:
    what = f"the message `{step.message}`" if step.message else spoken(step.text or "")
    return f"Send {what} to {words.anyone_of(step.to, 'and')}{given(step.with_)}", ()


def _wait(words: Words, step: Wait) -> Sentence:
    if step.event is not None:
        most = f", at most {step.at_most}" if step.at_most is not None else ""
        return f"Wait for `{step.event}`{most}", _saved(words, step.save)
    return (f"Wait until {code(step.until)}" if step.until is not None else f"Wait {step.for_}"), ()


def _choose(words: Words, step: Choose) -> Sentence:
    ways = []
    for number, branch in enumerate(step.branches):
        condition = "Else" if branch.when is None else f"{'Else if' if number else 'If'} {code(branch.when)}"
        ways.append(_below(words, condition, branch.do, "nothing is done"))
    return "The first of these that holds", tuple(ways)


def _repeat(words: Words, step: Repeat) -> Sentence:
    until = f" until {code(step.until)}" if step.until is not None else ""
    most = f", at most {step.at_most} times" if step.at_most is not None else ""
    return f"Repeat{until}{most}", told(words, step.do)


def _together(words: Words, step: Together) -> Sentence:
    branches = (
        Told(f"{name.replace('_', ' ').capitalize()}:", told(words, each)) for name, each in step.branches.items()
    )
    return "At the same time", tuple(branches)


def _for_each(words: Words, step: ForEach) -> Sentence:
    how = "at the same time" if step.mode is Mode.TOGETHER else "one after the other"
    return f"For each `{step.name}` of {code(step.items)}, {how}", told(words, step.do)


def _run(words: Words, step: Run) -> Sentence:
    text = f"Start a record of {step.process.replace('_', ' ')} and wait for its end{given(step.with_)}"
    return text, _saved(words, step.save)


def _start(words: Words, step: Start) -> Sentence:
    once = ", or take the open one there is" if step.once else ""
    text = f"Start a record of {step.process.replace('_', ' ')}{once}{given(step.with_)}"
    return text, _saved(words, step.save)


TELL: Mapping[type, Callable[[Words, Any], Sentence]] = {
    Task: _task,
    Approval: _approval,
    Call: _call,
    Notify: _notify,
    Set: lambda words, step: (sets(words, step.fields), ()),
    Wait: _wait,
    Choose: _choose,
    Repeat: _repeat,
    Group: lambda words, step: ("Together, in this order", told(words, step.do)),
    Together: _together,
    ForEach: _for_each,
    UseBlock: lambda _words, step: (f"Do the block {step.block.replace('_', ' ')}", ()),
    Rollback: lambda words, step: (f"Undo what was done in {words.state(step.state)}, the last first", ()),
    Go: lambda words, step: (f"Go on to {words.state(step.to)}", ()),
    Fail: lambda _words, step: (f"Stop with the error {spoken(step.text)}", ()),
    Run: _run,
    Start: _start,
    Send: lambda _words, step: (f"Tell `{step.event}` to {code(step.to)}{given(step.with_)}", ()),
}
"""How each kind of step is told."""
