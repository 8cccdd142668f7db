"""Versions that are retired."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "retirement",
        sa.Column("process", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retired_by", TEXT, nullable=False),
        sa.Column("retired_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["process", "version"], ["definition.process", "definition.version"]),
        sa.PrimaryKeyConstraint("process", "version"),
    )


def downgrade() -> None:
    op.drop_table("retirement")
