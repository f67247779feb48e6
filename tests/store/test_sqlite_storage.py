"""The size of a file by table and tier: measured to the row, or estimated by rows and columns."""

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from tests.store.answers import keep
from tests.store.files import ask, served
from tests.store.plants import START, day, faulty_day

from sunledger.store.protocol import StoreError
from sunledger.store.sqlite_storage import measured


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A file with some thousands of rows, so that its tables have inner pages."""
    path = tmp_path / "s.db"
    async with served(path) as store:
        await keep(store, *day(START, 1500), *faulty_day(Random(1)))
    return path


@pytest.mark.parametrize("estimating", [False, True])
async def test_rows_are_counted_exactly(file: Path, *, estimating: bool) -> None:
    rows: dict[str, int] = {}
    found = measured(file, estimating=estimating)
    for piece in found.pieces:
        rows[piece.table] = rows.get(piece.table, 0) + piece.rows
    tables = [name for (name,) in ask(file, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert rows == {
        name: ask(file, f"SELECT COUNT(*) FROM {name}")[0][0] for name in tables if name != "sqlite_sequence"
    }
    assert rows["port_reading"] >= 3000


async def test_measured_sizes_come_to_the_whole_file(file: Path) -> None:
    found = measured(file)
    assert found.exact
    ((schema,),) = ask(file, "SELECT SUM(pgsize) FROM dbstat WHERE name = 'sqlite_schema'")
    assert sum(piece.size for piece in found.pieces) + found.reusable + schema == found.size


async def test_estimated_sizes_are_near_the_measured_ones_and_say_so(file: Path) -> None:
    exact, estimate = measured(file), measured(file, estimating=True)
    assert not estimate.exact
    assert sum(piece.size for piece in estimate.pieces) <= estimate.size
    assert 0.3 < estimate.tiers["raw"].size / exact.tiers["raw"].size < 3


async def test_what_was_deleted_is_used_again(file: Path) -> None:
    before = measured(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM port_reading")
    after = measured(file)
    assert after.reusable > before.reusable


async def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        measured(tmp_path / "s.db")
