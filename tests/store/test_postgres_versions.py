"""A server that is too old is refused before it is asked anything."""

import pytest
from tests.servers.old_postgres import old_postgres
from tests.store.plants import WARSAW

from sunledger.sitetime import SystemClock
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_database import PostgresDatabase
from sunledger.store.protocol import StoreUnusable


@pytest.mark.parametrize(("version", "major"), [("14.11 (Debian 14.11-1.pgdg120+1)", 14), ("9.6.24", 9)])
async def test_an_old_server_is_refused_with_the_version_that_is_needed(version: str, major: int) -> None:
    said = rf"is PostgreSQL {major}; Sunledger needs 15 or newer, nothing was changed"
    with old_postgres(version) as port:
        address = PostgresAddress(host="127.0.0.1", port=port, name="sun", user="anna", password="secret")
        store = PostgresStore(address, WARSAW, SystemClock())
        try:
            with pytest.raises(StoreUnusable, match=said):
                await store.open()
        finally:
            await store.close()
        with pytest.raises(StoreUnusable, match=said):
            PostgresDatabase(address).measured()
