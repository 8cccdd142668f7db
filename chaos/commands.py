"""Commands as people and programs send them: under a key, until they know what became of it, and often twice."""

import asyncio
from random import Random
from typing import Any, NamedTuple

import httpx2

from chaos.evidence import Outcome, Sent
from engine.requests import scoped

AGAIN = 0.3
"""Seconds before something that was not answered, or not now, is sent again."""
PATIENCE = 120.0
"""Seconds after which a sender gives up, and what became of it stays unknown."""
ANSWER = 60.0
"""Seconds that an answer may take; one that is given up at once takes IMPATIENT."""
IMPATIENT = 0.05
TWICE, IMPATIENTLY = 0.25, 0.1
"""The shares of commands that are sent twice at once, and whose first answer nobody waits for."""
INTERNAL = 500
LATER = (429, 500, 502, 503, 504)
"""Answers after which the same is sent again under its key."""


class Command(NamedTuple):
    """What somebody asks for; `scope` is how its key is scoped in the record: `records/INC0000001/act/assign`."""

    who: str
    path: str
    body: dict[str, Any]
    scope: str


class Answered(NamedTuple):
    """The last answer there was; `body` is empty where it was not JSON."""

    sent: Sent
    body: dict[str, Any]


class Sender:
    """Sends commands of people to an API, and keeps what became of each."""

    def __init__(self, api: str, secrets: dict[str, str], random: Random) -> None:
        """Keep how it is reached and the people's tokens."""
        self._http = httpx2.AsyncClient(base_url=f"{api}/api/v1", trust_env=False, timeout=ANSWER)
        self._secrets = secrets
        self._random = random
        self._number = 0
        self.sent: list[Sent] = []
        self.errors: list[str] = []
        self.duplicates = 0

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, command: Command, *, plain: bool = False) -> Answered:
        """Send a command until its outcome is known; unless `plain`, perhaps twice at once, or not waiting for it."""
        self._number += 1
        key = f"chaos-{self._number}"
        impatient = not plain and self._random.random() < IMPATIENTLY
        copies = 2 if not plain and self._random.random() < TWICE else 1
        headers = {"Idempotency-Key": key}
        sendings = [self.post(command.who, command.path, command.body, headers, impatient) for _ in range(copies)]
        answers = await asyncio.gather(*sendings)
        self.duplicates += sum(each.sent.times for each in answers) - 1
        best = min(answers, key=lambda each: list(Outcome).index(each.sent.outcome))
        event = scoped(command.who, command.scope, key)
        what = f"{key} ({command.who}: {command.path})"
        times, lost = (sum(getattr(each.sent, name) for each in answers) for name in ("times", "lost"))
        self.sent.append(Sent(what, event, best.sent.outcome, times, lost))
        return Answered(self.sent[-1], best.body)

    async def post(
        self,
        who: str,
        path: str,
        body: dict[str, Any],
        headers: dict[str, str],
        impatient: bool = False,
    ) -> Answered:
        """Post the same until it is answered for good; nothing is kept of it."""
        given = {"Authorization": f"Bearer {self._secrets[who]}", **headers}
        until, times, lost = asyncio.get_running_loop().time() + PATIENCE, 0, 0
        while asyncio.get_running_loop().time() < until:
            times += 1
            patience = IMPATIENT if impatient and times == 1 else ANSWER
            try:
                answer = await self._http.post(path, json=body, headers=given, timeout=patience)
            except httpx2.HTTPError:
                lost += 1
            else:
                if answer.status_code == INTERNAL:
                    self.errors.append(f"{who} {path}: {answer.text[:200]}")
                if answer.status_code not in LATER:
                    outcome = Outcome.ACCEPTED if answer.is_success else Outcome.REFUSED
                    return Answered(Sent(path, "", outcome, times, lost), _json(answer))
            await asyncio.sleep(AGAIN)
        return Answered(Sent(path, "", Outcome.UNKNOWN, times, lost), {})

    async def see(self, who: str, path: str) -> dict[str, Any]:
        """Look at something; empty where it cannot be seen, or not now."""
        try:
            answer = await self._http.get(path, headers={"Authorization": f"Bearer {self._secrets[who]}"})
        except httpx2.HTTPError:
            return {}
        return _json(answer) if answer.is_success else {}


def _json(answer: httpx2.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
