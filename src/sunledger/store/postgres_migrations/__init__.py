"""The schema's history in PostgreSQL, kept by Alembic; imported only when a database is behind."""
