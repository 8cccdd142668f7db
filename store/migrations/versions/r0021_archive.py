"""Where records are that have left for the archive, and what people were told of a record."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "archived",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("ended_at", sa.Double, nullable=False),
        sa.Column("archived_at", sa.Double, nullable=False),
        sa.Column("file", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
    )
    op.create_index("ix_archived_file", "archived", ["file"])
    op.create_index("ix_inbox_record", "inbox", ["record"])


def downgrade() -> None:
    op.drop_index("ix_inbox_record", "inbox")
    op.drop_index("ix_archived_file", "archived")
    op.drop_table("archived")
