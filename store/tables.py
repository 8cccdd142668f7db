"""The tables of the store, in which times are seconds since the epoch, UTC, and JSON is kept as text.

There are no foreign keys between the tables of a record: one transaction of one module writes them all
(projections.py).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    false,
    func,
    literal_column,
    text,
)

from store.columns import JsonText, PlainText

metadata = MetaData()

NEVER = "1000000000000.0"
"""A time after all deadlines, in the place of none."""

# ---------------------------------------------------------------- records, written by projections only

record = Table(
    "record",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("process", PlainText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", PlainText, nullable=False),
    Column("engine", Integer, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("head", PlainText, nullable=False),
    Column("fence", Double, nullable=False),
    Column("feed", BigInteger, nullable=False, index=True),
    Column("ordinal", BigInteger, nullable=False, index=True, unique=True),  # its place in the order of coming to be
    Column("title", PlainText, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("due", Double, nullable=True),
    Column("correlation", PlainText, nullable=True),
    Column("words", PlainText, nullable=False),
    Column("internal_words", PlainText, nullable=False),
    Column("body", JsonText, nullable=False),
    Index("ix_record_process_state", "process", "state", "updated_at", "ordinal"),
    Index("ix_record_state", "state", "updated_at", "ordinal"),
    Index("ix_record_process", "process", "updated_at", "ordinal"),
    Index("ix_record_updated_at", "updated_at", "ordinal"),
    Index("ix_record_final_updated_at", "final", "updated_at", "ordinal"),
    Index("ix_record_process_correlation", "process", "correlation"),
    Index("ix_record_final", "final", "id"),
    Index("ix_record_final_process_version", "final", "process", "version"),
)

DUE = func.coalesce(record.c.due, literal_column(NEVER))
"""When something happens to a record by itself; without a deadline, a time after all of them.

Its indexes, `due_order` and `due_order_final`, are in the migrations only: Alembic cannot compare expressions.
"""

record_value = Table(
    "record_value",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("field", PlainText, primary_key=True),
    Column("value", PlainText, primary_key=True),
    Column("internal", Boolean, nullable=False),
    Column("updated_at", Double, nullable=False, server_default="0"),  # the record's, so that a list can follow it
    Column("final", Boolean, nullable=False, server_default=false()),  # the record's, too
    Index("ix_record_value_field", "field", "value", "updated_at", "record"),
    Index("ix_record_value_final", "field", "value", "final", "updated_at", "record"),
)

record_reader = Table(
    "record_reader",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("who", PlainText, primary_key=True),
    Column("full", Boolean, nullable=False),
    Index("ix_record_reader_who", "who", "record"),
)

record_reliance = Table(
    "record_reliance",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("what", PlainText, primary_key=True),  # of the organisation: `user:ann`, `calendar:office`, `freezes` …
    Index("ix_record_reliance_what", "what"),
)

record_booking = Table(
    "record_booking",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("what", PlainText, primary_key=True),  # `service:mail`, `user:ann` …
    Column("since", Double, primary_key=True),
    Column("until", Double, primary_key=True),
    Index("ix_record_booking_what_until", "what", "until"),
)

record_plan = Table(
    "record_plan",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),  # among the times of a record
    Column("since", Double, nullable=False),
    Column("until", Double, nullable=False, index=True),
    Column("status", PlainText, nullable=False),  # booked, past, cancelled
    Column("seq", Integer, nullable=False),  # the event of the record that has changed it last
    Column("changed_at", Double, nullable=False),
)

record_plan_thing = Table(
    "record_plan_thing",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("what", PlainText, primary_key=True),  # as it is booked
)

record_move = Table(
    "record_move",  # from one state to another; the first is from none
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),  # its place among the moves of its event
    Column("head", PlainText, nullable=False),
    Column("process", PlainText, nullable=False),
    Column("day", Integer, nullable=False),  # whole days since the epoch, UTC
    Column("at", Double, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("target", PlainText, nullable=False),
    Column("final", Boolean, nullable=False),  # whether the record has ended with it
    Column("lasted", Double, nullable=False),  # seconds for which the record had been in the source
    Index("ix_record_move_source", "process", "source", "day", "lasted", "record"),
    Index("ix_record_move_final", "process", "final", "day", "target", "record"),
)

record_target = Table(
    "record_target",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("target", PlainText, primary_key=True),
    Column("process", PlainText, nullable=False),
    Column("outcome", PlainText, nullable=False),  # running, kept, missed
    Column("day", Integer, nullable=True),  # on which it was kept or missed, as in `record_move`
    Column("held", Double, nullable=False),  # seconds for which its clock has not run
    Index("ix_record_target_day", "process", "day", "target", "outcome", "held", "record"),
)

task = Table(
    "task",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("path", PlainText, primary_key=True),
    Column("id", PlainText, nullable=False, index=True, unique=True),
    Column("title", PlainText, nullable=False),
    Column("claimed_by", PlainText, nullable=True),
    Column("due", Double, nullable=True),
    Column("since", Double, nullable=False),
    Column("body", JsonText, nullable=False),
    Column("process", PlainText, nullable=False, server_default=text("''")),  # of its record, as its title
    Column("record_title", PlainText, nullable=False, server_default=text("''")),
)

task_seat = Table(
    "task_seat",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("path", PlainText, primary_key=True),
    Column("who", PlainText, primary_key=True),
    Column("due", Double, nullable=False, server_default=NEVER),  # of its task, as `since`
    Column("since", Double, nullable=False, server_default="0"),
    Index("ix_task_seat_who", "who", "due", "since", "record", "path"),
)

approval = Table(
    "approval",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("path", PlainText, primary_key=True),
    Column("id", PlainText, nullable=False, index=True, unique=True),  # names visit, step and round
    Column("title", PlainText, nullable=False),
    Column("due", Double, nullable=True),
    Column("since", Double, nullable=False),
    Column("body", JsonText, nullable=False),
    Column("process", PlainText, nullable=False, server_default=text("''")),  # of its record, as its title
    Column("record_title", PlainText, nullable=False, server_default=text("''")),
)

approval_seat = Table(
    "approval_seat",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("path", PlainText, primary_key=True),
    Column("who", PlainText, primary_key=True),
    Column("due", Double, nullable=False, server_default=NEVER),  # of its approval, as `since`
    Column("since", Double, nullable=False, server_default="0"),
    Index("ix_approval_seat_who", "who", "due", "since", "record", "path"),
)

journal = Table(
    "journal",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("head", PlainText, primary_key=True),
    Column("previous_head", PlainText, nullable=False),
    Column("fence", Double, nullable=False),
    Column("feed", BigInteger, nullable=False, index=True, unique=True),  # one order across records
    Column("void", Boolean, nullable=False),
    Column("at", Double, nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("name", PlainText, nullable=False),
    Column("event", JsonText, nullable=False),
    Column("lines", JsonText, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", PlainText, primary_key=True),
    Column("record", PlainText, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("head", PlainText, nullable=False),
    Column("place", Integer, nullable=False),  # its place among the rows of its event
    Column("feed", BigInteger, nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("body", JsonText, nullable=False),
    Column("state", PlainText, nullable=False),  # waiting, sent, dead
    Column("delivered", JsonText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("leased_until", Double, nullable=False),
    Column("error", PlainText, nullable=False),
    Column("sent_at", Double, nullable=True),
    Index("ix_outbox_state_due_at", "state", "due_at"),
    Index("ix_outbox_record", "record"),
)

# ---------------------------------------------------------------- what SQL alone knows

definition = Table(
    "definition",
    metadata,
    Column("process", PlainText, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", PlainText, nullable=False, index=True, unique=True),
    Column("title", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("tests", PlainText, nullable=True),
    Column("published_by", PlainText, nullable=False),
    Column("published_at", Double, nullable=False),
)

retirement = Table(
    "retirement",
    metadata,
    Column("process", PlainText, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("retired_by", PlainText, nullable=False),
    Column("retired_at", Double, nullable=False),
    ForeignKeyConstraint(["process", "version"], ["definition.process", "definition.version"]),
)

message = Table(
    "message",
    metadata,
    Column("digest", PlainText, primary_key=True),
    Column("source", PlainText, nullable=False),
)

definition_message = Table(
    "definition_message",
    metadata,
    Column("process", PlainText, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("name", PlainText, primary_key=True),
    Column("digest", PlainText, nullable=False),
    ForeignKeyConstraint(["process", "version"], ["definition.process", "definition.version"]),
    ForeignKeyConstraint(["digest"], ["message.digest"]),
)

number = Table(
    "number",
    metadata,
    Column("prefix", PlainText, primary_key=True),
    Column("key", PlainText, primary_key=True),
    Column("value", BigInteger, nullable=False),
    Index("ix_number_value", "prefix", "value", unique=True),
)

token = Table(
    "token",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("digest", PlainText, nullable=False, index=True, unique=True),
    Column("name", PlainText, nullable=False),
    Column("person", PlainText, nullable=False),
    Column("roles", JsonText, nullable=False),
    Column("groups", JsonText, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=True),
    Column("revoked_at", Double, nullable=True),
    Column("used_at", Double, nullable=True),  # to the minute
)

session = Table(
    "session",
    metadata,
    Column("digest", PlainText, primary_key=True),
    Column("id", PlainText, nullable=False),
    Column("person", PlainText, nullable=False),
    Column("name", PlainText, nullable=False),
    Column("roles", JsonText, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("used_at", Double, nullable=False),
)

sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("digest", PlainText, primary_key=True),
    Column("person", PlainText, nullable=False),
    Column("expires_at", Double, nullable=False),
)

calendar_feed = Table(
    "calendar_feed",
    metadata,
    Column("person", PlainText, primary_key=True),
    Column("digest", PlainText, nullable=False, index=True, unique=True),
    Column("created_at", Double, nullable=False),
)

organisation = Table(
    "organisation",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", PlainText, nullable=False),
    Column("document", JsonText, nullable=False),
    Column("applied_by", PlainText, nullable=False),
    Column("applied_at", Double, nullable=False),
)

organisation_change = Table(
    "organisation_change",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("kind", PlainText, nullable=False),
    Column("row", PlainText, nullable=False),
    Column("old", JsonText, nullable=False),
    Column("new", JsonText, nullable=False),
    Index("ix_organisation_change_kind_row", "kind", "row", "version"),
)

organisation_files = Table(
    "organisation_files",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # there is one row: what files said last
    Column("document", JsonText, nullable=False),
)

organisation_touch = Table(
    "organisation_touch",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("what", PlainText, primary_key=True),  # as records rely on it
    Column("at", Double, nullable=False, index=True),
    Index("ix_organisation_touch_what_at", "what", "at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("key", PlainText, primary_key=True),
    Column("person", PlainText, primary_key=True),
    Column("record", PlainText, nullable=False),
    Column("subject", PlainText, nullable=False),
    Column("body", PlainText, nullable=False),
    Column("at", Double, nullable=False),
    Column("read_at", Double, nullable=True),
    Index("ix_inbox_person_at", "person", "at"),
    Index("ix_inbox_record", "record"),
)

note = Table(
    "note",
    metadata,
    Column("key", PlainText, primary_key=True),
    Column("text", PlainText, nullable=False),
)

health_sample = Table(
    "health_sample",
    metadata,
    Column("place", PlainText, primary_key=True),
    Column("at", Double, primary_key=True),
    Column("requests", Double, nullable=False),
    Column("errors", Double, nullable=False),
)

# ---------------------------------------------------------------- what is told to other systems

webhook = Table(
    "webhook",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("description", PlainText, nullable=False),
    Column("processes", JsonText, nullable=False),
    Column("types", JsonText, nullable=False),
    Column("owner", PlainText, nullable=False),
    Column("roles", JsonText, nullable=False),
    Column("groups", JsonText, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("paused_because", PlainText, nullable=False),
    Column("secret", PlainText, nullable=False),  # sealed, as the one before
    Column("previous_secret", PlainText, nullable=True),
    Column("previous_until", Double, nullable=True),
    Column("rotation", PlainText, nullable=False),  # the key of the request that has set the secret
    Column("feed", BigInteger, nullable=False),  # how far it has been told
    Column("failing_since", Double, nullable=True),
    Column("created_at", Double, nullable=False),
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("webhook", PlainText, nullable=False),
    Column("record", PlainText, nullable=False),  # empty: a test
    Column("seq", Integer, nullable=False),
    Column("head", PlainText, nullable=False),
    Column("feed", BigInteger, nullable=False),
    Column("type", PlainText, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("state", PlainText, nullable=False),  # waiting, delivered, dead
    Column("failures", Integer, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("leased_until", Double, nullable=False),
    Column("attempts", JsonText, nullable=False),
    Column("request", PlainText, nullable=False),  # the key of the request that has asked for it again
    Index("ix_webhook_delivery_due", "state", "due_at", "webhook"),
    Index("ix_webhook_delivery_created", "webhook", "created_at", "id"),
)

# ---------------------------------------------------------------- files, each kept once

stored_file = Table(
    "stored_file",
    metadata,
    Column("digest", PlainText, primary_key=True),  # SHA-256 of its bytes
    Column("size", Integer, nullable=False),
)

stored_chunk = Table(
    "stored_chunk",
    metadata,
    Column("digest", PlainText, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("digest", PlainText, primary_key=True),
    Column("at", Double, nullable=False, index=True),
    Column("settled", Boolean, nullable=False),  # whether the record's journal was seen to name it
    Index("ix_attachment_digest", "digest"),
)

# ---------------------------------------------------------------- what was refused

access_log = Table(
    "access_log",
    metadata,
    Column("id", PlainText, primary_key=True),  # a digest of the hour and of all that is told apart
    Column("first_at", Double, nullable=False),
    Column("last_at", Double, nullable=False),
    Column("times", Integer, nullable=False),
    Column("address", PlainText, nullable=False),
    Column("person", PlainText, nullable=False),
    Column("credential", PlainText, nullable=False),
    Column("method", PlainText, nullable=False),
    Column("path", PlainText, nullable=False),
    Column("subject", PlainText, nullable=False),
    Column("status", Integer, nullable=False),
    Column("codes", JsonText, nullable=False),
    Column("request", PlainText, nullable=False),
    Index("ix_access_log_last_at", "last_at", "id"),
)

# ---------------------------------------------------------------- what people keep for themselves

saved_view = Table(
    "saved_view",
    metadata,
    Column("person", PlainText, primary_key=True),
    Column("name", PlainText, primary_key=True),
    Column("address", PlainText, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("at", Double, nullable=False),
    Index("ix_saved_view_shared", "shared", "name"),
)

# ---------------------------------------------------------------- what the reconciler has found

finding = Table(
    "finding",
    metadata,
    Column("record", PlainText, primary_key=True),
    Column("what", PlainText, primary_key=True),  # gone, silent, unwritable, mended
    Column("text", PlainText, nullable=False),
    Column("first_at", Double, nullable=False),
    Column("last_at", Double, nullable=False),
    Index("ix_finding_what", "what", "last_at"),
)

# ---------------------------------------------------------------- what has left for the archive

archived = Table(
    "archived",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("process", PlainText, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("ended_at", Double, nullable=False),
    Column("archived_at", Double, nullable=False),
    Column("file", PlainText, nullable=False, index=True),
    Column("digest", PlainText, nullable=False),  # SHA-256 of its line
    Column("readers", JsonText, nullable=False),  # who saw it, as in `record_reader`
)
