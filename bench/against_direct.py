"""The same transitions of the same records over HTTP and by the client that the API itself uses, in turn."""

import asyncio
import time
from statistics import median

import httpx2
import uvicorn

from api.app import create_app
from api.rates import Rates, Throttle
from api.services import PREFIX, Services
from bench.against_by_hand import p95
from bench.direct import Direct
from bench.ground import Ground, a_ground
from bench.growing import LOOP
from bench.proving import Row, row
from store import tokens

SOURCE = "python -m bench performance http"
MOST = 1.15
OFTEN = Rates(calls=10**9, starts=10**9, checks=10**9, strangers=10**9)


async def rows(quick: bool) -> list[Row]:
    """Measure on a ground of its own, with the API behind a socket."""
    rounds = 10 if quick else 100
    async with a_ground() as ground:
        await ground.publish(LOOP)
        await ground.start_worker()
        records = Direct(ground, LOOP)
        services = Services(ground.database, records.client, time.time, {}, command_wait=60.0, throttle=Throttle(OFTEN))
        config = uvicorn.Config(create_app(services), host="127.0.0.1", port=0, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn sets no event
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with await _client(ground, port) as http:
            direct, over_http = await _in_turn(records, http, rounds)
        server.should_exit = True
        await serving
    found = []
    for what, of in (("median", median), ("95th percentile", p95)):
        ratio = of(over_http) / of(direct)
        goal = (f"≤ {MOST}", ratio <= MOST) if what == "median" else (None, None)
        claim = f"a transition over HTTP against the direct client, {what}"
        found.append(row(claim, ratio, "×", goal=goal[0], met=goal[1], source=SOURCE))
    return [*found, row("a transition over HTTP, median", 1_000 * median(over_http), "ms", source=SOURCE)]


async def _client(ground: Ground, port: int) -> httpx2.AsyncClient:
    _, secret = await tokens.create(ground.database, "bench", "ann", roles=(), groups=(), at=time.time(), expires=None)
    address = f"http://127.0.0.1:{port}{PREFIX}"
    return httpx2.AsyncClient(base_url=address, headers={"authorization": f"Bearer {secret}"}, timeout=60.0)


async def _in_turn(records: Direct, http: httpx2.AsyncClient, rounds: int) -> tuple[list[float], list[float]]:
    """Let one record go back and forth, each way the other time."""
    await records.start("LOO1", {})
    direct, over_http = [], []
    for number in range(rounds + 3):
        for each in ("flip", "flop"):
            if (number + (each == "flip")) % 2:
                direct.append(await records.timed("LOO1", each))
                continue
            began = time.perf_counter()
            answer = await http.post(f"/records/LOO1/actions/{each}", json={"with": {}})
            over_http.append(time.perf_counter() - began)
            answer.raise_for_status()
    return direct[3:], over_http[3:]
