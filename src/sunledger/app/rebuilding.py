"""`sunledger rollup rebuild`: by the server where one is running, for it is the only one that may write."""

import http.client
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ssl import SSLContext
from typing import Any, NamedTuple

from pydantic import SecretStr

from sunledger.access import TERMINAL, Action, Role
from sunledger.app.access import access_beside
from sunledger.app.chosen_database import Chosen
from sunledger.app.configuration import Configuration
from sunledger.app.databases import accounting_of
from sunledger.app.progress import Progress
from sunledger.app.tls import trusting
from sunledger.sitetime import Clock
from sunledger.store.protocol import StoreError, StoreInUse

_PATIENCE = 30
"""Seconds to wait for an answer of the server."""
_ASK_EVERY = 0.5
_TOKEN_LASTS = timedelta(days=1)
_ACCEPTED = 202
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  where a server listens, not we


async def rebuild(chosen: Chosen, clock: Clock, progress: Progress) -> int:
    """Make everything derived anew; how many differences were put right. Raises StoreError."""
    database = chosen.database
    accounting = database.kept_accounting(accounting_of(chosen.configuration))
    progress.stage(f"Rebuilding {database.name}")

    def told(fraction: float, at: int) -> None:
        progress.at(fraction, f"until {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}")

    try:
        return await database.rebuilt(accounting, clock, told)
    except StoreInUse:
        return await _by_the_server(chosen, clock, progress)


async def _by_the_server(chosen: Chosen, clock: Clock, progress: Progress) -> int:
    async with _credential(chosen.configuration, clock) as token:
        return await _asked_of_the_server(chosen, clock, progress, token)


@asynccontextmanager
async def _credential(configuration: Configuration, clock: Clock) -> AsyncIterator[SecretStr]:
    """The configuration's token, or one of our own, which ends with this command. Raises StoreError."""
    given = configuration.access.api_token
    if given is not None:
        yield given
        return
    async with access_beside(configuration) as access:
        made = await access.tokens.create(
            "sunledger rollup rebuild",
            Role.OPERATOR,
            TERMINAL,
            scopes=[Action.READ, Action.OPERATE],
            expires_at=clock.now() + _TOKEN_LASTS,
        )
        try:
            yield SecretStr(made.secret)
        finally:
            await access.tokens.revoke(made.token.id, TERMINAL)


async def _asked_of_the_server(chosen: Chosen, clock: Clock, progress: Progress, token: SecretStr) -> int:
    database = chosen.database
    if not chosen.configuration.server.health_enabled:
        raise StoreError(
            f"a server without HTTP (HEALTH_ENABLED=false) is running on {database.name}, so that it cannot "
            "be asked to rebuild; stop it and do this again"
        )
    server = _server_of(chosen.configuration, token, _stranger(chosen))
    engine = _asked(server, "GET", "/api/v1/storage")["engine"]
    if engine not in {database.engine, "unknown"}:
        raise StoreError(
            f"the server at {server} is not the one that writes into {database.name}, as it keeps its "
            f"readings in {engine}; give the HEALTH_HOST and HEALTH_PORT of the right one"
        )
    progress.stage(f"The server at {server} rebuilds {database.name}")
    state = _asked(server, "POST", "/api/v1/storage/rollups/rebuild")
    while state["state"] == "running":
        progress.at(state["progress"], "polls go on meanwhile")
        await clock.sleep(_ASK_EVERY)
        state = _asked(server, "GET", "/api/v1/storage")["rebuild"]
    if state["state"] != "done":
        raise StoreError(f"the server could not rebuild: {state['error']}")
    return int(state["mended"])


class _Server(NamedTuple):
    """Where the server is reached from this machine."""

    host: str
    port: int
    tls: SSLContext | None
    token: SecretStr
    """What it knows us by."""
    stranger: str
    """What it means that it does not."""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def credential(self) -> Mapping[str, str]:
        """The header that says who asks."""
        return {"Authorization": f"Bearer {self.token.get_secret_value()}"}

    def connection(self) -> http.client.HTTPConnection:
        """A connection to it, not made yet."""
        if self.tls is None:
            return http.client.HTTPConnection(self.host, self.port, timeout=_PATIENCE)
        return http.client.HTTPSConnection(self.host, self.port, timeout=_PATIENCE, context=self.tls)


def _stranger(chosen: Chosen) -> str:
    """What it means that a server does not know our token."""
    if chosen.configuration.access.api_token is not None:
        return "has another API_TOKEN; set the same one for it and here, or stop it and do this again"
    return (
        f"is not the one that writes into {chosen.database.name}, as it does not know a token that was just "
        "made there; give the HEALTH_HOST and HEALTH_PORT of the right one"
    )


def _server_of(configuration: Configuration, token: SecretStr, stranger: str) -> _Server:
    """Where it is by its configuration. Raises StoreError."""
    server, pair = configuration.server, configuration.exposure.pair
    host = _EVERYWHERE.get(server.health_host, server.health_host)
    try:
        tls = None if pair is None else trusting(pair.certificate.read_text("latin-1"))
    except OSError as error:
        raise StoreError(f"TLS_CERT cannot be used to know the server by it ({error})") from error
    return _Server(host, server.health_port, tls, token, stranger)


def _asked(server: _Server, method: str, path: str) -> Mapping[str, Any]:
    connection = server.connection()
    try:
        connection.request(method, path, headers=server.credential())
        answer = connection.getresponse()
        said = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise StoreError(
            f"a server is running on this database but does not answer at {server} ({error}); "
            "give its HEALTH_HOST and HEALTH_PORT"
        ) from error
    finally:
        connection.close()
    if answer.status == http.client.UNAUTHORIZED:
        raise StoreError(f"the server at {server} {server.stranger}")
    body: Mapping[str, Any] = json.loads(said) if said.startswith(b"{") else {}
    if answer.status not in {http.client.OK, _ACCEPTED} or not body:
        raise StoreError(f"the server at {server} says: {body.get('detail', answer.reason)}")
    return body
