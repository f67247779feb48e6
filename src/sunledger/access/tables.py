"""The tables of access, as SQLite makes them for a store in memory.

In a file and in PostgreSQL the migrations make them; a test compares both.
"""

SCHEMA = """
CREATE TABLE access_user (
    key TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, role TEXT, memberships TEXT NOT NULL,
    password_hash TEXT NOT NULL, disabled BOOLEAN NOT NULL, generation INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
);
CREATE TABLE access_session (
    id TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL UNIQUE, user_key TEXT NOT NULL,
    created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, agent TEXT NOT NULL, address TEXT NOT NULL
);
CREATE TABLE access_token (
    id TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, owner TEXT, role TEXT,
    sites TEXT, scopes TEXT, device TEXT, created_by TEXT NOT NULL, created_at INTEGER NOT NULL,
    expires_at INTEGER, last_used_at INTEGER, revoked_at INTEGER
);
CREATE TABLE access_key (kid TEXT NOT NULL PRIMARY KEY, secret TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE access_setup (hash TEXT NOT NULL PRIMARY KEY, expires_at INTEGER NOT NULL);
CREATE TABLE audit (
    seq INTEGER NOT NULL PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, who TEXT NOT NULL,
    address TEXT NOT NULL, action TEXT NOT NULL, object_kind TEXT NOT NULL, object_id TEXT NOT NULL,
    before TEXT, after TEXT, outcome TEXT NOT NULL, hash TEXT NOT NULL
);
"""
