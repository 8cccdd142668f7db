"""What open records have booked, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "record_booking",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("record", "what", "since", "until"),
    )
    op.create_index("ix_record_booking_what_until", "record_booking", ["what", "until"], unique=False)


def downgrade() -> None:
    op.drop_table("record_booking")
