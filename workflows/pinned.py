"""Reads the definition that a record is pinned to, once a worker for all its records."""

import hashlib
from functools import lru_cache

from temporalio.exceptions import ApplicationError

from language.definition import Definition
from language.reading import read_definition


@lru_cache(200)
def compiled(text: str, digest: str) -> Definition:
    """Read a pinned definition; the digest is computed again, so that no other text enters under a published name.

    Raises ApplicationError, which ends the workflow, where the digest is another.
    """
    if hashlib.sha256(text.encode()).hexdigest() != digest:
        raise ApplicationError("the definition does not fit its digest", type="ForgedDefinition", non_retryable=True)
    return read_definition(text)
