"""A store in memory has the tables that the migrations make."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.store.files import served

from sunledger.access.tables import SCHEMA


def shape(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    ours = [name for (name,) in found if name.startswith("access_") or name == "audit"]
    return {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for name in ours}


async def test_memory_and_file_have_the_same_tables(tmp_path: Path) -> None:
    async with served(tmp_path / "sunledger.db"):
        pass
    with (
        closing(sqlite3.connect(":memory:")) as memory,
        closing(sqlite3.connect(tmp_path / "sunledger.db")) as file,
    ):
        memory.executescript(SCHEMA)
        assert shape(memory) == shape(file)
