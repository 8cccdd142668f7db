"""What calls have noted for their next attempts, and samples of the counters that health gates compare."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "health_sample",
        sa.Column("place", TEXT, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("requests", sa.Double(), nullable=False),
        sa.Column("errors", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("place", "at"),
    )


def downgrade() -> None:
    op.drop_table("health_sample")
    op.drop_table("note")
