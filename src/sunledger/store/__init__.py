"""Where readings are kept: the Store protocol, SQLite, memory, schema and migrations."""
