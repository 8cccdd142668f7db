"""Two small processes for driver tests: an errand runs jobs, one after the other, and sets off another."""

from typing import Any

from engine.judging import judge
from engine.record import Kind, Needs, Record
from language.reading import read_definition
from store import definitions
from store.queries import get_record
from tests.workflows.house import House, numbers

ERRAND = """
process: errand
version: 1
title: Errand
number: ERR
owner: ann
read: [anyone]
start: {to: going, by: [ann], ask: [name, size]}
fields:
  name: text
  size: {type: number, default: 2}
  total: {type: number, default: 0}
  last: {type: ref, of: job}
  why: text
states:
  going:
    do:
      - {run: job, with: {title: "{{ name }}, first", size: =size}, save: {total: =total + result.fields.size}}
      - {run: job, with: {title: "{{ name }}, second"}, save: {total: =total + result.fields.size, last: =result.id}}
      - {start: job, with: {title: "{{ name }}, third"}, save: {last: =result.id}}
      - {send: job.hurry, to: "=linked('job', 'parent', state='open')", with: {size: 9}}
      - {go: done}
    on_error: [{set: {why: =error.text}}, {go: failed}]
    transitions:
      stop: {to: stopped, by: [ann]}
  done: {final: true}
  failed: {final: true}
  stopped: {final: true}
"""

WITHDRAWABLE = ERRAND.replace(
    ERRAND[ERRAND.index("      - {run: job") : ERRAND.index("      - {go: done}")],
    "      - {run: job, with: {title: Mow}, save: {last: =result.id, why: =result.state}}\n",
)

JOB = """
process: job
version: 1
title: Job
number: JOB
owner: ann
read: [anyone]
start: {to: open, by: [bob], needs: [title], ask: [size]}
fields:
  title: text
  size: {type: number, default: 3, valid: size < 10, help: That is too much}
states:
  open:
    transitions:
      end: {to: ended, by: [bob]}
      hurry: {event: job.hurry, ask: [size]}
  ended: {final: true}
"""


async def publish(house: House, errand: str = ERRAND, job: str = JOB) -> str:
    """Publish both processes as their next versions, and give the errand as it was published.

    Jobs are numbered otherwise in each test, because all share one Temporal server.
    """
    number = next(numbers)
    prefix = "".join(chr(ord("A") + int(digit)) for digit in str(number))
    sources = {"errand": errand, "job": job.replace("number: JOB", f"number: J{prefix}")}
    for name, source in sources.items():
        sources[name] = source.replace("version: 1\n", f"version: {number}\n")
        await definitions.publish(
            house.database, name, number, sources[name], title=name.title(), messages={}, by="ann", at=house.clock()
        )
    return sources["errand"]


async def an_errand(house: House, source: str = ERRAND, **data: Any) -> str:
    """Publish both processes, and start an errand as ann."""
    return await begun(house, await publish(house, source), **data)


async def begun(house: House, source: str, **data: Any) -> str:
    """Start an errand, as it was published, as ann."""
    definition, record = read_definition(source), f"ERR{next(numbers):07}"
    event = house.event(Kind.START, "", "ann", {"name": "Milk", **data}, f"start-{record}")
    empty = Record(record, "errand", definition.version, definition.digest)
    while isinstance(outcome := judge(definition, empty, event), Needs):
        found = await house.facts(outcome.keys, house.clock())
        event = event._replace(facts={**event.facts, **found}, facts_at=house.clock())
    await house.records.start(record, "errand", source, definition.digest, event)
    await house.until(lambda: get_record(house.database, record))
    return record


async def jobs(house: House, errand: str) -> list[str]:
    """Give the jobs of an errand, oldest first."""
    key = f'["linked","{errand}","job","parent",{{}}]'
    answer = await house.facts([key], house.clock())
    return [each["id"] for each in answer[key]["value"]]


async def job(house: House, errand: str, number: int) -> str:
    """Wait for the job of this number, from 1."""

    async def there() -> list[str] | None:
        found = await jobs(house, errand)
        return found if len(found) >= number else None

    found: list[str] = await house.until(there)
    return found[number - 1]
