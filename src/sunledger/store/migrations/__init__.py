"""The schema's history, kept by Alembic; imported only when a database is behind."""
