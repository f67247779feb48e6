"""The committing server of `tests.store.committing`, with SQLite syncing less: `careless.py OFF …`.

So that the power-cut tests are seen to find losses where there are some.
"""

import asyncio
import sys
from pathlib import Path

from tests.store.committing import commit, stream

from sunledger.store import sqlite_file

if __name__ == "__main__":
    level = sys.argv[1]
    sqlite_file._PRAGMAS = (*sqlite_file._PRAGMAS, f"PRAGMA synchronous = {level}")  # type: ignore[assignment]
    asyncio.run(commit(Path(sys.argv[2]), stream(int(sys.argv[3]), int(sys.argv[4])), int(sys.argv[5])))
