"""The examination of this machine: its clock, and the place where readings are kept."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sunledger.app.configuration import Configuration
from sunledger.app.databases import accounting_of, make_store, place_of
from sunledger.app.doctor.findings import Finding, attention, good, note
from sunledger.sitetime import Clock
from sunledger.store.protocol import StoreError, StoreUnusable
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_file import HEAD, ServerLock, schema_version

FIRST_YEAR = 2026
"""No machine that runs this version is in an earlier year, unless its clock is wrong."""
LITTLE_SPACE = 500 << 20
"""Bytes; twenty ports every minute take 350 MB a year."""
_AHEAD = timedelta(minutes=10)


def clock_findings(now: datetime, latest: datetime | None) -> Iterator[Finding]:
    """Whether the clock can be right; `latest` is when the latest reading was taken."""
    shown = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    set_it = "Let it be set over the network (NTP): `timedatectl set-ntp true`, or the router's time server."
    if now.year < FIRST_YEAR:
        yield attention(f"The clock shows {shown}, which cannot be: it was not set after the start.", set_it)
    elif latest is not None and latest > now + _AHEAD:
        said = f"The clock shows {shown}, but there are readings of {latest:%Y-%m-%d %H:%M:%S}: one is wrong."
        yield attention(said, set_it)
    else:
        yield good(f"The clock shows {shown}.")


async def examine_machine(configuration: Configuration, clock: Clock) -> list[Finding]:
    """The clock and, where readings are kept, their place and their database. Writes nothing."""
    path = configuration.database.database_path
    if not configuration.keeps_readings:
        kept_not = "Readings are kept in memory only (PERSISTENCE_ENABLED=false or DRY_RUN=true)."
        return [*clock_findings(clock.now(), None), note(kept_not)]
    if configuration.database.db_type == "postgres":
        latest, database = await _server(configuration, clock)
        return [*clock_findings(clock.now(), latest), *database]
    latest, database = await _database(configuration, clock)
    return [*clock_findings(clock.now(), latest), *place_findings(path), *database]


def place_findings(path: Path) -> Iterator[Finding]:
    """Whether a database can be written at this path, and for how long there is space."""
    directory = next(place for place in path.absolute().parents if place.exists())
    target = path if path.exists() else directory
    if not os.access(target, os.W_OK) or not os.access(directory, os.W_OK | os.X_OK):
        yield attention(
            f"{target} cannot be written by this user.",
            "Give it to the user that runs Sunledger (chown), or set DATABASE_PATH to another place.",
        )
    free = shutil.disk_usage(directory).free
    said = f"{_size(free)} are free for {path}."
    if free < LITTLE_SPACE:
        yield attention(said, "Make space, or set DATABASE_PATH to a larger disk.")
    else:
        yield good(said)


def is_served(path: Path) -> bool:
    """Whether a server is using this database now."""
    if not path.exists():
        return False
    lock = ServerLock(path)
    try:
        lock.acquire()
    except StoreUnusable as error:
        cause = error.__cause__
        return isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode == sqlite3.SQLITE_BUSY
    lock.release()
    return False


async def _database(configuration: Configuration, clock: Clock) -> tuple[datetime | None, list[Finding]]:
    """The time of its latest reading, and what there is to say of it."""
    path = configuration.database.database_path
    try:
        version = schema_version(path)
        if version is None:
            return None, [note(f"There is no database at {path} yet; `sunledger serve` makes it.")]
        if version != HEAD:
            said = f"The database has schema {version}; `sunledger serve` will bring it to {HEAD}."
            return None, [note(said, "Keep a copy of the file before.")]
        return await _contents(configuration, clock)
    except StoreError as error:
        return None, [attention(f"{error}.")]


async def _server(configuration: Configuration, clock: Clock) -> tuple[datetime | None, list[Finding]]:
    """The time of the latest reading in the database server, and what there is to say of it."""
    try:
        store = make_store(configuration, clock, read_only=True)
    except StoreError as error:
        return None, [attention(f"{error}.")]
    try:
        await store.open()
        latest, kept = await store.latest_time(), await store.statistics()
    except StoreError as error:
        return None, [attention(f"{error}.")]
    finally:
        await store.close()
    until = f", the latest of {latest:%Y-%m-%d %H:%M:%S} UTC" if latest else ""
    said = f"The database ({place_of(configuration)}) has {kept.total_records} readings"
    return latest, [good(f"{said}{until}, in {_size(kept.database_size_bytes)}.")]


async def _contents(configuration: Configuration, clock: Clock) -> tuple[datetime | None, list[Finding]]:
    path = configuration.database.database_path
    store = SqliteStore(path, accounting_of(configuration), clock, read_only=True)
    try:
        await store.open()
        latest, kept = await store.latest_time(), await store.statistics()
    finally:
        await store.close()
    until = f", the latest of {latest:%Y-%m-%d %H:%M:%S} UTC" if latest else ""
    said = f"The database has schema {HEAD} and {kept.total_records} readings"
    findings = [good(f"{said}{until}, in {_size(kept.database_size_bytes)}.")]
    if is_served(path):
        findings.append(note("A server uses the database now."))
    return latest, findings


def _size(count: float) -> str:
    """Bytes in the largest unit that leaves a whole number before the point."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
