"""What the reconciler has found."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "finding",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("first_at", sa.Double(), nullable=False),
        sa.Column("last_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("record", "what"),
    )
    op.create_index("ix_finding_what", "finding", ["what", "last_at"])


def downgrade() -> None:
    op.drop_index("ix_finding_what", "finding")
    op.drop_table("finding")
