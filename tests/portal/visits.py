"""Visits to the portal in tests: pages read as HTML, forms filled in and sent as a browser sends them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import uvicorn
from selectolax.lexbor import LexborHTMLParser, LexborNode

from api.app import create_app
from portal.app import install
from tests.api.office import Office

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
        self.app = create_app(office.services)
        install(self.app)
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        self.http = httpx2.AsyncClient(transport=transport, base_url=BASE)

    def headers(self, who: str) -> dict[str, str]:
        """What a request of somebody carries."""
        return {"Authorization": f"Bearer {self.office.secrets[who]}"}

    async def see(self, who: str, path: str, **headers: str) -> Seen:
        """Look at a page as somebody."""
        self.http.cookies.clear()
        return Seen(await self.http.get(path, headers={**self.headers(who), **headers}))

    async def send(self, who: str, path: str, fields: dict[str, str], *, follow: bool = True, **headers: str) -> Seen:
        """Send a form as somebody, and see where it leads."""
        self.http.cookies.clear()
        given = {**self.headers(who), **headers}
        return Seen(await self.http.post(path, data=fields, headers=given, follow_redirects=follow))

    async def fill(self, who: str, page: Seen, form: str, **fields: str) -> Seen:
        """Fill in a form of a page and send it to where it leads."""
        action = page.one(form).attributes.get("action") or page.answer.url.path
        return await self.send(who, action, {**page.form(form), **fields})

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Serve it to browsers, and give its address."""
        server = uvicorn.Server(uvicorn.Config(self.app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
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
