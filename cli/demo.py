"""`steward demo release`: a shop in three rings, a release that is good, and one that is rolled back by itself."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import typer
from rich.markup import escape

from cli.client import Api, path
from cli.data import Running, running
from cli.demo_shop import RINGS, SERVICE, Shop, open_shop
from cli.errors import FindingsError, UnreachableError, UsageError
from cli.terminal import err, out, verbs
from settings import Settings, settings
from store import tokens
from store.database import Database

OLD, GOOD, BAD = "4.1.0", "4.2.0", "4.3.0"
LOOK = 1.0
"""Seconds between two looks at a release."""
HOUR = 3_600.0
ASIDE = "shop"
"""The folder in the data directory that knows the rings."""
TOLD = ("call_returned", "call_failed", "rollback_started", "rolled_back", "child_begun", "fault")
FIELDS = {"at_ring": "Ring {}", "last_health": "{}", "failure": "Failed: {}"}
"""Kinds of lines of the journal that are shown, and what is said where a field is written."""

app = verbs()
demo = typer.Typer(no_args_is_help=True, help="Show on real programs what Steward does.")
app.add_typer(demo, name="demo")


@demo.command()
def release() -> None:
    """Deploy a good version to three rings of a small shop, then a bad one, which is rolled back by itself.

    Needs a `steward up` on this data directory with the shipped processes. Takes about six minutes.
    """
    chosen = settings()
    here = running(chosen.data)
    if here is None:
        raise UnreachableError(f"no Steward runs on {chosen.data}. Start it in another terminal: steward up")
    if "deployments" in chosen.model_fields_set:
        raise UsageError("STEWARD_DEPLOYMENTS is set: the demonstration would change what you allow. Unset it")
    with Company(chosen, here) as people, open_shop(chosen.data / ASIDE, chosen.deployments, OLD) as shop:
        Story(people, shop).tell()


class Company:
    """The people of the demo company, each with a token that ends with the demonstration."""

    def __init__(self, chosen: Settings, here: Running) -> None:
        """Nobody has a token yet."""
        self._url, self._database = here.api, Database(chosen.database_url)
        self._tokens: dict[str, tuple[str, str]] = {}

    def __enter__(self) -> "Company":
        """Begin."""
        return self

    def __exit__(self, *_ended: object) -> None:
        """End all tokens."""
        asyncio.run(self._end())

    async def _end(self) -> None:
        for token, _secret in self._tokens.values():
            await tokens.revoke(self._database, token, time.time())
        await self._database.close()

    def post(self, who: str, where: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Have somebody do something."""
        with self._api(who) as to:
            return to.post(where, body).body

    def get(self, who: str, where: str) -> Any:  # noqa: ANN401 - JSON
        """Have somebody look at something."""
        with self._api(who) as to:
            return to.get(where).body

    def _api(self, who: str) -> Api:
        if who not in self._tokens:
            now = time.time()
            made = tokens.create(self._database, "steward demo", who, roles=(), groups=(), at=now, expires=now + HOUR)
            token, secret = asyncio.run(made)
            self._tokens[who] = token.id, secret
        return Api(self._url, self._tokens[who][1])


class Story:
    """What happens, and what is said of it."""

    def __init__(self, people: Company, shop: Shop) -> None:
        """Nothing has happened yet."""
        self._people, self._shop = people, shop

    def tell(self) -> None:
        """Tell it from the beginning to the end."""
        self._say(f"[bold]A shop in three rings[/], with customers: {self._rings()}")
        good = self._released(GOOD, "Faster search", "early_life")
        self._say(f"{good} is in early-life support. {self._rings()}\n")
        bad = self._released(BAD, "New coupons", "review")
        fields = self._people.get("peter", path("records", bad))["fields"]
        self._say(f"{bad}: {fields['outcome']}. {self._rings()}")
        self._say(f"Why: {fields['failure']}")
        self._say(f"Raised for it: {fields['incident']['id']}. [dim]More: steward show {bad}, steward journal {bad}[/]")
        if fields["outcome"] != "rolled_back" or set(self._shop.versions().values()) != {GOOD}:
            raise FindingsError(f"{bad} was to be rolled back. The worker's log says more")

    def _released(self, version: str, summary: str, until: str) -> str:
        """Plan, approve and deploy a version, and wait until a state is reached."""
        self._say(f"[bold]Version {version}[/]: {summary}")
        record = self._planned(version, summary)
        with err().status(f"{record}: deploying {version}, watching each ring for a minute …"):
            self._watch(record, until)
        return record

    def _planned(self, version: str, summary: str) -> str:
        now = datetime.now(UTC) + timedelta(seconds=20)
        bakes = [
            {"name": name.title(), "percent": 100, "bake": "1 minute", "target": name, "no_return": False}
            for name in RINGS
        ]
        fields = {
            "summary": summary,
            "service": SERVICE,
            "configuration_item": "shop-web",
            "version": version,
            "plan": "Ring by ring",
            "rings": bakes,
            "planned_start": now.isoformat(),
            "planned_end": (now + timedelta(hours=2)).isoformat(),
        }
        record: str = self._people.post("peter", path("processes", "release", "records"), {"fields": fields})["id"]
        self._act(record, "henrik", "let_pass", reason="A demonstration")
        self._act(record, "peter", "planned")
        self._act(record, "peter", "built", artefact=f"shop-{version}.tar", build_evidence="Built here")
        self._act(record, "henrik", "let_pass", reason="A demonstration")
        [approval] = self._act(record, "peter", "tested")["approvals"]
        self._people.post("kenji", path("approvals", approval["id"], "vote"), {"choice": "yes"})
        self._say(f"  {record} is planned by Peter, let past its gates by Henrik and approved by Kenji")
        return record

    def _act(self, record: str, who: str, what: str, **given: str) -> Any:  # noqa: ANN401 - JSON
        return self._people.post(who, path("records", record, "actions", what), {"with": given})

    def _watch(self, record: str, until: str) -> None:
        """Say what happens to a record until it is in a state."""
        told = 0
        while True:
            shown = self._people.get("peter", path("records", record))
            entries = self._people.get("peter", path("records", record, "journal"))["entries"]
            for entry in entries:
                if entry["seq"] > told:
                    told = entry["seq"]
                    for line in entry["lines"]:
                        self._tell(entry["at"], line)
            if shown["state"] == until:
                return
            if shown["faults"]:
                raise FindingsError(f"{record} stands still: {shown['faults'][0]['text']}")
            time.sleep(LOOK)

    def _tell(self, at: str, line: Mapping[str, Any]) -> None:
        """Say a line of the journal, where it is of the deployment."""
        text = line["text"] if line["what"] in TOLD else ""
        if line["name"] in FIELDS and line["what"] == "field" and line["data"]["new"]:
            text = FIELDS[line["name"]].format(line["data"]["new"])
        if text:
            self._say(f"  [dim]{datetime.fromisoformat(at).astimezone():%H:%M:%S}[/]  {escape(text)}")

    def _rings(self) -> str:
        return ", ".join(f"{name} runs {version}" for name, version in self._shop.versions().items())

    def _say(self, text: str) -> None:
        out().print(text, soft_wrap=True)
