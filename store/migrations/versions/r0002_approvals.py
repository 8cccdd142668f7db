"""Open approvals and who has a vote to give, beside the tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("due", sa.Double(), nullable=True),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "path"),
    )
    op.create_index("ix_approval_id", "approval", ["id"], unique=True)
    op.create_table(
        "approval_seat",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("record", "path", "who"),
    )
    op.create_index("ix_approval_seat_who", "approval_seat", ["who"], unique=False)


def downgrade() -> None:
    op.drop_table("approval_seat")
    op.drop_table("approval")
