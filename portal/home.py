"""The front door: `/` leads to what waits for whoever comes."""

from fastapi.responses import RedirectResponse

from portal.pages import page_router

router = page_router()


@router.get("/")
async def home() -> RedirectResponse:
    """Lead to My work."""
    return RedirectResponse("/work", 303)
