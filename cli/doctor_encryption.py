"""What `steward doctor` looks at on encryption: which key encrypts, and whether every open record has its key here."""

import asyncio
from collections import deque
from collections.abc import Sequence

from temporalio.client import Client
from temporalio.service import RPCError

from cli.checkup import LONGEST, Checked, fine, wrong
from cli.connecting import temporal_options
from cli.encryption import HOW, OPEN, codec_of, first_payload
from cli.errors import UsageError
from settings import Settings
from workflows.codec import ENCODING, Codec, key_of

NEWEST = OLDEST = 50
"""Open records that are looked at, of both ends: old ones need old keys."""
LISTED = 10_000
"""Open records among which the oldest are looked for, from the newest on."""
OTHERS = 0o077
REMEDY = f"Put them back, after the others: {HOW}."


def encryption(chosen: Settings) -> Checked:
    """Compare the keys of the settings with those that Temporal's newest and oldest open records go by."""
    try:
        codec = codec_of(chosen)
    except UsageError as error:
        return wrong(error.text[:LONGEST], "`steward key add --codec` makes a key; a lost one comes from its copy.")
    file = chosen.codec_key_file
    if codec is not None and chosen.codec_keys is None and (mode := file.stat().st_mode & 0o777) & OTHERS:
        return wrong(f"{file} can be read by others ({mode:o})", f"chmod 600 {file}")
    try:
        used = asyncio.run(_asked(chosen))
    except UsageError as error:
        return wrong(error.text[:LONGEST], "Mend Temporal first.")
    except (RuntimeError, RPCError, ValueError) as error:  # all that temporalio says of a connection that fails
        return wrong(f"Temporal is not reached ({type(error).__name__})", "Mend Temporal first.")
    return judged(codec, used)


def judged(codec: Codec | None, used: Sequence[str | None]) -> Checked:
    """Say whether our keys, None where we have none, fit what open records go by, None for one that is plain."""
    plain, names = used.count(None), {name for name in used if name is not None}
    looked_at = f"{len(used)} open records that were looked at"
    if codec is None:
        if not names:
            return fine(f"off; so are the {looked_at}" if used else "off")
        told = f"{len(used) - plain} of the {looked_at} are encrypted, and there is no key here"
        return wrong(told, "Set STEWARD_CODEC_KEY_FILE or STEWARD_CODEC_KEYS.")
    if plain:
        told = f"there are keys, but {plain} of the {looked_at} are not encrypted"
        return wrong(told, f"Encryption begins in an empty namespace: {HOW}.")
    if missing := sorted(name for name in names if not codec.knows(name)):
        return wrong(f"keys are not here that open records need: {', '.join(missing)}", REMEDY)
    here = codec.names()
    others = f"; {len(here) - 1} more decrypt" if len(here) > 1 else ""
    return fine(f"key {here[0]} encrypts{others}; the {looked_at} need no other")


async def asked(temporal: Client) -> tuple[str | None, ...]:
    """Give the ids of the keys that the newest and the oldest open records were begun with; None for a plain one."""
    newest: list[tuple[str, str | None]] = []
    oldest: deque[tuple[str, str | None]] = deque(maxlen=OLDEST)
    async for each in temporal.list_workflows(OPEN, limit=LISTED):
        (newest if len(newest) < NEWEST else oldest).append((each.id, each.run_id))
    payloads = [await first_payload(temporal, *each) for each in (*newest, *oldest)]
    return tuple(
        key_of(each) if each.metadata.get("encoding") == ENCODING else None for each in payloads if each is not None
    )


async def _asked(chosen: Settings) -> tuple[str | None, ...]:
    return await asked(await Client.connect(**temporal_options(chosen)))


LOOKS = (("encryption", encryption),)
