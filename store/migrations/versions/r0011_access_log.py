"""The log of what the edges refused."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("first_at", sa.Double(), nullable=False),
        sa.Column("last_at", sa.Double(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("credential", TEXT, nullable=False),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("request", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_access_log_last_at", "access_log", ["last_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_access_log_last_at", "access_log")
    op.drop_table("access_log")
