"""Where records are that have left for the archive, and what people were told of a record."""

import sqlalchemy as sa
from alembic import op

from store.columns import JsonText, PlainText

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archived",
        sa.Column("id", PlainText, primary_key=True),
        sa.Column("process", PlainText, nullable=False),
        sa.Column("state", PlainText, nullable=False),
        sa.Column("ended_at", sa.Double, nullable=False),
        sa.Column("archived_at", sa.Double, nullable=False),
        sa.Column("file", PlainText, nullable=False),
        sa.Column("digest", PlainText, nullable=False),
        sa.Column("readers", JsonText, nullable=False),
    )
    op.create_index("ix_archived_file", "archived", ["file"])
    op.create_index("ix_inbox_record", "inbox", ["record"])


def downgrade() -> None:
    op.drop_index("ix_inbox_record", "inbox")
    op.drop_index("ix_archived_file", "archived")
    op.drop_table("archived")
