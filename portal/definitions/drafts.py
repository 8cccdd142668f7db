"""A change of a definition: written, tried out while it is written, and published; what was typed is never lost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fastapi import Response

from api.definitions import TESTING, apart, published
from api.pinned import newest
from api.problems import NotFoundError, RefusalError, reason_view
from api.publishers import demand_publisher
from language.definition import Definition
from portal.definitions.trying import Before, Trial, raised
from portal.pages import ERRORS, page_router
from portal.posting import Posted, Sent
from portal.refusals import Refusal, beside, refusal_of
from portal.rendering import gone_to, page, part
from portal.showing import reasons_told
from portal.visiting import Visit, Visitor
from store import definitions
from store.examining import DEFINITION, TESTS, Draft, Finding
from store.facts import organisation
from store.publishing import around, compared

TRY, PUBLISH = "/drafts/try", "/drafts/publish"
LARGER = {TRY: 1024 * 1024, PUBLISH: 1024 * 1024}
"""Bytes that a form with a definition and its scenarios may have."""
BOXES = {DEFINITION: "source", TESTS: "tests"}
"""The fields of the form that hold the parts of a draft."""
LONGEST = 400
"""Characters of a line that are shown with a mistake."""

router = page_router()


@dataclass(frozen=True, slots=True)
class Text:
    """What stands in the form: of which process, made from which version, its text, and that of its scenarios."""

    definition: Definition
    made_from: int
    source: str
    tests: str

    @property
    def process(self) -> str:
        """The process that is changed."""
        return self.definition.process

    @property
    def boxes(self) -> Mapping[str, str]:
        """Field of the form → what stands in it."""
        return {"source": self.source, "tests": self.tests}


class Found(NamedTuple):
    """A mistake with its line, and a line with a caret below its place; `box` is the field it is in, or empty."""

    finding: Finding
    box: str
    line: str
    caret: str


@router.get("/definitions/{process}/try")
async def begin(process: str, visit: Visitor) -> Response:
    """Begin a change of a process from its newest version."""
    definition = await newest(visit.services.database, process)
    await demand_publisher(visit.services, visit.actor)
    tests = await definitions.tests_of(visit.services.database, process, definition.version)
    return await _page(visit, Text(definition, definition.version, raised(definition), tests))


@router.post(TRY)
async def look(visit: Visitor, sent: Sent) -> Response:
    """Try what was typed out, and show what came of it; nothing is published, and the text stays."""
    text = await _text(visit, sent)
    await demand_publisher(visit.services, visit.actor)
    try:
        trial, refusal = await _tried(visit, text), None
    except ERRORS as error:
        trial, refusal = None, _told(error)
    if visit.part:
        return part("definitions/trial.html", refusal=refusal, inside=True, **_shown(text, trial))
    return await _page(visit, text, trial, refusal)


@router.post(PUBLISH)
async def publish(visit: Visitor, sent: Sent) -> Response:
    """Publish what was typed, unless somebody else has meanwhile; refused, the text stays with the reasons."""
    text = await _text(visit, sent)
    try:
        visit.services.throttle.take_check(visit.actor.id, visit.services.clock())
        done = await published(visit.services, visit.actor, await _draft(visit, text), text.made_from)
    except ERRORS as error:
        return await _refused(visit, text, _told(error))
    said = f"Version {done.published.version} of {done.published.title} is published. New records follow it."
    return gone_to(f"/definitions/{done.published.process}", said if done.new else f"{said} It was before.")


async def _refused(visit: Visit, text: Text, refusal: Refusal) -> Response:
    """Show the text again with why it is not published; who has been told of a newer version may publish after it."""
    await demand_publisher(visit.services, visit.actor)
    try:
        trial = await _tried(visit, text)
    except ERRORS:
        trial = None
    since = text.made_from if text.made_from != text.definition.version else None
    now = Text(text.definition, text.definition.version, text.source, text.tests)
    return await _page(visit, now, trial, refusal, since)


async def _text(visit: Visit, sent: Posted) -> Text:
    """Read the form; raise NotFoundError where it is about no process."""
    definition = await newest(visit.services.database, sent.text("process"))
    made_from = sent.text("made_from")
    if not made_from.isdecimal():
        raise NotFoundError("This form was not made by a page of Steward.")
    source, tests = (sent.values.get(name, ("",))[-1].replace("\r\n", "\n") for name in ("source", "tests"))
    return Text(definition, int(made_from), source, tests)


async def _draft(visit: Visit, text: Text) -> Draft:
    """Make a draft of it, with the messages of the newest version."""
    version = text.definition.version
    messages = await definitions.messages_of(visit.services.database, text.process, version)
    return Draft(text.source, text.tests, messages)


async def _tried(visit: Visit, text: Text) -> Trial:
    services = visit.services
    services.throttle.take_check(visit.actor.id, services.clock())
    exists = await around(services.database, services.actions)
    with services.examined.place(visit.actor.id):
        trial = await apart(TESTING, Before(text.definition.source).tried, await _draft(visit, text), exists)
    return trial._replace(examination=await compared(services.database, trial.examination, text.source))


def _told(error: Exception) -> Refusal:
    """Say why, above the form: its fields are two large texts."""
    return beside(refusal_of(error), ())


async def _page(
    visit: Visit, text: Text, trial: Trial | None = None, refusal: Refusal | None = None, since: int | None = None
) -> Response:
    """Show the page; `since` is the version that it was made from where others have published newer ones."""
    return page(
        visit,
        "definitions/try.html",
        200 if refusal is None else refusal.status,
        refusal=refusal,
        since=since,
        inside=False,
        cannot=await _cannot_publish(visit, text.process),
        **_shown(text, trial),
    )


async def _cannot_publish(visit: Visit, process: str) -> tuple[str, ...]:
    """Say why the visitor may not publish this process; nothing where they may."""
    try:
        await demand_publisher(visit.services, visit.actor, process)
    except RefusalError as refused:
        named = await organisation(visit.services.database)
        return reasons_told(named, [reason_view(each) for each in refused.reasons])
    return ()


def _shown(text: Text, trial: Trial | None) -> dict[str, object]:
    return {"text": text, "trial": trial, "found": tuple(_found(text, trial)) if trial else ()}


def _found(text: Text, trial: Trial) -> Iterator[Found]:
    """Give every mistake with the line of the text that it is in."""
    for each in trial.examination.findings:
        box = BOXES.get(each.part, "")
        written = text.boxes[box].split("\n") if box else []
        line = written[each.problem.line - 1] if 0 < each.problem.line <= len(written) else ""
        before = line[: each.problem.column - 1]
        caret = "".join("\t" if letter == "\t" else " " for letter in before) + "^"
        yield Found(each, box, line[:LONGEST], caret if line and len(caret) <= LONGEST else "")
