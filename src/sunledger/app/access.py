"""Access as the configuration has it: for a running Sunledger, and for commands beside one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from sunledger.access import Access, Given, Invalid
from sunledger.access.grants import SitesOf
from sunledger.access.setup import path_of
from sunledger.access.tables import SCHEMA
from sunledger.app.configuration import Configuration, Database
from sunledger.app.databases import address_of, make_statements, make_store, require_driver
from sunledger.app.problems import ConfigurationError, Problem
from sunledger.app.redaction import Redactor
from sunledger.app.secrets import literals
from sunledger.sites import SITE, Registry
from sunledger.sitetime import SystemClock
from sunledger.store.memory_statements import MemoryStatements
from sunledger.store.protocol import StoreError, StoreUnusable
from sunledger.store.sqlite_file import existing
from sunledger.store.sqlite_statements import has_documents
from sunledger.store.statements import Statements

log = structlog.get_logger("sunledger.access")

_AT_ONCE = 1000


def make_access(configuration: Configuration, sites_of: SitesOf) -> Access:
    """Access beside the store that the configuration asks for, not open yet.

    It goes by the machine's clock also in a simulation: credentials are real. Raises ConfigurationError for a
    secret that is too short, `StoreUnusable`.
    """
    redactor = Redactor(literals(configuration))
    statements: Statements = MemoryStatements(SCHEMA)
    if configuration.keeps_readings:
        statements = make_statements(configuration.database)
    try:
        return Access(statements, SystemClock(), redactor.value, sites_of, _given(configuration))
    except Invalid as error:
        key, _, message = str(error).partition(": ")
        raise ConfigurationError([Problem(key, "configuration", message, "give a longer one")]) from None


def _given(configuration: Configuration) -> Given:
    token, key = configuration.access.api_token, configuration.access.jwt_secret_key
    return Given(
        api_token=None if token is None else token.get_secret_value(),
        jwt_secret_key=None if key is None else key.get_secret_value(),
    )


def sites_of_customers(registry: Registry) -> SitesOf:
    """How the sites of a customer are found."""

    async def sites_of(customer: str) -> frozenset[str]:
        found: set[str] = set()
        after = ""
        while page := await registry.listed(SITE, limit=_AT_ONCE, after=after):
            found |= {kept.entry.id for kept in page if kept.entry.customer == customer}
            after = page[-1].entry.id
        return frozenset(found)

    return sites_of


@asynccontextmanager
async def access_beside(configuration: Configuration, *, making: bool = False) -> AsyncIterator[Access]:
    """Access for a command, also while a server runs; `making` makes the database where there is none.

    Raises StoreError.
    """
    if not configuration.keeps_readings:
        raise StoreUnusable("DRY_RUN or PERSISTENCE_ENABLED=false keeps no users; run this without them")
    if making and not await _is_there(configuration.database):
        store = make_store(configuration, SystemClock())
        try:
            await store.open()
        finally:
            await store.close()
    await asyncio.to_thread(_require_schema_of_today, configuration.database)
    access = make_access(configuration, _no_sites)
    await access.open()
    try:
        yield access
    finally:
        await access.close()


async def _no_sites(_: str) -> frozenset[str]:
    """A command asks nobody for a credential, so that no sites are looked up."""
    return frozenset()


async def _is_there(database: Database) -> bool:
    """Whether there is a schema of ours, of whatever age."""
    if database.db_type == "sqlite":
        return await asyncio.to_thread(has_documents, database.database_path)
    require_driver()
    from sunledger.store import postgres_statements

    return await postgres_statements.has_documents(address_of(database))


def _require_schema_of_today(database: Database) -> None:
    if database.db_type == "sqlite":
        existing(database.database_path).close()
        return
    require_driver()
    from sunledger.store.postgres_beside import beside

    with beside(address_of(database)):
        pass


async def invite(access: Access, address: str, host: str) -> None:
    """Log a one-time link for the first administrator, where nobody can get in without one."""
    if not address:
        return
    from sunledger.api.forwarded import named_here  # what a server needs

    if named_here(host):
        return
    try:
        made = await access.setup_link()
    except StoreError as error:
        log.warning("no_setup_link", error=str(error), fix="run sunledger admin create")
        return
    if made is not None:
        log.warning("setup_link", open=f"{address}{path_of(made)}", within="an hour")
