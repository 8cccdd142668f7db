"""Definitions keep the scenarios they were published with, and open records are counted by version."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("definition", sa.Column("tests", TEXT, nullable=True))
    op.create_index("ix_record_final_process_version", "record", ["final", "process", "version"])


def downgrade() -> None:
    op.drop_index("ix_record_final_process_version", "record")
    op.drop_column("definition", "tests")
