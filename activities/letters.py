"""Writes what one person is told: by the message that was published with the process, a built-in one, or a text."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import structlog

from activities.message_values import message_values, public_values
from activities.rendering import BUILT_IN, Rendered, plainly, rendered, values_told
from activities.sandbox import RenderingError
from language.calendars import Calendar
from language.definition import Definition
from store.outbox import OutboxRow
from store.queries import RecordRow

log = structlog.get_logger(__name__)


INSIDE = {"fault": "text"}
"""Messages about what went wrong inside, and the value that only those are told who see the record in full."""
UNTOLD = "What it was is told to those who see the record in full."


class Person(NamedTuple):
    """Somebody who is told; `email` may be empty."""

    id: str
    name: str
    email: str


class Writer(NamedTuple):
    """What one row of the outbox says.

    `messages` are those pinned to the definition, `link` leads to the record, times are what clocks on `hours` show.
    """

    row: OutboxRow
    record: RecordRow
    definition: Definition
    messages: Mapping[str, str]
    hours: Calendar
    link: str

    def letter(self, person: Person, *, full: bool = True) -> Rendered:
        """Write to one person, who sees the record in full or not.

        A message that fails is told by its values, without internal fields, and logged.
        """
        body = self.row.body if full else _without(self.row.body)
        name = body["message"]
        if not name:
            return plainly(body["text"], body["text"], self.link)
        reader = {"id": person.id, "label": person.name}
        try:
            values = message_values(body, self.record, self.definition, self.hours, self.link)
            return rendered(self._template(name), {**values, "recipient": reader})
        except RenderingError as failed:
            log.warning("a message could not be written", key=self.row.key, message=name, error=str(failed))
            return values_told(name, str(failed), public_values(body, self.definition), self.link)

    def _template(self, name: str) -> str:
        source = self.messages.get(name) or BUILT_IN.get(name)
        if source is None:
            raise RenderingError("there is no message of that name")
        return source


def _without(body: Mapping[str, Any]) -> Mapping[str, Any]:
    name = INSIDE.get(body["message"])
    return body if name is None else {**body, "with": {**body["with"], name: UNTOLD}}
