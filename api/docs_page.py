"""The page at `/docs`: every call of the API, to read and to try, with nothing from elsewhere (Swagger UI)."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.assets import Assets
from api.services import PREFIX

ASSETS = Assets(Path(__file__).parent / "assets", "/assets/api")
PAGE = f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Steward API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{ASSETS.address("vendor/swagger-ui.css")}">
</head>
<body>
<noscript>This page needs JavaScript. <a href="{PREFIX}/openapi.json">The description</a> itself does not.</noscript>
<main id="docs" data-description="{PREFIX}/openapi.json"></main>
<script src="{ASSETS.address("vendor/swagger-ui-bundle.js")}"></script>
<script src="{ASSETS.address("docs.js")}"></script>
</body>
</html>
"""

router = APIRouter(include_in_schema=False)
router.include_router(ASSETS.router)


@router.get("/docs", response_class=HTMLResponse)
async def show_docs() -> str:
    """Show the description of the API; it is no secret."""
    return PAGE
