"""`sunledger rollup rebuild`: by the server where one is running, for it is the only one that may write."""

import http.client
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sunledger.app.database_file import DatabaseFile
from sunledger.app.databases import accounting_of
from sunledger.app.progress import Progress
from sunledger.sitetime import Clock
from sunledger.store.protocol import StoreError, StoreInUse
from sunledger.store.sqlite import SqliteStore
from sunledger.store.sqlite_upkeep import kept_accounting, rebuilt

_PATIENCE = 30
"""Seconds to wait for an answer of the server."""
_ASK_EVERY = 0.5
_ACCEPTED = 202
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  where a server listens, not we


async def rebuild(file: DatabaseFile, clock: Clock, progress: Progress) -> int:
    """Make everything derived anew; how many differences were put right. Raises StoreError."""
    accounting = kept_accounting(file.path, accounting_of(file.configuration))
    store = SqliteStore(file.path, accounting, clock)
    try:
        await store.open()
    except StoreInUse:
        return await _by_the_server(file, clock, progress)
    progress.stage(f"Rebuilding {file.path}")

    def told(fraction: float, at: int) -> None:
        progress.at(fraction, f"until {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}")

    try:
        return await rebuilt(store, accounting, clock, told)
    finally:
        await store.close()


async def _by_the_server(file: DatabaseFile, clock: Clock, progress: Progress) -> int:
    server = file.configuration.server
    if not server.health_enabled:
        raise StoreError(
            f"a server without HTTP (HEALTH_ENABLED=false) is running on {file.path}, so that it cannot be "
            "asked to rebuild; stop it and do this again"
        )
    host = _EVERYWHERE.get(server.health_host, server.health_host)
    progress.stage(f"The server at {host}:{server.health_port} rebuilds {file.path}")
    state = _asked(host, server.health_port, "POST", "/api/v1/storage/rollups/rebuild")
    while state["state"] == "running":
        progress.at(state["progress"], "polls go on meanwhile")
        await clock.sleep(_ASK_EVERY)
        state = _asked(host, server.health_port, "GET", "/api/v1/storage")["rebuild"]
    if state["state"] != "done":
        raise StoreError(f"the server could not rebuild: {state['error']}")
    return int(state["mended"])


def _asked(host: str, port: int, method: str, path: str) -> Mapping[str, Any]:
    connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        said = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise StoreError(
            f"a server is running on this file but does not answer at {host}:{port} ({error}); "
            "give its HEALTH_HOST and HEALTH_PORT"
        ) from error
    finally:
        connection.close()
    body: Mapping[str, Any] = json.loads(said) if said.startswith(b"{") else {}
    if answer.status not in {http.client.OK, _ACCEPTED} or not body:
        raise StoreError(f"the server at {host}:{port} says: {body.get('detail', answer.reason)}")
    return body
