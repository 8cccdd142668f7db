"""`steward up --demo`: lets the demo company work a little, so that no page is empty on the first day."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from settings import Settings
from store import tokens
from store.database import Database
from store.listing import Filter, list_records

HOUR = 3_600.0
LOOK = 0.5
"""Seconds between two looks whether a record is there."""
PATIENCE = 60.0
"""Seconds that one step may take."""
Fields = Mapping[str, Any]

ITEMS: Mapping[str, Fields] = {
    "customers": {
        "summary": "Customer file",
        "description": "Look customers up and write to them",
        "fulfilment": "access",
        "entitlement": "crm-user",
        "group": "application_team",
        "per_year": 180,
        "delivery_time": "1 business day",
    },
    "reports": {
        "summary": "Sales reports",
        "description": "The figures of sales",
        "fulfilment": "access",
        "entitlement": "sales-reports",
        "group": "application_team",
        "delivery_time": "1 business day",
        "everyone": False,
        "groups": ["sales", "finance"],
    },
    "laptop": {
        "summary": "Laptop",
        "description": "A light one for the desk and the road",
        "fulfilment": "equipment",
        "article": "laptop-14",
        "price": 1200,
        "delivery_time": "5 business days",
    },
    "telephone": {
        "summary": "Mobile telephone",
        "description": "With a contract, for those who are on the road",
        "fulfilment": "equipment",
        "article": "telephone",
        "price": 420,
        "per_year": 240,
        "delivery_time": "3 business days",
    },
    "badge": {
        "summary": "Badge",
        "description": "Opens the doors of your office",
        "delivery_time": "1 business day",
    },
}
"""Things of the catalogue, by what they are called here."""
JOINER: Fields = {
    "summary": "New joiner",
    "description": "What everybody needs on the first day",
    "fulfilment": "bundle",
    "price": 1250,
    "per_year": 180,
    "delivery_time": "5 business days",
}
IN_IT = ("customers", "laptop", "badge")

INCIDENTS: tuple[tuple[str, Fields, tuple[tuple[str, str, Fields], ...]], ...] = (
    (
        "carla",
        {"summary": "The mail queue does not move", "service": "mail", "impact": "high", "urgency": "high"},
        (("tomasz", "assign", {"assignee": "tomasz", "group": "mail_team"}),),
    ),
    (
        "matthias",
        {"summary": "Offers are printed without the logo", "service": "erp", "impact": "low", "urgency": "medium"},
        (
            ("leyla", "assign", {"assignee": "leyla"}),
            ("leyla", "hold", {"pending_reason": "caller", "comment": "Which printer is it? Please answer here."}),
        ),
    ),
    (
        "yuki",
        {"summary": "No network at milling machine 3", "service": "network", "impact": "medium", "urgency": "high"},
        (("kenji", "assign", {"assignee": "kenji", "group": "network_team"}),),
    ),
    (
        "carla",
        {"summary": "The screen of the meeting room stays dark", "service": "workplace", "impact": "low"},
        (
            ("jonas", "assign", {"assignee": "jonas"}),
            ("jonas", "resolve", {"resolution_code": "fixed", "resolution": "The cable was loose."}),
        ),
    ),
    ("matthias", {"summary": "I cannot open the shared drive", "service": "files"}, ()),
)
"""Who reports what, and who does what then."""
CHANGES: tuple[tuple[str, Fields, float], ...] = (
    ("kenji", {"summary": "Renew the certificates of the mail relay", "services": ["mail"]}, 3),
    ("ines", {"summary": "New firmware for the core switch", "services": ["network"]}, 6),
)
"""Who plans what, and in how many days it begins."""
SAID: Fields = {"impact": "medium", "likelihood": "medium", "backout_plan": "Put back what was there before."}
ORDERS: tuple[tuple[str, tuple[str, ...], Fields], ...] = (
    ("carla", ("joiner",), {"requested_for": "matthias", "justification": "He moves to another desk"}),
    ("matthias", ("laptop",), {"justification": "The old one does not start any more"}),
    ("carla", ("badge",), {}),
)
"""Who orders which things."""


async def is_empty(database: Database) -> bool:
    """Say whether there is no record at all."""
    return not (await list_records(database, Filter(), limit=1)).rows


async def live(chosen: Settings, api: str) -> str:
    """Let the company work through the API at an address, if there is no record yet; say what went wrong, if it did."""
    database = Database(chosen.database_url)
    people = _People(api, database)
    try:
        if await is_empty(database):
            await _work(people)
    except (httpx2.HTTPError, TimeoutError, _RefusedError) as error:
        return f"The demo company could not be shown to its end: {error}"
    finally:
        await people.leave()
        await database.close()
    return ""


class _RefusedError(Exception):
    """Something that the company does was refused: its processes are other ones, perhaps."""


class _People:
    """The people of the company, each with a token that ends with the demonstration."""

    def __init__(self, api: str, database: Database) -> None:
        self._http = httpx2.AsyncClient(base_url=f"{api}/api/v1", trust_env=False, timeout=PATIENCE)
        self._database = database
        self._tokens: dict[str, tuple[str, str]] = {}

    async def start(self, who: str, process: str, fields: Fields) -> Any:  # noqa: ANN401 - JSON
        """Have somebody start a record, and wait until it is there: the first may be before the worker is ready."""
        made = await self._post(who, f"/processes/{process}/records", {"fields": fields})
        async with asyncio.timeout(PATIENCE):
            while not await self._is_there(who, made["id"]):  # noqa: ASYNC110 - a worker writes it
                await asyncio.sleep(LOOK)
        return made

    async def _is_there(self, who: str, record: str) -> bool:
        headers = {"Authorization": f"Bearer {self._tokens[who][1]}"}
        return (await self._http.get(f"/records/{record}", headers=headers)).is_success

    async def act(self, who: str, record: str, action: str, given: Fields) -> Any:  # noqa: ANN401 - JSON
        """Have somebody take a transition."""
        said = {name: value for name, value in given.items() if name != "comment"}
        body = {"with": said, **({"comment": given["comment"]} if "comment" in given else {})}
        return await self._post(who, f"/records/{record}/actions/{action}", body)

    async def _post(self, who: str, path: str, body: Fields) -> Any:  # noqa: ANN401 - JSON
        if who not in self._tokens:
            now = time.time()
            made = tokens.create(self._database, "demo", who, roles=(), groups=(), at=now, expires=now + HOUR)
            token, secret = await made
            self._tokens[who] = token.id, secret
        headers = {"Authorization": f"Bearer {self._tokens[who][1]}"}
        answer = await self._http.post(path, json=body, headers=headers)
        if not answer.is_success:
            raise _RefusedError(f"{who} {path}: {answer.json().get('detail', answer.text)}")
        return answer.json()

    async def leave(self) -> None:
        """End all tokens."""
        for token, _secret in self._tokens.values():
            await tokens.revoke(self._database, token, time.time())
        await self._http.aclose()


async def _work(people: _People) -> None:
    things = {name: await _thing(people, item) for name, item in ITEMS.items()}
    things["joiner"] = await _thing(people, {**JOINER, "parts": [things[each] for each in IN_IT]})
    for who, fields, steps in INCIDENTS:
        record = (await people.start(who, "incident", {"caller": who, **fields}))["id"]
        for actor, action, given in steps:
            await people.act(actor, record, action, given)
    for who, names, fields in ORDERS:
        await people.start(who, "request", {"items": [things[each] for each in names], **fields})
    for who, fields, days in CHANGES:
        await _change(people, who, fields, days)


async def _thing(people: _People, item: Fields) -> str:
    record = str((await people.start("miriam", "catalogue_item", item))["id"])
    await people.act("miriam", record, "publish", {})
    return record


async def _change(people: _People, who: str, fields: Fields, days: float) -> None:
    begins = (datetime.now(UTC) + timedelta(days=days)).replace(hour=18, minute=0, second=0, microsecond=0)
    planned = {"planned_start": begins.isoformat(), "planned_end": (begins + timedelta(hours=2)).isoformat()}
    plan = {"plan": "1. Prepare\n2. Install\n3. Test", "assignee": who, **SAID, **planned}
    record = (await people.start(who, "change", {**fields, **plan}))["id"]
    await people.act(who, record, "submit", {})
