"""Alembic's entrance to the migrations: runs them on the connection that `store.migrations.migrate` has opened."""

from alembic import context

from store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
