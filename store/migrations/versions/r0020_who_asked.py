"""Records are found by who opened them and who follows them."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ADD = "INSERT INTO record_value (record, field, value, internal, updated_at, final) "
SQLITE = (
    ADD + "SELECT id, 'created_by', json_extract(body, '$.created_by.id'), false, updated_at, final FROM record"
    " WHERE json_extract(body, '$.created_by.id') IS NOT NULL",
    ADD + "SELECT DISTINCT record.id, 'watchers', json_extract(each.value, '$.id'), false, record.updated_at,"
    " record.final"
    " FROM record, json_each(record.body, '$.watchers') AS each",
)
POSTGRESQL = (
    ADD + "SELECT id, 'created_by', body::json #>> '{created_by,id}', false, updated_at, final FROM record"
    " WHERE body::json #>> '{created_by,id}' IS NOT NULL",
    ADD + "SELECT DISTINCT record.id, 'watchers', each.value ->> 'id', false, record.updated_at, record.final"
    " FROM record, json_array_elements(coalesce(record.body::json -> 'watchers', '[]')) AS each",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DELETE FROM record_value WHERE field IN ('created_by', 'watchers')")
