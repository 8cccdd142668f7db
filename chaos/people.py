"""People and programs at work at random: they start records, take what they can, fill in, vote, complete, and tell."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from chaos.commands import Command, Sender
from chaos.evidence import Outcome, Told
from chaos.stories import AGENTS, CATALOGUE, MONITORING, PEOPLE, a_start, values

STARTING, ALERTING, POKING, TALKING = 0.3, 0.1, 0.12, 0.12
"""The shares of what is done; the rest moves records on."""
CLOUD_EVENT = {"Content-Type": "application/cloudevents+json"}
THINGS_ALERTED = 12


class Work:
    """What is known to those who work: the records there are, and what was told of them."""

    def __init__(self, sender: Sender, random: Random) -> None:
        """Begin with nothing."""
        self.sender, self.random = sender, random
        self.records: list[str] = []
        self.clockworks: list[str] = []
        self.things: list[str] = []
        self.number = 0
        self.pokes: dict[str, Counter[Outcome]] = {}
        self.alerts: dict[str, Counter[Outcome]] = {}

    async def prepare(self) -> None:
        """Publish what can be ordered."""
        for item in CATALOGUE:
            given = {"description": "What one gets", "delivery_time": "1 business day", **item}
            made = await self.start("miriam", "catalogue_item", given, plain=True)
            assert made is not None
            await self.act("miriam", made, "publish", {}, plain=True)
            self.things.append(made)

    async def step(self) -> None:
        """Do one thing, whatever comes to mind."""
        chance, self.number = self.random.random(), self.number + 1
        number = self.number
        if chance < STARTING or not self.records:
            story = a_start(self.random, number, time.time(), self.things)
            made = await self.start(story.who, story.process, dict(story.fields))
            if made is not None:
                (self.clockworks if story.process == "clockwork" else self.records).append(made)
        elif (chance := chance - STARTING) < ALERTING:
            await self.alert(f"chaos-{self.random.randint(1, THINGS_ALERTED)}", number)
        elif (chance := chance - ALERTING) < POKING and self.clockworks:
            await self.poke(self.random.choice(self.clockworks), number)
        elif chance - POKING < TALKING:
            record = self.random.choice([*self.records, *self.clockworks])
            await self.comment(self.random.choice(AGENTS), record, f"Line {number}")
        else:
            await self.move_on(self.random.choice(self.records))

    async def start(self, who: str, process: str, fields: dict[str, Any], *, plain: bool = False) -> str | None:
        """Start a record, and give its id; None where it was refused, or its outcome is not known."""
        path = f"processes/{process}/records"
        answered = await self.sender.send(Command(who, f"/{path}", {"fields": fields}, path), plain=plain)
        return answered.body.get("id") if answered.sent.outcome is Outcome.ACCEPTED else None

    async def act(self, who: str, record: str, action: str, given: dict[str, Any], *, plain: bool = False) -> None:
        """Take a transition."""
        said = {name: value for name, value in given.items() if name != "comment"}
        body = {"with": said, **({"comment": given["comment"]} if "comment" in given else {})}
        path = f"/records/{record}/actions/{action}"
        await self.sender.send(Command(who, path, body, f"records/{record}/act/{action}"), plain=plain)

    async def comment(self, who: str, record: str, text: str) -> None:
        """Say something."""
        command = Command(who, f"/records/{record}/comments", {"text": text}, f"records/{record}/comment/")
        await self.sender.send(command)

    async def poke(self, record: str, number: int) -> None:
        """Send a clockwork an event from outside, often twice: the same source and id are the same event."""
        body = {"specversion": "1.0", "id": f"poke-{number}", "source": "chaos", "type": "clockwork.poked"}
        await self._tell(self.pokes, record, "/events", {**body, "subject": record}, CLOUD_EVENT)

    async def alert(self, thing: str, number: int) -> None:
        """Let the monitoring say that something does not answer, often twice in the same words."""
        labels = {"alertname": "Down", "service": self.random.choice(("mail", "web_shop")), "thing": thing}
        said = {"summary": f"{thing} does not answer", "seen": str(number)}
        one = {"status": "firing", "labels": labels, "annotations": said}
        body = {"status": "firing", "groupKey": thing, "receiver": "chaos", "groupLabels": {"thing": thing}}
        common = {"commonLabels": labels, "commonAnnotations": said, "alerts": [one]}
        await self._tell(self.alerts, f"chaos:{thing}", "/intake/alertmanager", {**body, **common}, {})

    async def _tell(
        self,
        about: dict[str, Counter[Outcome]],
        name: str,
        path: str,
        body: dict[str, Any],
        headers: dict[str, str],
    ) -> None:
        copies = self.random.choice((1, 1, 2))
        sendings = [self.sender.post(MONITORING, path, body, headers) for _ in range(copies)]
        answers = await asyncio.gather(*sendings)
        self.sender.duplicates += sum(each.sent.times for each in answers) - 1
        best = min((each.sent.outcome for each in answers), key=list(Outcome).index)
        about.setdefault(name, Counter())[best] += 1

    async def move_on(self, record: str) -> None:
        """Complete a task of a record, vote on it, or take a transition."""
        who = self.random.choice(PEOPLE)
        seen = await self.sender.see(who, f"/records/{record}")
        self._learn(seen)
        for do in self.random.sample((self._complete, self._vote, self._take), 3):
            if await do(who, record, seen):
                return

    def _learn(self, seen: dict[str, Any]) -> None:
        """Remember the records that another one has started."""
        self.records += [each["id"] for each in seen.get("children", ()) if each["id"] not in self.records]

    async def _complete(self, _who: str, record: str, seen: dict[str, Any]) -> bool:
        tasks = [each for each in seen.get("tasks", ()) if each["seats"]]
        if not tasks:
            return False
        task = self.random.choice(tasks)
        who, path = self.random.choice(task["seats"])["id"], task["id"].partition(".")[2]
        given = {line["name"]: self._filled(line) for line in task["form"]}
        body = {"with": {name: value for name, value in given.items() if value is not None}}
        command = Command(who, f"/tasks/{task['id']}/complete", body, f"records/{record}/complete/{path}")
        await self.sender.send(command)
        return True

    async def _vote(self, _who: str, record: str, seen: dict[str, Any]) -> bool:
        free = [(each, seat["id"]) for each in seen.get("approvals", ()) for seat in each["seats"] if not seat["vote"]]
        if not free:
            return False
        approval, who = self.random.choice(free)
        choice = self.random.choices(("yes", "no"), weights=(5, 1))[0]
        scope = f"records/{record}/vote/{approval['id'].partition('.')[2]}"
        body = {"choice": choice, "comment": "Because"}
        await self.sender.send(Command(who, f"/approvals/{approval['id']}/vote", body, scope))
        return True

    async def _take(self, who: str, record: str, seen: dict[str, Any]) -> bool:
        known = values(self.random, time.time())
        can = [each for each in seen.get("actions", ()) if each["possible"] != "no"]
        can = [each for each in can if all(name in known for name in each["needs"])]
        if not can:
            return False
        action = self.random.choice(can)
        await self.act(who, record, action["name"], {name: known[name] for name in action["needs"]})
        return True

    def _filled(self, line: dict[str, Any]) -> Any:  # noqa: ANN401  # JSON
        if line["options"]:
            return line["options"][0] if self.random.random() < 0.7 else self.random.choice(line["options"])
        match line["type"]:
            case "text" | "long_text":
                return "Done in the chaos"
            case "yes_no":
                return True
            case "number":
                return 7
            case _:
                return None

    def told(self) -> tuple[Told, ...]:
        """Give what was told of each thing."""
        return tuple(Told(name, each[Outcome.ACCEPTED], each[Outcome.UNKNOWN]) for name, each in self.alerts.items())

    def poked(self) -> dict[str, tuple[int, int]]:
        """Give how many events reached each clockwork for certain, and perhaps."""
        return {name: (each[Outcome.ACCEPTED], each[Outcome.UNKNOWN]) for name, each in self.pokes.items()}


async def work(work: Work, hands: int, goes_on: Callable[[], bool]) -> None:
    """Let so many work side by side as long as it goes on."""

    async def one() -> None:
        while goes_on():
            await work.step()

    async with asyncio.TaskGroup() as group:
        for _ in range(hands):
            group.create_task(one())
