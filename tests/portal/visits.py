"""Visits to the portal in tests: pages read as HTML, forms filled in and sent as a browser sends them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx2
import uvicorn
from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser, LexborNode

from api.app import create_app
from api.csrf import csrf_token
from api.sessions import COOKIE
from portal.app import install
from store import sessions
from store.sessions import begun
from tests.api.office import Office

NONE: dict[str, str] = {}
BASE = "http://steward.test"


class Seen:
    """An answer of the portal, read as HTML."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.tree = LexborHTMLParser(answer.text)

    def one(self, selector: str) -> LexborNode:
        """Give the only element that fits."""
        found = self.tree.css(selector)
        assert len(found) == 1, f"{len(found)} elements are {selector}:\n{self.answer.text}"
        return found[0]

    def texts(self, selector: str) -> list[str]:
        """Give what elements say, with single spaces."""
        return [" ".join(each.text().split()) for each in self.tree.css(selector)]

    @property
    def main(self) -> str:
        """What the page says, without its frame."""
        return " ".join(self.texts("main"))

    def form(self, selector: str) -> dict[str, str]:
        """Give what a form holds as it stands: what a browser would send of it."""
        form, held = self.one(selector), {}
        for each in form.css("input, textarea, select"):
            name, given = each.attributes.get("name"), each.attributes
            if name is None or (given.get("type") in ("checkbox", "radio") and "checked" not in given):
                continue
            if each.tag == "select":
                chosen = each.css("option[selected]") or each.css("option")
                held[name] = chosen[0].attributes.get("value") or "" if chosen else ""
            else:
                held[name] = (each.text() if each.tag == "textarea" else given.get("value")) or ""
        return held


class Portal:
    """The portal of an office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.sessions: dict[str, str] = {}
        self.app = create_app(office.services)
        install(self.app)
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        self.http = httpx2.AsyncClient(transport=transport, base_url=BASE)

    async def session(self, who: str) -> str:
        """Give the secret of somebody's session."""
        if who not in self.sessions:
            services = self.office.services
            self.sessions[who] = await sessions.create(services.database, begun(who, services.clock()))
        return self.sessions[who]

    async def token(self, who: str) -> str:
        """Give what the forms of somebody's session send along."""
        return csrf_token(await self.session(who))

    async def headers(self, who: str, cookies: str = "") -> dict[str, str]:
        """What a request of somebody carries; `cookies` go beside that of their session."""
        return {"cookie": "; ".join(filter(None, (f"{COOKIE}={await self.session(who)}", cookies)))}

    async def see(self, who: str, path: str, cookies: str = "", **headers: str) -> Seen:
        """Look at a page as somebody."""
        self.http.cookies.clear()
        return Seen(await self.http.get(path, headers={**await self.headers(who, cookies), **headers}))

    async def send(
        self, who: str, path: str, fields: dict[str, str], headers: dict[str, str] = NONE, *, follow: bool = True
    ) -> Seen:
        """Send a form as somebody, and see where it leads."""
        self.http.cookies.clear()
        given = {**await self.headers(who), **headers}
        data = {"csrf_token": await self.token(who), **fields}
        answer = await self.http.post(path, data=data, headers=given)
        if not follow or not answer.is_redirect:
            return Seen(answer)
        said = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        return await self.see(who, answer.headers["location"], said)

    async def fill(self, who: str, page: Seen, form: str, **fields: str) -> Seen:
        """Fill in a form of a page and send it to where it leads."""
        action = page.one(form).attributes.get("action") or page.answer.url.path
        return await self.send(who, action, {**page.form(form), **fields})

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Serve it to browsers, and give its address."""
        async with served(self.app) as address:
            self.app.state.services = replace(self.office.services, base_url=address)  # as browsers call it
            try:
                yield address
            finally:
                self.app.state.services = self.office.services


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve an application on loopback, and give its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # older uvicorns look for it
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done(), "the portal is not served"
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
