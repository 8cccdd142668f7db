"""The first schema: records and their lists, journal, outbox, definitions, numbers, tokens, organisation, inbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

SEARCH = {
    "sqlite": (
        """
        CREATE VIRTUAL TABLE search USING fts5(
            words, internal_words, content='record', content_rowid='ordinal', tokenize='unicode61 remove_diacritics 0'
        )
        """,
        """
        CREATE TRIGGER search_insert AFTER INSERT ON record BEGIN
            INSERT INTO search(rowid, words, internal_words) VALUES (new.ordinal, new.words, new.internal_words);
        END
        """,
        """
        CREATE TRIGGER search_delete AFTER DELETE ON record BEGIN
            INSERT INTO search(search, rowid, words, internal_words)
            VALUES ('delete', old.ordinal, old.words, old.internal_words);
        END
        """,
        """
        CREATE TRIGGER search_update AFTER UPDATE OF words, internal_words ON record
        WHEN old.words <> new.words OR old.internal_words <> new.internal_words BEGIN
            INSERT INTO search(search, rowid, words, internal_words)
            VALUES ('delete', old.ordinal, old.words, old.internal_words);
            INSERT INTO search(rowid, words, internal_words) VALUES (new.ordinal, new.words, new.internal_words);
        END
        """,
    ),
    "postgresql": (
        "CREATE INDEX search_public ON record USING gin (to_tsvector('simple'::regconfig, words))",
        """
        CREATE INDEX search_full ON record
        USING gin (to_tsvector('simple'::regconfig, words || ' ' || internal_words))
        """,
    ),
}


def upgrade() -> None:
    """Make the tables, and the full text index in the way of the database."""
    make_tables()
    connection = op.get_bind()
    for statement in SEARCH[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def make_tables() -> None:
    """Every table with its indexes."""
    op.create_table(
        "definition",
        sa.Column("process", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("published_by", TEXT, nullable=False),
        sa.Column("published_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("process", "version"),
    )
    op.create_index("ix_definition_digest", "definition", ["digest"], unique=True)
    op.create_table(
        "inbox",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("read_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("key", "person"),
    )
    op.create_index("ix_inbox_person_at", "inbox", ["person", "at"], unique=False)
    op.create_table(
        "journal",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", TEXT, nullable=False),
        sa.Column("previous_head", TEXT, nullable=False),
        sa.Column("fence", sa.Double(), nullable=False),
        sa.Column("feed", sa.BigInteger(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "seq", "head"),
    )
    op.create_index("ix_journal_feed", "journal", ["feed"], unique=True)
    op.create_table(
        "message",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "number",
        sa.Column("prefix", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "key"),
    )
    op.create_index("ix_number_value", "number", ["prefix", "value"], unique=True)
    op.create_table(
        "organisation",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("applied_by", TEXT, nullable=False),
        sa.Column("applied_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "outbox",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", TEXT, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("feed", sa.BigInteger(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("delivered", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("leased_until", sa.Double(), nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("sent_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_outbox_record", "outbox", ["record"], unique=False)
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("engine", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("head", TEXT, nullable=False),
        sa.Column("fence", sa.Double(), nullable=False),
        sa.Column("feed", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("due", sa.Double(), nullable=True),
        sa.Column("correlation", TEXT, nullable=True),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("internal_words", TEXT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_record_feed", "record", ["feed"], unique=False)
    op.create_index("ix_record_final", "record", ["final", "id"], unique=False)
    op.create_index("ix_record_ordinal", "record", ["ordinal"], unique=True)
    op.create_index("ix_record_process_correlation", "record", ["process", "correlation"], unique=False)
    op.create_index("ix_record_process_state", "record", ["process", "state"], unique=False)
    op.create_index("ix_record_updated_at", "record", ["updated_at"], unique=False)
    op.create_table(
        "record_reader",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record", "who"),
    )
    op.create_index("ix_record_reader_who", "record_reader", ["who"], unique=False)
    op.create_table(
        "record_value",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("field", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record", "field", "value"),
    )
    op.create_index("ix_record_value_field", "record_value", ["field", "value"], unique=False)
    op.create_table(
        "task",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("claimed_by", TEXT, nullable=True),
        sa.Column("due", sa.Double(), nullable=True),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "path"),
    )
    op.create_index("ix_task_id", "task", ["id"], unique=True)
    op.create_table(
        "task_seat",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("record", "path", "who"),
    )
    op.create_index("ix_task_seat_who", "task_seat", ["who"], unique=False)
    op.create_table(
        "token",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=True),
        sa.Column("revoked_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_token_digest", "token", ["digest"], unique=True)
    op.create_table(
        "definition_message",
        sa.Column("process", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"],
            ["message.digest"],
        ),
        sa.ForeignKeyConstraint(
            ["process", "version"],
            ["definition.process", "definition.version"],
        ),
        sa.PrimaryKeyConstraint("process", "version", "name"),
    )
