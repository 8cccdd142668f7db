"""Style, scripts and pictures of the portal, at addresses that change with what they hold, so that they are kept."""

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from api.problems import NotFoundError

FOLDER = Path(__file__).parent / "assets"
PREFIX = "/assets/portal"
FOREVER = "public, max-age=31536000, immutable"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""What is served, by the end of its name, and as what."""

router = APIRouter()


@cache
def files() -> dict[str, Path]:
    """Give every asset by its name below the folder."""
    return {str(path.relative_to(FOLDER)): path for path in sorted(FOLDER.rglob("*")) if path.suffix in TYPES}


@cache
def digest() -> str:
    """Give what stands in the addresses: one digest of all assets, so that scripts find each other beside them."""
    parts = (f"{name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n" for name, path in files().items())
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]


def asset(name: str) -> str:
    """Give the address of an asset; KeyError for one that is not there."""
    return f"{PREFIX}/{digest()}/{files()[name].relative_to(FOLDER)}"


@router.get(PREFIX + "/{version}/{name:path}")
async def serve(version: str, name: str) -> Response:
    """Give an asset to be kept for ever; at the address of other contents there is nothing."""
    if version != digest() or name not in files():
        raise NotFoundError(f"There is no asset {name} of this version.")
    path = files()[name]
    return FileResponse(path, media_type=TYPES[path.suffix], headers={"Cache-Control": FOREVER})
