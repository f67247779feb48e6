"""Writing a SQLite file anew, without the pages that nothing is in; only while nobody serves it."""

import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

from sunledger.store.database import Vacuumed
from sunledger.store.protocol import StoreError, StoreInUse
from sunledger.store.sqlite_file import ServerLock, connect, existing, explain

_LOOK_EVERY = 0.2
"""Seconds between two looks at how much is written."""


def vacuum(path: Path, told: Callable[[float], None]) -> Vacuumed:
    """Write it anew; `told` hears how much is done, from 0 to 1.

    Raises StoreError; then nothing is changed.
    """
    existing(path).close()
    lock = ServerLock(path)
    try:
        lock.acquire()
    except StoreInUse as error:
        raise StoreInUse(
            f"a server is running on {path}, and its polls would have to wait until that is done; "
            "stop it first. Meanwhile new rows use the free pages inside (`sunledger store info`)"
        ) from error
    try:
        _require_space(path)
        return _vacuum(path, told)
    except sqlite3.Error as error:
        raise StoreError(explain(path, error)) from error
    finally:
        lock.release()


def _require_space(path: Path) -> None:
    """SQLite writes a copy, and the copy's pages into the log beside the file, before it changes anything."""
    needed, free = 2 * path.stat().st_size, shutil.disk_usage(path.parent).free
    if free < needed:
        raise StoreError(
            f"writing {path} anew takes {needed} bytes for a while, and {free} are free; free some first"
        )


def _vacuum(path: Path, told: Callable[[float], None]) -> Vacuumed:
    before = path.stat().st_size
    log = path.with_name(path.name + "-wal")
    with closing(connect(path, read_only=False)) as connection, ThreadPoolExecutor(1) as thread:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        running = thread.submit(connection.execute, "VACUUM")
        while wait([running], _LOOK_EVERY).not_done:
            told(min(0.99, log.stat().st_size / before if log.exists() else 0.0))
        running.result()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Vacuumed(before, path.stat().st_size)
