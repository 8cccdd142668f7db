"""Style, scripts and pictures of the portal."""

from pathlib import Path

from api.assets import Assets

ASSETS = Assets(Path(__file__).parent / "assets", "/assets/portal")
router = ASSETS.router
