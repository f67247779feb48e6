"""The disk that a PostgreSQL server keeps its data on, where it can be known."""

import os
import shutil
import socket
from pathlib import Path

from psycopg import Connection

from sunledger.store.storage import Disk

_DIRECTORY = (
    "SELECT CASE WHEN t.spcname <> 'pg_default' THEN pg_tablespace_location(t.oid) "
    "WHEN pg_has_role('pg_read_all_settings', 'USAGE') THEN current_setting('data_directory') END "
    "FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = current_database()"
)


def disk_of(connection: Connection) -> Disk | str:
    """The file system of the server's data, or why that is not known."""
    title = _title(connection.info.backend_pid)
    if title is None or not is_process_of(title, _own_port(connection)):
        return "no process of the server is seen from here; it is on another machine, or in a container"
    found = connection.execute(_DIRECTORY).fetchone()
    directory = None if found is None else found[0]
    if directory is None:
        user = connection.info.user
        return f"our role may not ask where the data is; GRANT pg_read_all_settings TO {user} lets it"
    try:
        usage = shutil.disk_usage(directory)
    except OSError as error:
        return f"{directory} cannot be looked at ({error.strerror})"
    return Disk(usage.total, usage.free)


def _title(process: int) -> str | None:
    """How a process of this machine calls itself, on Linux."""
    path = Path(f"/proc/{process}/cmdline")
    try:
        return path.read_bytes().decode(errors="replace").strip("\0 ")
    except OSError:
        return None


def is_process_of(title: str, port: int | None) -> bool:
    """Whether a process is PostgreSQL's for a connection of ours from this port, or by a socket without one.

    It calls itself `postgres: user database 127.0.0.1(54321) idle`. Behind a tunnel or in a container the
    number of the process is that of another machine, and names none here or something else.
    """
    peer = "[local]" if port is None else f"({port})"
    return title.startswith("postgres:") and peer in title


def _own_port(connection: Connection) -> int | None:
    """The port at our end."""
    with socket.socket(fileno=os.dup(connection.pgconn.socket)) as line:
        name = line.getsockname()
    return int(name[1]) if isinstance(name, tuple) else None
