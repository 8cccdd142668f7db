"""Lists of many records: indexes in the orders of lists, and values with what lists ask of their records."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

DUE = sa.text("coalesce(due, 1000000000000.0)")
ORDERS: dict[str, list[str | sa.TextClause]] = {
    "ix_record_process_state": ["process", "state", "updated_at", "ordinal"],
    "ix_record_state": ["state", "updated_at", "ordinal"],
    "ix_record_process": ["process", "updated_at", "ordinal"],
    "ix_record_updated_at": ["updated_at", "ordinal"],
    "ix_record_final_updated_at": ["final", "updated_at", "ordinal"],
    "due_order": [DUE, "ordinal"],
    "due_order_final": ["final", DUE, "ordinal"],
}


def upgrade() -> None:
    op.drop_index("ix_record_value_field", "record_value")
    op.add_column("record_value", sa.Column("updated_at", sa.Double(), nullable=False, server_default="0"))
    op.add_column("record_value", sa.Column("final", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE record_value SET (updated_at, final) ="
        " (SELECT record.updated_at, record.final FROM record WHERE record.id = record_value.record)"
        " WHERE EXISTS (SELECT 1 FROM record WHERE record.id = record_value.record)"
    )
    op.create_index("ix_record_value_field", "record_value", ["field", "value", "updated_at", "record"])
    of_open = ["field", "value", "final", "updated_at", "record"]
    op.create_index("ix_record_value_final", "record_value", of_open)
    op.drop_index("ix_record_reader_who", "record_reader")
    op.create_index("ix_record_reader_who", "record_reader", ["who", "record"])
    op.drop_index("ix_record_process_state", "record")
    op.drop_index("ix_record_updated_at", "record")
    for name, columns in ORDERS.items():
        op.create_index(name, "record", columns)


def downgrade() -> None:
    op.drop_index("ix_record_reader_who", "record_reader")
    op.create_index("ix_record_reader_who", "record_reader", ["who"])
    for name in ORDERS:
        op.drop_index(name, "record")
    op.create_index("ix_record_updated_at", "record", ["updated_at"])
    op.create_index("ix_record_process_state", "record", ["process", "state"])
    op.drop_index("ix_record_value_field", "record_value")
    op.drop_index("ix_record_value_final", "record_value")
    op.drop_column("record_value", "final")
    op.drop_column("record_value", "updated_at")
    op.create_index("ix_record_value_field", "record_value", ["field", "value"])
