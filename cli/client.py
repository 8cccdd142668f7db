"""Speaks HTTP with the API for the verbs that need it, and says its problems as a person at a terminal reads them."""

import re
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx2

from cli.data import running
from cli.errors import RefusalError, UnreachableError, UsageError
from settings import Settings, settings

PREFIX = "/api/v1"
TOKEN_FILE = "token"  # noqa: S105 - the name of a file
PATIENCE = 60.0
"""Seconds within which the API must answer; it says itself, sooner, when something takes long."""
LARGEST_PAGE = 200
ATTEMPTS = 3
PAUSE = 1.0
"""Seconds between attempts."""
NOT_CARRIED_OUT, NOT_KNOWN_YET = 503, 504
NOTHING = 204
SIGNS = re.compile("[!-~]+")
"""What a token is written with; a key may have spaces inside. Nothing else gets through a header."""


class Patience(NamedTuple):
    """For how many seconds an answer is waited for, and how often it is asked for."""

    seconds: float = PATIENCE
    attempts: int = ATTEMPTS


PATIENT, HASTY = Patience(), Patience(1.0, 1)
"""As a command waits, and as somebody does who is typing one."""


class Answer(NamedTuple):
    """What the API said; `next` is the address of the next page, where there is one."""

    status: int
    body: Any
    next: str | None


class Api:
    """The API, for one command; to be used as a context manager."""

    def __init__(
        self, url: str, token: str, key: str | None = None, whose: str = "the token", patience: Patience = PATIENT
    ) -> None:
        """Nothing is sent yet. `key` is the Idempotency-Key of what will be posted: without one, a new one.

        `whose` says where the token is from. Raises UsageError for an address, a token or a key that cannot be one.
        """
        self.key = key or str(uuid.uuid4())
        if not all(map(SIGNS.fullmatch, self.key.split(" "))):
            raise UsageError("a key has letters, digits and signs of ASCII, and single spaces inside: --key KEY")
        if not SIGNS.fullmatch(token):
            raise UsageError(f"{whose} is not one. `steward token create` makes one; STEWARD_TOKEN=stw_… gives it.")
        self._url, self._attempts = url, patience.attempts
        self._http = httpx2.Client(
            base_url=_address(url),
            timeout=patience.seconds,
            headers={"Authorization": f"Bearer {token}", "User-Agent": f"steward-cli/{metadata.version('steward')}"},
            trust_env=False,
        )

    def __enter__(self) -> "Api":
        """Begin."""
        return self

    def __exit__(self, *_ended: object) -> None:
        """Close the connection."""
        self._http.close()

    def get(self, path: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        """Read something."""
        return self._ask("GET", path, params=parameters or {})

    def post(self, path: str, body: Mapping[str, Any], **headers: str) -> Answer:
        """Have something done, once: it is repeated with the same key while it is not known whether it was."""
        return self._ask("POST", path, json=body, headers={"Idempotency-Key": self.key, **headers})

    def deliver(self, path: str, content: bytes, media_type: str, parameters: Mapping[str, str]) -> Answer:
        """Hand over what is no JSON, and known by what is in it when it comes twice."""
        return self._ask("POST", path, content=content, headers={"Content-Type": media_type}, params=parameters)

    def patch(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Have something changed, once, as `post` does."""
        return self._ask("PATCH", path, json=body, headers={"Idempotency-Key": self.key})

    def delete(self, path: str) -> Answer:
        """Have something taken away, once, as `post` does."""
        return self._ask("DELETE", path, headers={"Idempotency-Key": self.key})

    def pages(self, path: str, parameters: Mapping[str, Any]) -> Iterator[Answer]:
        """Read a list, page after page."""
        answer = self.get(path, parameters)
        yield answer
        while answer.next is not None:
            answer = self._ask("GET", answer.next)
            yield answer

    def whole(self, path: str, entries: str) -> dict[str, Any]:
        """Read a list whole: what its first page says, with the entries of all of them."""
        pages = [page.body for page in self.pages(path, {"limit": LARGEST_PAGE})]
        return {**pages[0], entries: [each for page in pages for each in page[entries]], "next": None}

    def stream(self, path: str, parameters: Mapping[str, Any]) -> Iterator[str]:
        """Read something long, part after part. Raises UnreachableError where it ends before its end."""
        with self._reached(path), self._http.stream("GET", PREFIX + path, params=parameters) as response:
            if not response.is_success:
                response.read()
                self._read(response)
            yield from response.iter_text()

    @contextmanager
    def _reached(self, what: str) -> Iterator[None]:
        try:
            yield
        except httpx2.ConnectError as error:
            raise UnreachableError(f"no Steward answers at {self._url}. {HOW_TO_REACH}") from error
        except httpx2.TransportError as error:
            raise UnreachableError(f"{self._url} did not give all of {what} ({error}). Try again.") from error

    def _ask(self, method: str, path: str, **request: Any) -> Answer:  # noqa: ANN401  # what httpx2 takes
        for attempt in range(1, self._attempts + 1):
            try:
                response = self._http.request(
                    method, path if path.startswith((PREFIX, "http")) else PREFIX + path, **request
                )
            except httpx2.ConnectError as error:
                raise UnreachableError(f"no Steward answers at {self._url}. {HOW_TO_REACH}") from error
            except httpx2.TransportError as error:
                if attempt == self._attempts:
                    raise UnreachableError(f"{self._url} gave no answer ({error}). {self._again(method)}") from error
            else:
                if response.status_code != NOT_KNOWN_YET or attempt == self._attempts:
                    return self._read(response)
            time.sleep(PAUSE)
        raise AssertionError("the last attempt returns or raises")

    def _read(self, response: httpx2.Response) -> Answer:
        body = _json(response)
        if response.is_success and (body is not None or response.status_code == NOTHING):
            return Answer(response.status_code, body, response.links.get("next", {}).get("url"))
        if response.is_success or not isinstance(body, dict) or not {"title", "detail", "status"} <= body.keys():
            raise UnreachableError(
                f"{self._url} answers {response.status_code}, but not as Steward does. {HOW_TO_REACH}"
            )
        if response.status_code in {NOT_CARRIED_OUT, NOT_KNOWN_YET}:
            again = self._again(response.request.method)
            raise UnreachableError(f"{body['title']}.", [body["detail"], again])
        raise _refusal(body)

    def _again(self, method: str) -> str:
        return "Try again." if method == "GET" else f"Repeat it with --key {self.key}: it then happens once."


HOW_TO_REACH = "Start it with `steward up`, or say where it is: STEWARD_URL=http://HOST:PORT"


def path(*parts: str) -> str:
    """Give the path of these parts, whatever is in them. Raises UsageError for a part that no path can have."""
    for part in parts:
        if part in ("", ".", ".."):
            raise UsageError(f'"{part}" is no name. `steward list` shows what there is.')
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def api(key: str | None = None, chosen: Settings | None = None, patience: Patience = PATIENT) -> Api:
    """Reach the API of the settings: the one named by STEWARD_URL, else the one that runs on the data directory.

    The first token, of the data directory, is sent to nobody but the latter. Raises UsageError without a token.
    """
    chosen = chosen or settings()
    here = running(chosen.data)
    nearby = here.api if here is not None else f"http://{chosen.host}:{chosen.port}"
    if chosen.token is not None:
        return Api(chosen.url or nearby, chosen.token.get_secret_value(), key, "what STEWARD_TOKEN says", patience)
    if chosen.url is not None:
        raise UsageError(f"{chosen.url} wants to know who you are: STEWARD_TOKEN=stw_…")
    file = chosen.data / TOKEN_FILE
    return Api(nearby, _first_token(file), key, f"the token in {file}", patience)


def _address(url: str) -> httpx2.URL:
    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise UsageError(f'"{url}" is no address ({error}). Write STEWARD_URL=http://HOST:PORT') from error
    if address.scheme not in ("http", "https") or not address.host:
        raise UsageError(f'"{url}" is no address. Write STEWARD_URL=http://HOST:PORT')
    return address


def _json(response: httpx2.Response) -> Any:  # noqa: ANN401  # JSON
    """Give the body; None where it is not JSON."""
    try:
        return response.json() if "json" in response.headers.get("Content-Type", "") else None
    except ValueError:
        return None


def _first_token(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        hint = "Start Steward with `steward up`, or set STEWARD_URL and STEWARD_TOKEN to reach one elsewhere."
        raise UnreachableError(f"there is no token in {file}. {hint}") from error


def _refusal(problem: Mapping[str, Any]) -> RefusalError:
    """Say a problem in full: every reason and who could, what can be done instead, what was found."""
    lines = [_reason(reason) for reason in problem.get("reasons") or ()]
    actions = problem.get("actions") or ()
    if any(action not in line for action in actions for line in lines):
        lines.append(f"What you can do now: {', '.join(actions)}")
    lines += [_finding(found) for found in problem.get("findings") or ()]
    for failed in problem.get("failures") or ():
        lines += [f"failed: {failed['name']} (line {failed['line']})", *failed["failure"].split("\n")]
    return RefusalError(problem["status"], f"{problem['title']}.", lines or [problem["detail"]])


def _finding(found: Mapping[str, Any]) -> str:
    place = f"{found['file']}:{found['line']}:{found['column']}"
    return f"{place} {found['code']}: {found['message']} {found.get('hint', '')}".rstrip()


def _reason(reason: Mapping[str, Any]) -> str:
    """`text (who could: …)`; the path is in front where the text does not name it."""
    path, text, who = reason.get("path", ""), reason["text"], reason.get("who") or ()
    name = path.rpartition(".")[2]
    placed = f"{name}: {text}" if name and name not in text else text
    missing = [person for person in who if person not in text]
    return f"{placed} (who could: {', '.join(missing)})" if missing else placed
