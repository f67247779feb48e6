"""TLS of our own server, with certificates of openssl's and clients that check them."""

import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse
from structlog.testing import capture_logs
from tests.app.desk import Desk
from tests.app.running import start
from tests.conftest import require_program
from tests.servers.certificates import Certificates

from sunledger.app.exposure import Pair
from sunledger.app.problems import ConfigurationError
from sunledger.app.server import HttpServer, listen, url_of
from sunledger.app.tls import Certificate, trusting
from sunledger.sitetime import ManualClock

SERVER = "subjectAltName = IP:127.0.0.1, DNS:localhost"
NOW = datetime.now(UTC) + timedelta(hours=1)
"""A time at which certificates that a test makes hold already."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A CA, two certificates of a server's, and one that no server may use."""
    certificates = Certificates(tmp_path_factory.mktemp("certificates"))
    certificates.make(
        first=SERVER, second=SERVER, client="extendedKeyUsage = clientAuth\nkeyUsage = digitalSignature"
    )
    return certificates


@pytest.fixture
def pair(tmp_path: Path, made: Certificates) -> Pair:
    """Files of the first certificate that a test may replace."""
    files = Pair(tmp_path / "tls.pem", tmp_path / "tls.key")
    put(files, made, "first")
    return files


def put(files: Pair, made: Certificates, name: str) -> None:
    shutil.copy(made.certificate(name), files.certificate)
    shutil.copy(made.key(name), files.key)


def openssl(*words: str | Path) -> None:
    subprocess.run([require_program("openssl", "openssl"), *words], capture_output=True, check=True)


def client_of(made: Certificates, **options: object) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=made.certificate("ca"))
    for name, value in options.items():
        setattr(context, name, value)
    return context


@asynccontextmanager
async def serving(files: Pair, clock: ManualClock) -> AsyncIterator[tuple[Certificate, str]]:
    """A server that answers "hello", and where."""
    certificate = Certificate(files, clock)
    listener = listen("127.0.0.1", 0)
    server = HttpServer(PlainTextResponse("hello"), listener, certificate.context)
    await server.start()
    try:
        yield certificate, url_of(listener, "https")
    finally:
        await server.stop()
        listener.close()


def shown(answer: httpx.Response) -> str:
    """The name on the certificate that an answer came under."""
    connection = answer.extensions["network_stream"].get_extra_info("ssl_object")
    ((_, name),) = connection.getpeercert()["subject"][0]
    return str(name)


async def name_shown(url: str, made: Certificates) -> str:
    async with httpx.AsyncClient(verify=client_of(made)) as client:
        return shown(await client.get(url))


async def test_a_client_that_checks_is_answered(pair: Pair, made: Certificates) -> None:
    async with serving(pair, ManualClock(NOW)) as (_, url):
        assert url.startswith("https://")
        async with httpx.AsyncClient(verify=client_of(made)) as client:
            answer = await client.get(url)
        assert answer.text == "hello"
        connection = answer.extensions["network_stream"].get_extra_info("ssl_object")
        assert connection.version() == "TLSv1.3"
        async with httpx.AsyncClient(verify=trusting(pair.certificate.read_text())) as client:
            assert (await client.get(url)).text == "hello"


@pytest.mark.parametrize("cipher", ["ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA256"])
async def test_tls_1_2_is_spoken_with_good_ciphers_only(pair: Pair, made: Certificates, cipher: str) -> None:
    older = client_of(made, maximum_version=ssl.TLSVersion.TLSv1_2)
    async with serving(pair, ManualClock(NOW)) as (_, url):
        async with httpx.AsyncClient(verify=older) as client:
            assert (await client.get(url)).text == "hello"
        older.set_ciphers(cipher)
        async with httpx.AsyncClient(verify=older) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(url)


async def test_older_tls_is_not_spoken(pair: Pair) -> None:
    context = Certificate(pair, ManualClock(NOW)).context
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


async def test_new_files_are_taken_while_open_connections_go_on(pair: Pair, made: Certificates) -> None:
    async with (
        serving(pair, ManualClock(NOW)) as (certificate, url),
        httpx.AsyncClient(verify=client_of(made)) as old,
    ):
        assert shown(await old.get(url)) == "first"
        put(pair, made, "second")
        certificate.look()
        assert await name_shown(url, made) == "second"
        again = await old.get(url)
        assert (again.text, shown(again)) == ("hello", "first")


async def test_another_kind_of_key_replaces_the_old_one_for_every_client(pair: Pair) -> None:
    async with serving(pair, ManualClock(NOW)) as (certificate, url):
        new = ("-newkey", "rsa:2048", "-nodes", "-keyout", pair.key, "-out", pair.certificate)
        openssl("req", "-x509", "-days", "2", "-subj", "/CN=rsa", *new)
        certificate.look()
        async with httpx.AsyncClient(verify=trusting(pair.certificate.read_text())) as client:
            assert shown(await client.get(url)) == "rsa"


async def test_a_half_written_renewal_changes_nothing_and_says_so(pair: Pair, made: Certificates) -> None:
    clock = ManualClock(NOW)
    async with serving(pair, clock) as (certificate, url):
        shutil.copy(made.certificate("second"), pair.certificate)
        clock.jump(timedelta(days=1))
        with capture_logs() as logs:
            certificate.look()
            certificate.look()
        (told,) = [line for line in logs if line["event"] != "tls_certificate_expires_soon"]
        assert "is not the key of" in told["error"]
        assert await name_shown(url, made) == "first"
        shutil.copy(made.key("second"), pair.key)
        certificate.look()
        assert await name_shown(url, made) == "second"


async def test_remarks_between_certificates_are_nobody_s_business(pair: Pair, made: Certificates) -> None:
    chain = pair.certificate.read_bytes()
    pair.certificate.write_bytes(
        "Für Zürich\n".encode() + chain + b"\xff\n" + made.certificate("ca").read_bytes()
    )
    with capture_logs() as logs:
        async with serving(pair, ManualClock(NOW)) as (_, url):
            assert await name_shown(url, made) == "first"
    assert [line["event"] for line in logs] == ["tls_certificate_expires_soon"]


async def test_files_that_go_away_change_nothing(pair: Pair, made: Certificates) -> None:
    async with serving(pair, ManualClock(NOW)) as (certificate, url):
        pair.key.unlink()
        with capture_logs() as logs:
            certificate.look()
        assert "tls_certificate_not_taken" in [line["event"] for line in logs]
        assert await name_shown(url, made) == "first"


@pytest.mark.parametrize(
    ("after", "event"),
    [
        (timedelta(days=-2), "tls_certificate_not_valid_yet"),
        (timedelta(days=1), "tls_certificate_expires_soon"),
        (timedelta(days=3), "tls_certificate_expired"),
    ],
)
async def test_a_certificate_out_of_its_time_warns_once_a_day(
    pair: Pair, after: timedelta, event: str
) -> None:
    clock = ManualClock(NOW + after)
    with capture_logs() as logs:
        certificate = Certificate(pair, clock)
        certificate.look()
        clock.jump(timedelta(hours=23))
        certificate.look()
    (told,) = logs
    assert (told["event"], told["log_level"]) == (event, "warning")
    clock.jump(timedelta(hours=2))
    with capture_logs() as logs:
        certificate.look()
    assert len(logs) == 1


def test_a_certificate_that_clients_refuse_warns(made: Certificates) -> None:
    with capture_logs() as logs:
        Certificate(Pair(made.certificate("client"), made.key("client")), ManualClock(NOW))
    (told,) = logs
    assert told["event"] == "tls_certificate_refused_by_clients"


Break = Callable[[Pair, Certificates], object]
BREAKS: dict[str, tuple[Break, str]] = {
    "no certificate file": (lambda files, _: files.certificate.unlink(), "TLS_CERT .*cannot be read"),
    "no key file": (lambda files, _: files.key.unlink(), "TLS_KEY .*cannot be read"),
    "a directory": (
        lambda files, _: files.key.rename(files.key.with_suffix(".old")).with_suffix(".key").mkdir(),
        "TLS_KEY .*cannot be read",
    ),
    "no certificate in it": (
        lambda files, _: files.certificate.write_text("x"),
        "TLS_CERT .*holds no certificate",
    ),
    "no key in it": (lambda files, _: files.key.write_bytes(b"\xff"), "TLS_KEY .*holds no private key"),
    "files mixed up": (
        lambda files, _: shutil.copy(files.certificate, files.key),
        "TLS_KEY .*holds no private key",
    ),
    "the key of another": (
        lambda files, made: shutil.copy(made.key("second"), files.key),
        "TLS_KEY .*is not the key of the first certificate",
    ),
    "a passphrase": (lambda files, _: encrypt(files.key), "TLS_KEY .*is protected by a passphrase"),
    "rubbish between the marks": (
        lambda files, _: files.certificate.write_text(
            "-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n"
        ),
        "TLS_CERT .*cannot be used",
    ),
}


def encrypt(key: Path) -> None:
    openssl("pkey", "-in", key, "-out", key.with_suffix(".new"), "-aes256", "-passout", "pass:secret")
    key.with_suffix(".new").replace(key)


@pytest.mark.parametrize("name", BREAKS)
def test_files_that_make_no_tls_are_a_problem_of_their_key(pair: Pair, made: Certificates, name: str) -> None:
    spoil, told = BREAKS[name]
    spoil(pair, made)
    with pytest.raises(ConfigurationError, match=told):
        Certificate(pair, ManualClock(NOW))


@pytest.mark.parametrize("alone", ["TLS_CERT", "TLS_KEY"])
def test_one_of_the_two_keys_is_not_enough(desk: Desk, alone: str) -> None:
    assert "give both of them or neither" in desk.problem({alone: "some.pem"})


def test_a_server_speaks_tls_and_takes_a_renewed_certificate_by_itself(
    tmp_path: Path, pair: Pair, made: Certificates
) -> None:
    files = {"TLS_CERT": str(pair.certificate), "TLS_KEY": str(pair.key)}
    with start(tmp_path, "serve", "--dry-run", **files) as running:
        (url,) = running.await_said(r"(https://\S+)/docs(?s:.)*Ctrl\+C").groups()
        answer = httpx.get(f"{url}/health", verify=client_of(made))
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        put(pair, made, "second")
        running.await_event("tls_certificate_taken")
        with httpx.Client(verify=client_of(made)) as client:
            assert shown(client.get(f"{url}/health")) == "second"
        assert running.stop() == 0


def test_a_server_whose_files_make_no_tls_does_not_start(
    tmp_path: Path, pair: Pair, made: Certificates
) -> None:
    files = {"TLS_CERT": str(pair.certificate), "TLS_KEY": str(made.key("second"))}
    with start(tmp_path, "serve", "--dry-run", **files) as running:
        assert running.ended() == 2
        assert running.complained.startswith("TLS_KEY (from configuration): ")


def test_our_own_commands_reach_a_server_that_speaks_tls(tmp_path: Path, pair: Pair) -> None:
    files = {"TLS_CERT": str(pair.certificate), "TLS_KEY": str(pair.key)}
    with start(tmp_path, "serve", **files) as running:
        (port,) = running.await_said(r"https://127\.0\.0\.1:(\d+)/docs(?s:.)*Ctrl\+C").groups()
        with start(tmp_path, "rollup", "rebuild", **files, HEALTH_PORT=port) as rebuilding:
            assert rebuilding.ended() == 0, rebuilding.complained
        assert running.stop() == 0
