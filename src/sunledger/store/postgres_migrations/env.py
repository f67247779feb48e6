"""Alembic's entry: runs the migrations on the connection that the store hands over, inside our schema."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True, version_table_schema="sunledger")
with context.begin_transaction():
    context.run_migrations()
