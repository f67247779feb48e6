"""Where a server with TimescaleDB is: named by TIMESCALEDB_BIN, or Debian's PostgreSQL with the extension.

No registry of Python's carries one, so tests that need it are left out where there is none.
"""

import os
from pathlib import Path

SETTINGS = (
    "shared_preload_libraries=timescaledb",
    "timescaledb.telemetry_level=off",
    "timescaledb.max_background_workers=0",  # they would sit in databases that are to be copied
)
LEFT_OUT = "no server with TimescaleDB: install the extension, or name a server's programs by TIMESCALEDB_BIN"


def programs() -> Path | None:
    """The directory of its programs."""
    named = os.environ.get("TIMESCALEDB_BIN")
    if named:
        return Path(named)
    controls = sorted(Path("/usr/share/postgresql").glob("*/extension/timescaledb.control"))
    places = [Path("/usr/lib/postgresql") / control.parents[1].name / "bin" for control in controls]
    return next((place for place in places if (place / "initdb").exists()), None)


def kinds() -> list[str]:
    """The fixtures of servers that tests of PostgreSQL run on, one after the other."""
    return ["postgres"] if programs() is None else ["postgres", "timescale"]
