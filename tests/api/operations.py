"""Every call of the API as its description has it, with names in its address and a body that can be read."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.api.office import Office

ABOUT_A_RECORD = ("record", "task", "approval")
"""Names in addresses that are those of records, or of what they hold."""
SOURCE = {"source": "process: repair\nversion: 2\n"}
ALERT = {"status": "firing", "labels": {}, "annotations": {}, "startsAt": "2026-03-06T10:00:00Z", "fingerprint": "x"}
BODIES: Mapping[str, Any] = {
    "act": {"with": {"reason": "x"}},
    "comment": {"text": "x"},
    "edit_record": {"fields": {"summary": "x"}},
    "start_record": {"fields": {"summary": "x", "customer": "ann"}},
    "complete_task": {"with": {"offer": "12", "supplier": "x"}},
    "vote": {"choice": "yes"},
    "watch_record": {"person": "me"},
    "publish_definition": SOURCE,
    "check_definition": SOURCE,
    "move_records": {"dry_run": False},
    "put_row": {"name": "x"},
    "apply_organisation": {"files": {"organisation.yaml": "people: {}"}},
    "send_event": {"specversion": "1.0", "id": "x", "source": "/x", "type": "alarm.over", "subject": "REP1"},
    "decode_payloads": {"payloads": []},
    "encode_payloads": {"payloads": []},
    "take_alerts": {"version": "4", "groupKey": "x", "status": "firing", "alerts": [ALERT]},
}
"""Bodies that fit, by operation; the others need none."""
QUERIES: Mapping[str, str] = {"attach_file": "?name=x.txt"}
"""What stands behind addresses, where something must."""


class Call(NamedTuple):
    """A call: what it is called, and how it is sent."""

    name: str
    way: str
    path: str
    body: Any


class Operation(NamedTuple):
    """A call as it is described, with `{…}` in its address."""

    name: str
    way: str
    path: str

    def is_about_a_record(self) -> bool:
        """Say whether its address names a record or what one holds."""
        return any(f"{{{each}}}" in self.path for each in ABOUT_A_RECORD)

    def on(self, record: str, **others: str) -> Call:
        """Give the call for a record; an address with a name that is not here fails: say it here, then."""
        names = {
            "record": record,
            "task": f"{record}.2/working/do/0",
            "approval": f"{record}.4.mend.1",
            "digest": "0" * 64,
            "transition": "begin",
            "number": "1",
            "person": "carl",
            "process": "repair",
            "version": "1",
            "kind": "people",
            "row": "ann",
            "key": "x",
            "webhook": "x",
            "delivery": "x",
            **others,
        }
        path = self.path.format_map(names) + QUERIES.get(self.name, "")
        return Call(self.name, self.way, path, BODIES.get(self.name))


async def operations(office: Office) -> list[Operation]:
    """Give every operation of the description."""
    paths = (await office.http.get("/api/v1/openapi.json")).json()["paths"]
    return [
        Operation(call["operationId"], way.upper(), path) for path, ways in paths.items() for way, call in ways.items()
    ]
