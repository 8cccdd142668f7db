"""Files that belong to records."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "stored_chunk",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "place"),
    )
    op.create_table(
        "attachment",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record", "digest"),
    )
    op.create_index("ix_attachment_at", "attachment", ["at"])
    op.create_index("ix_attachment_digest", "attachment", ["digest"])


def downgrade() -> None:
    op.drop_table("attachment")
    op.drop_table("stored_chunk")
    op.drop_table("stored_file")
