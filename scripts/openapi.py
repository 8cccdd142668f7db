"""Writes docs/openapi.json, the description of the HTTP API as it is served; a test says when it has drifted."""

from __future__ import annotations

import json
from pathlib import Path

from api.app import composed

PAGE = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def page() -> str:
    """Give the file as it should be."""
    return json.dumps(composed().openapi(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
