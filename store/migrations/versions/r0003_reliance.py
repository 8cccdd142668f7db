"""What open records rely on of the organisation, and what its last versions touched.

A record that was there before gets its rows with its next event.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "record_reliance",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("record", "what"),
    )
    op.create_index("ix_record_reliance_what", "record_reliance", ["what"], unique=False)
    op.create_table(
        "organisation_touch",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("version", "what"),
    )
    op.create_index("ix_organisation_touch_at", "organisation_touch", ["at"], unique=False)
    op.create_index("ix_organisation_touch_what_at", "organisation_touch", ["what", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("organisation_touch")
    op.drop_table("record_reliance")
