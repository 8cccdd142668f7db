"""The page at /docs shows the description of the API with what we serve ourselves; what is taken is as it was."""

import json
import re
from hashlib import sha256

import pytest

from api.docs_page import ASSETS
from tests.api.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

VENDOR = ASSETS.files["docs.js"].parent / "vendor"


async def test_the_page_needs_nothing_from_elsewhere_and_no_token(alone: Office) -> None:
    page = await alone.http.get("/docs")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<script>" not in page.text
    needed = re.findall(r'(?:src|href|data-description)="(/[^"]+)"', page.text)
    assert len(needed) == 5
    assert {(await alone.http.get(each)).status_code for each in needed} == {200}


async def test_assets_are_kept_until_they_are_others(alone: Office) -> None:
    address = ASSETS.address("docs.js")
    kept = await alone.http.get(address)
    assert (kept.headers["cache-control"], kept.headers["content-type"]) == (
        "public, max-age=31536000, immutable",
        "text/javascript; charset=utf-8",
    )
    gone = [address.replace(ASSETS.version, "0"), address.replace("docs.js", "vendor/vendor.json")]
    assert {(await alone.http.get(each)).status_code for each in gone} == {404}


async def test_what_is_taken_from_others_is_as_it_was() -> None:
    known = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir() if path.name in known}
    assert found == {name: each["sha256"] for name, each in known.items()}
    assert {path.name for path in VENDOR.iterdir()} - set(known) == {"vendor.json", "swagger-ui-bundle.js.LICENSE.txt"}
    assert all(each["name"] and each["version"] and each["licence"] for each in known.values())
