"""Proof that a request with a session's cookie was meant: it comes from our own pages, and one of this session."""

import hmac
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request

from api.multipart import form_of, is_form
from api.problems import RefusalError
from engine.record import Reason

HEADER, FIELD = "X-CSRF-Token", "csrf_token"
"""Where the token of a session is sent: in the header, or in the field of a form."""
SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing and need no proof."""
OURS = ("same-origin", "none")
"""What a browser says (`Sec-Fetch-Site`) of requests that our pages or people themselves cause."""
FORM = "application/x-www-form-urlencoded"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MOST_FIELDS = 2_000


def csrf_token(secret: str) -> str:
    """Give what the forms of a session send along; nothing follows from it about the session's secret."""
    return hmac.new(secret.encode(errors="replace"), b"csrf", "sha256").hexdigest()


async def demand_meant(request: Request, base_url: str, secret: str) -> None:
    """Raise RefusalError unless what would change something was sent by our pages, with the token of the session."""
    if request.method in SAFE:
        return
    demand_own_origin(request, base_url)
    sent = request.headers.get(HEADER) or await _field(request)
    if not hmac.compare_digest(sent.encode(), csrf_token(secret).encode()):
        raise _refused(
            f"this request does not show that it was meant: send the token of the session as {HEADER}, "
            f"or as {FIELD} in a form. Load the page again, and send it once more"
        )


def demand_own_origin(request: Request, base_url: str) -> None:
    """Raise RefusalError where a browser says that another site has sent a request."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", OURS[0])
    if site not in OURS or origin not in (None, *_origins(base_url)):
        came = f"from {origin[:100]}" if origin else "from another site"
        raise _refused(f"this request comes {came}, and only pages of {base_url} may send it")


def _origins(base_url: str) -> tuple[str, ...]:
    """Give what a browser calls us; on loopback it has several names."""
    parts = urlsplit(base_url)
    names = LOOPBACK if parts.hostname in LOOPBACK else (parts.hostname or "",)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return tuple(f"{parts.scheme}://{f'[{name}]' if ':' in name else name}{port}" for name in names)


async def _field(request: Request) -> str:
    if is_form(request):
        return (await (await form_of(request)).before_file()).get(FIELD, "")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return ""
    try:
        fields = parse_qsl((await request.body()).decode(), max_num_fields=MOST_FIELDS)
    except ValueError:  # no form
        return ""
    return dict(fields).get(FIELD, "")


def _refused(text: str) -> RefusalError:
    return RefusalError([Reason("who", "not-meant", text)])
