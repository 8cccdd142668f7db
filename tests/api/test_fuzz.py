"""Whatever is sent, the answer is one that the description of the API names, and never our mistake."""

import json
import random
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from api.problems import MEDIA_TYPE, Problem
from tests.api.office import Office

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

SECONDS, FEWEST = 8.0, 50
SEED = 20_260_306
NO_SUCH_CALL = (404, 405)
"""What is answered where a name with slashes makes the address of another call, or of none."""
TEXTS = (
    "",
    " ",
    "x",
    "me",
    "\0",
    "\x07",
    "\u202e",
    "é💥",
    "x" * 3_000,
    "../..",
    "%00",
    "a/b?c#d",
    "-1",
    "1e400",
    "'\"",
)
NUMBERS = (0, -1, 2**70, 1.5, float("nan"), float("inf"))
VALUES: tuple[Any, ...] = (None, True, *NUMBERS, [], {}, [[[]]], {"": {"a": [None]}}, "\ud800", *TEXTS)
EVENTS = ("ce-id", "ce-source", "ce-type", "ce-specversion", "ce-subject")
HEADERS = ("If-Match", "If-None-Match", "Idempotency-Key", *EVENTS)
TAGS = ('"1"', 'W/"2"', "*", '"1", "2"', "", "x", "\xff", '"99999999999999999999"', "1.0")
MEDIA = ("application/json", "application/cloudevents+json", "text/plain", "application/json; charset=utf-16", "")
FIELDS = ("summary", "customer", "device", "size", "assignee", "offer", "margin", "count", "outcome", "nothing")
KNOWN = ("ann", "carl", "press", "large", "P1", "12.50", "repair", "part.delivered", "2026-03-06T10:00:00Z")


class Fuzz:
    """Makes requests from the description: mostly of the right shape, with something wrong here and there."""

    def __init__(self, described: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> None:
        """Keep what there is to call, and the names that exist, by the parameters of paths."""
        self.schemas = described["components"]["schemas"]
        paths = described["paths"]
        self.calls = [(way, path, call) for path, ways in paths.items() for way, call in ways.items()]
        self.names = names
        self.dice = random.Random(SEED)

    def request(self) -> tuple[Mapping[str, Any], dict[str, Any]]:
        """Give a call and a request of it."""
        way, path, call = self.dice.choice(self.calls)
        query = []
        for each in call.get("parameters", ()):
            if each["in"] == "path":
                known = self.names.get(each["name"], ("x",))
                name = self.dice.choice(known if self.dice.random() < 0.7 else TEXTS[2:])
                path = path.replace(f"{{{each['name']}}}", quote(name, safe=""))
            elif each["in"] == "query" and self.dice.random() < 0.3:
                query.append((each["name"], str(self.value(each["schema"])).encode(errors="replace")))
        headers = [(name, self.dice.choice(TAGS).encode("latin-1")) for name in HEADERS if self.dice.random() < 0.1]
        media = call.get("requestBody", {}).get("content", {})
        schema: Mapping[str, Any] = next((each.get("schema", {}) for each in media.values()), {})
        headers.append(("Content-Type", (next(iter(media), "") if self.lucky() else self.dice.choice(MEDIA)).encode()))
        sent = self.text(self.value(schema)) if media or not self.lucky() else b""
        return call, {"method": way.upper(), "url": path, "params": query, "headers": headers, "content": sent}

    def lucky(self) -> bool:
        """Whether to send what is right."""
        return self.dice.random() < 0.85

    def text(self, value: Any) -> bytes:
        """Write JSON, now and then broken."""
        written = json.dumps(value).encode()
        return written if self.lucky() else self.dice.choice((written[:-1], written * 2, b"[" * 9_000, b"\xff", b""))

    def value(self, schema: Mapping[str, Any], depth: int = 4) -> Any:
        """Give a value of a schema, or one that is not."""
        if not self.lucky() or not depth:
            return self.dice.choice(VALUES)
        if "$ref" in schema:
            return self.value(self.schemas[schema["$ref"].rpartition("/")[2]], depth)
        if "anyOf" in schema:
            return self.value(self.dice.choice(schema["anyOf"]), depth)
        if "const" in schema or "enum" in schema:
            return schema.get("const") or self.dice.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                free: dict[str, Any] = {name: {} for name in self.dice.sample(FIELDS, 3)}
                members = schema.get("properties", free)
                return {name: self.value(each, depth - 1) for name, each in members.items() if self.lucky()}
            case "array":
                return [self.value(schema["items"], depth - 1) for _ in range(self.dice.randrange(3))]
            case "string":
                return self.dice.choice((*TEXTS, *self.names["record"], *KNOWN))
            case "boolean":
                return self.dice.random() < 0.5
            case "integer" | "number":
                return self.dice.choice((0, 1, 0.01))
            case _:
                return self.dice.choice((*VALUES, *KNOWN))


def is_as_described(call: Mapping[str, Any], answer: httpx2.Response) -> bool:
    """Say whether an answer is one that its call names, and a problem in full where it is not a good one."""
    if answer.status_code not in NO_SUCH_CALL and str(answer.status_code) not in call["responses"]:
        return False
    if answer.status_code < 400:
        return True
    if answer.headers["content-type"] != MEDIA_TYPE:
        return False
    return Problem.model_validate_json(answer.content).status == answer.status_code != 500


async def test_whatever_is_sent_is_answered_as_described(office: Office) -> None:
    record = (await office.repair())["id"]
    task = f"{record}.1/working/do/0"
    names = {
        "process": ("repair",),
        "record": (record, (await office.repair())["id"]),
        "transition": ("begin", "finish", "cancel", "stumble", "give_up", "alarm_again"),
        "task": (task, record),
        "approval": (f"{record}.1.judged.1", record),
        "number": ("1", "2"),
        "version": ("1", "2"),
        "person": ("me", "carl", "gone"),
        "digest": ("x",),
        "key": ("x",),
        "kind": ("people", "absences", "calendars", "rotas"),
        "row": ("ann", "office", "x"),
    }
    fuzz = Fuzz((await office.http.get("/api/v1/openapi.json")).json(), names)
    wrong: list[Any] = []
    until, sent = time.monotonic() + SECONDS, 0
    while (time.monotonic() < until or sent < FEWEST) and not wrong:
        call, request = fuzz.request()
        who = fuzz.dice.choice(("ann", "bob", "carl", "dora", "alarms"))
        request["headers"].append(("Authorization", f"Bearer {office.secrets[who]}"))
        answer = await office.http.request(**request)
        sent += 1
        if not is_as_described(call, answer):
            wrong.append((who, request, answer.status_code, answer.text))
    assert not wrong
