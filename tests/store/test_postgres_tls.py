"""TLS to PostgreSQL, with a certificate authority of our own."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.servers.certificates import Certificates
from tests.servers.postgres import PASSWORD, SUPERUSER, PostgresServer, debian, required
from tests.store.plants import START, WARSAW, poll

from sunledger.sitetime import SystemClock
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.protocol import StoreUnusable


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    made = Certificates(tmp_path_factory.mktemp("tls"))
    made.make(
        right="subjectAltName=IP:127.0.0.1",
        wrong="subjectAltName=DNS:another.example",
        postgres="extendedKeyUsage=clientAuth",
    )
    return made


@pytest.fixture(scope="module", params=["right", "wrong"])
def server(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[PostgresServer]:
    """A server that shows a certificate of its own name, or of another one, and wants ours."""
    made = PostgresServer(required(debian()), "ssl=on")
    try:
        made.make()
        for ours, theirs in (
            (certificates.certificate(request.param), "server.crt"),
            (certificates.key(request.param), "server.key"),
            (certificates.certificate("ca"), "root.crt"),
        ):
            file = made.data / theirs
            file.write_bytes(ours.read_bytes())
            file.chmod(0o600)
            made.hand_over(file)
        with (made.data / "postgresql.conf").open("a") as settings:
            settings.write("ssl_ca_file = 'root.crt'\n")
        rules = "hostssl sunledger all all md5 clientcert=verify-ca\nhost all all all md5\n"
        (made.data / "pg_hba.conf").write_text(rules)
        made.start()
        made.ask("CREATE DATABASE sunledger")
        yield made
    finally:
        made.remove()


def address(server: PostgresServer, files: Certificates, mode: str, ca: str = "ca") -> PostgresAddress:
    return server.address(
        "sunledger",
        sslmode=mode,
        sslrootcert=files.certificate(ca),
        sslcert=files.certificate("postgres"),
        sslkey=files.key("postgres"),
    )


async def commits_over_tls(address: PostgresAddress) -> bool:
    store = PostgresStore(address, WARSAW, SystemClock())
    try:
        await store.open()
        await store.commit(poll(START, (1, 2)))
        shelf = store._writer._shelf
        return shelf is not None and shelf.connection.pgconn.ssl_in_use
    finally:
        await store.close()


async def test_the_servers_certificate_is_checked_as_far_as_was_asked(
    server: PostgresServer, certificates: Certificates, request: pytest.FixtureRequest
) -> None:
    assert await commits_over_tls(address(server, certificates, "require"))
    assert await commits_over_tls(address(server, certificates, "verify-ca"))
    named_rightly = "right" in request.node.callspec.params.values()
    if named_rightly:
        assert await commits_over_tls(address(server, certificates, "verify-full"))
        return
    with pytest.raises(StoreUnusable, match=r"TLS failed .*does not match host name.*DB_SSLROOTCERT"):
        await commits_over_tls(address(server, certificates, "verify-full"))


async def test_a_certificate_of_another_authority_is_refused(
    server: PostgresServer, certificates: Certificates
) -> None:
    with pytest.raises(StoreUnusable, match="TLS failed"):
        await commits_over_tls(address(server, certificates, "verify-ca", ca="wrong"))


async def test_what_a_url_says_of_tls_counts_unless_the_settings_say_something_else(
    server: PostgresServer, certificates: Certificates
) -> None:
    strict = f"sslmode=verify-ca&sslrootcert={certificates.certificate('wrong')}"
    url = f"postgresql://{SUPERUSER}:{PASSWORD}@127.0.0.1:{server.port}/sunledger?{strict}"
    ours = PostgresAddress(
        url=url, sslcert=certificates.certificate("postgres"), sslkey=certificates.key("postgres")
    )
    with pytest.raises(StoreUnusable, match="TLS failed"):
        await commits_over_tls(ours)
    assert await commits_over_tls(replace(ours, sslrootcert=certificates.certificate("ca")))


async def test_without_a_certificate_of_ours_the_server_refuses(server: PostgresServer) -> None:
    with pytest.raises(StoreUnusable, match="certificate"):
        await commits_over_tls(server.address("sunledger", sslmode="require"))
