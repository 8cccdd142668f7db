"""Lists of much work: seats are kept in the order of urgency, and work knows the process and title of its record."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NEVER = "1000000000000.0"
WORK = ("task", "approval")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for work in WORK:
        seat = f"{work}_seat"
        op.drop_index(f"ix_{seat}_who", seat)
        op.add_column(seat, sa.Column("due", sa.Double(), nullable=False, server_default=NEVER))
        op.add_column(seat, sa.Column("since", sa.Double(), nullable=False, server_default="0"))
        its = f"{work}.record = {seat}.record AND {work}.path = {seat}.path"
        op.execute(
            f"UPDATE {seat} SET (due, since) ="  # noqa: S608 - names of ours
            f" (SELECT coalesce({work}.due, {NEVER}), {work}.since FROM {work} WHERE {its})"
            f" WHERE EXISTS (SELECT 1 FROM {work} WHERE {its})"
        )
        op.create_index(f"ix_{seat}_who", seat, ["who", "due", "since", "record", "path"])
        op.add_column(work, sa.Column("process", TEXT, nullable=False, server_default=sa.text("''")))
        op.add_column(work, sa.Column("record_title", TEXT, nullable=False, server_default=sa.text("''")))
        op.execute(
            f"UPDATE {work} SET (process, record_title) ="  # noqa: S608 - names of ours
            f" (SELECT record.process, record.title FROM record WHERE record.id = {work}.record)"
            f" WHERE EXISTS (SELECT 1 FROM record WHERE record.id = {work}.record)"
        )


def downgrade() -> None:
    for work in WORK:
        seat = f"{work}_seat"
        op.drop_index(f"ix_{seat}_who", seat)
        op.drop_column(seat, "since")
        op.drop_column(seat, "due")
        op.drop_column(work, "record_title")
        op.drop_column(work, "process")
        op.create_index(f"ix_{seat}_who", seat, ["who"])
