"""Files that pages need (scripts, style), at addresses that change with what they hold, so that they are kept."""

import hashlib
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from api.problems import NotFoundError

FOREVER = "public, max-age=31536000, immutable"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""What is served, by the end of its name, and as what."""


class Assets:
    """The files of a folder, served below an address; one digest of them all stands in each of their addresses."""

    def __init__(self, folder: Path, prefix: str) -> None:
        """Read the folder; nothing of it changes while the server runs."""
        self.files = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.suffix in TYPES}
        held = "".join(f"{name}\n{_digest(path)}\n" for name, path in self.files.items())
        self.version = hashlib.sha256(held.encode()).hexdigest()[:16]
        self._prefix = prefix
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_route(f"{prefix}/{{version}}/{{name:path}}", self._serve, methods=["GET"])

    def address(self, name: str) -> str:
        """Give where a file is found; KeyError for one that is not there."""
        if name not in self.files:
            raise KeyError(name)
        return f"{self._prefix}/{self.version}/{name}"

    async def _serve(self, version: str, name: str) -> Response:
        """Give a file to be kept for ever; at the address of other contents there is nothing."""
        if version != self.version or name not in self.files:
            raise NotFoundError(f"There is no asset {name} of this version.")
        path = self.files[name]
        return FileResponse(path, media_type=TYPES[path.suffix], headers={"Cache-Control": FOREVER})


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
