"""When records plan to do something, as calendars show it, and the secret addresses of calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIMES = (
    "SELECT booked.record, row_number() OVER (PARTITION BY booked.record ORDER BY booked.since, booked.until) - 1"
    " AS place, booked.since, booked.until"
    " FROM (SELECT DISTINCT record, since, until FROM record_booking) AS booked"
)


def upgrade() -> None:
    op.create_table(
        "record_plan",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("record", "place"),
    )
    op.create_index(op.f("ix_record_plan_until"), "record_plan", ["until"], unique=False)
    op.create_table(
        "record_plan_thing",
        sa.Column("record", TEXT, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("record", "place", "what"),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_index(op.f("ix_calendar_feed_digest"), "calendar_feed", ["digest"], unique=True)
    op.execute(
        "INSERT INTO record_plan (record, place, since, until, status, seq, changed_at)"
        " SELECT times.record, times.place, times.since, times.until, 'booked', record.seq, record.updated_at"
        f" FROM ({TIMES}) AS times JOIN record ON record.id = times.record"
    )
    op.execute(
        "INSERT INTO record_plan_thing (record, place, what)"
        " SELECT DISTINCT plan.record, plan.place, booking.what FROM record_plan AS plan"
        " JOIN record_booking AS booking ON booking.record = plan.record"
        " AND booking.since = plan.since AND booking.until = plan.until"
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_table("record_plan_thing")
    op.drop_table("record_plan")
