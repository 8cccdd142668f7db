"""The names that the language gives by itself, and what a name may look like."""

import re

NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
PATH = re.compile(r"[a-z][a-z0-9_]{0,49}(\.[a-z][a-z0-9_]{0,49}){0,3}")
HOW_TO_NAME = "A name is written in small letters, digits and _, and begins with a letter."

KEYWORDS = ("and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "any", "empty", "filled", "anyone")
"""Words that mean something else inside an expression, a table or a list of people."""

READABLE = (
    "id",
    "state",
    "created_at",
    "created_by",
    "updated_at",
    "watchers",
    "parent",
    "open_tasks",
    "now",
    "actor",
    "event",
    "tasks",
    "approvals",
)
"""Names every record has, to be read in expressions.

`event` is what came in, `tasks.<id>.<field>` from a task, `approvals.<id>.outcome` of an approval.
"""

WRITABLE = ("comment", "note", "reason")
"""Names that may be asked for but never read: each becomes an entry of the journal."""

LOCAL = ("result", "error", "seats")
"""Names that exist in one place only: `result` in the `save` of a call, `error` in `on_error`, `seats` in `at`."""

RESERVED = (*READABLE, *WRITABLE, *LOCAL)
"""Names no field may have."""

ANY = "any"
"""The cell of a decision table that fits everything."""
