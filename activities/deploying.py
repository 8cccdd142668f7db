"""The actions `deployment.deploy` and `deployment.restore`: a version is brought to a target of a service, and back.

Both ask first which version is there, and run nothing where it is the right one already; so a try after one whose
worker died does not deploy twice. What was there before is noted in the store before anything changes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from activities.actions import ActionModel, AgainError, Context, Refusal, Text, TextOrEmpty
from activities.commands import Ended, Running, alone
from activities.counters import SourceError, read_counters
from activities.deployments import VERSION, Commands, Deployments
from language.values import FieldType, Shape
from store.notes import first_note, noted
from store.samples import Sample, add_sample

LongText = Annotated[str, Shape(FieldType.LONG_TEXT)]
WRITTEN = re.compile(r"[0-9A-Za-z]+([._+-][0-9A-Za-z]+)*")
"""Words of letters and digits with one of `. _ + -` between them: no option of a command, and no path."""
LONGEST = 100
SHOWN = 1_000
"""Characters of what a command said that an error repeats."""


class Deployed(ActionModel):
    """Which version is to come to which target of a service."""

    service: Text
    version: Text
    target: Text


class Before(ActionModel):
    """The version that was there before, and the end of what the command said."""

    previous: Text
    log: LongText


class Restored(ActionModel):
    """Which version is to come back; without one, what was there before the record deployed there first."""

    service: Text
    target: Text
    version: TextOrEmpty = None


class Log(ActionModel):
    """The end of what the command said."""

    log: LongText


class Deploying:
    """The two actions, allowed by the operator's file."""

    def __init__(self, deployments: Deployments) -> None:
        """Keep the file."""
        self._deployments = deployments

    async def deploy(self, wanted: Deployed, context: Context) -> Before:
        """Bring the version there, and give what was there before any try of this call.

        Refuses with `not-allowed` or `bad-version`; fails, and may be tried again, with `deployment-failed`.
        """
        place = self._place(wanted.service, wanted.target)
        _refuse_no_version(wanted.version)
        async with alone(self._deployments.locks, place.name, _told(context)) as running:
            there, ended = await place.current(running)
            previous = await _previous(context, there)
            if previous is None:
                raise place.failure("the command `current`", ended, "did not say which version is there")
            await first_note(context.database, _first(context, place), previous)
            said = await place.bring(running, place.commands.deploy, wanted.version, there)
        await self._sample(place, context)
        return Before(previous=previous, log=said)

    async def restore(self, wanted: Restored, context: Context) -> Log:
        """Bring the version back; where the record has deployed nothing, do nothing. Refuses and fails as `deploy`."""
        place = self._place(wanted.service, wanted.target)
        version = wanted.version
        if version is not None:
            _refuse_no_version(version)
        else:
            version = await noted(context.database, _first(context, place))
            if version is None:
                return Log(log=f"{context.record} has changed nothing of {place.name}")
        async with alone(self._deployments.locks, place.name, _told(context)) as running:
            there, _ = await place.current(running)
            said = await place.bring(running, place.commands.restore, version, there)
        await self._sample(place, context)
        return Log(log=said)

    def _place(self, service: str, target: str) -> "_Place":
        return _Place(service, target, self._deployments.commands(service, target))

    async def _sample(self, place: "_Place", context: Context) -> None:
        """Have the next health gate count from now on, where there are counters and they answer."""
        source = self._deployments.read().health.get(place.service, {}).get(place.target)
        if source is not None:
            try:
                counters = await read_counters(source)
            except SourceError:
                return  # a gate takes a sample of its own
            await add_sample(context.database, place.name, Sample(context.clock(), *counters), afresh=True)


@dataclass(frozen=True, slots=True)
class _Place:
    """A target of a service, and the commands that may run for it."""

    service: str
    target: str
    commands: Commands

    @property
    def name(self) -> str:
        return f"{self.service} on {self.target}"

    async def current(self, running: Running) -> tuple[str | None, Ended]:
        """Give the version that is there, the last line that its command says; None where that is none."""
        ended = await running.run(self.commands.current, self.commands.timeout)
        last = ended.said.rpartition("\n")[2]
        return (last if ended.code == 0 and _is_version(last) else None), ended

    async def bring(self, running: Running, words: Sequence[str], version: str, there: str | None) -> str:
        """Have a command bring a version where another one is, and give what it said."""
        if there == version:
            return f"{version} is already there"
        ended = await running.run([word.replace(VERSION, version) for word in words], self.commands.timeout)
        if ended.code != 0:
            raise self.failure(f"bringing {version}", ended, "")
        found, _ = await self.current(running)
        if found != version:
            raise self.failure(f"bringing {version}", ended, f"left {found or 'an unknown version'} there")
        return ended.said

    def failure(self, what: str, ended: Ended, instead: str) -> AgainError:
        """Make the error of a command; `instead` says what was wrong where it ended well."""
        how = f"ended with exit code {ended.code}" if ended.code else instead
        how = f"was ended after {self.commands.timeout:g} s" if ended.code is None else how
        said = f"The end of what it said: {ended.said[-SHOWN:]}" if ended.said else "It said nothing."
        return AgainError(f"{self.name}: {what} {how}. {said}", code="deployment-failed")


async def _previous(context: Context, there: str | None) -> str | None:
    """Give what was there before the first try of this call, and note it; None where nobody can tell."""
    key = f"deployment {context.key}"
    return await noted(context.database, key) if there is None else await first_note(context.database, key, there)


def _is_version(text: str) -> bool:
    return len(text) <= LONGEST and WRITTEN.fullmatch(text) is not None


def _refuse_no_version(text: str) -> None:
    if not _is_version(text):
        told = f'"{text[:LONGEST]}" is no version: write letters and digits, with one of . _ + - between them'
        raise Refusal("bad-version", told)


def _told(context: Context) -> dict[str, str]:
    """Tell commands for whom they run; a try that follows another one has the same key."""
    return {"STEWARD_KEY": context.key, "STEWARD_RECORD": context.record}


def _first(context: Context, place: _Place) -> str:
    return f"before {context.record} {place.name}"
