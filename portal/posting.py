"""What a form sends: its fields as texts, and the key under which it has one effect however often it is sent.

Of a form with a file these are the fields before it; `api.attaching` takes the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from api.inputs import RequestKey, cleaned
from api.multipart import form_of, is_form
from api.problems import RefusalError
from engine.record import Reason

MOST_FIELDS = 2_000


@dataclass(frozen=True, slots=True)
class Posted:
    """The fields of a form, each with all its values in order."""

    values: Mapping[str, tuple[str, ...]]

    def text(self, name: str) -> str:
        """Give the last value of a field without spaces around it; empty where it was not sent."""
        return self.values[name][-1].strip() if name in self.values else ""

    @property
    def key(self) -> RequestKey:
        """The key of the request."""
        return RequestKey(self.text("key") or None)


async def _posted(request: Request) -> Posted:
    if is_form(request):
        fields = await (await form_of(request)).before_file()
        return Posted({name: (value,) for name, value in fields.items()})
    found: dict[str, tuple[str, ...]] = {}
    try:
        text = (await request.body()).decode()
        for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS):
            found[name] = (*found.get(name, ()), cleaned(value))
    except ValueError as wrong:
        raise RefusalError([Reason("input", "bad-value", f"the form cannot be read: {wrong}")]) from wrong
    return Posted(found)


Sent = Annotated[Posted, Depends(_posted)]
"""What was posted, as a parameter of a handler."""
