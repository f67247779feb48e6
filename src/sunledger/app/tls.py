"""TLS of our own server: one certificate with its key, taken anew when their files change.

A new connection gets the certificate of the moment, old ones go on with theirs. Files that cannot be used, as
while a renewal has written only one of the two, change nothing but the log.

*State: the context that new connections get.*
"""

import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from sunledger.app.exposure import Pair
from sunledger.app.problems import ConfigurationError, Problem
from sunledger.sitetime import Clock

log = structlog.get_logger("sunledger.app")

LOOK_EVERY = 2.0
"""Seconds between two looks at the files."""
SOON = timedelta(days=14)
_TURNS = 3
"""Turns of each side until the slowest handshake is done."""
_TLS_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Its ciphers with forward secrecy and authenticated encryption; TLS 1.3 has no others."""
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----")
"""What counts in a PEM file; people write remarks between, in any letters."""
_NO_CHECK_TIME = ssl.VerifyFlags(0x200000)
"""X509_V_FLAG_NO_CHECK_TIME, which the module does not name."""


class Unusable(Exception):
    """Files that make no TLS: which key names the one at fault, what is wrong, and what to do."""

    def __init__(self, key: str, message: str, fix: str) -> None:
        super().__init__(f"{key}: {message}; {fix}")
        self.problem = Problem(key, "configuration", message, fix)


class Taken(NamedTuple):
    """What was made of the files as they were."""

    context: ssl.SSLContext
    """What a server speaks TLS with."""
    chain: str
    """The certificates, PEM."""


class Certificate:
    """What new connections are shown. Raises ConfigurationError when it cannot be used at the start."""

    def __init__(self, pair: Pair, clock: Clock) -> None:
        self._pair = pair
        self._clock = clock
        self._marks = _marks(pair)
        try:
            self._current = taken(pair)
        except Unusable as error:
            raise ConfigurationError([error.problem]) from None
        self.context = self._current.context
        self.context.sni_callback = self._show
        self._judged_at: datetime | None = None
        self._judge()

    async def watch(self) -> None:
        """Look at the files again and again."""
        while True:
            await self._clock.sleep(LOOK_EVERY)
            self.look()

    def look(self) -> None:
        """Take the files anew if they have changed."""
        marks = _marks(self._pair)
        if marks != self._marks:
            self._marks = marks
            try:
                self._current = taken(self._pair)
            except Unusable as error:
                log.warning("tls_certificate_not_taken", error=str(error), consequence="the old one stays")
            else:
                self._judged_at = None
                log.info("tls_certificate_taken", path=str(self._pair.certificate))
        self._judge()

    def _show(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        """Show a connection that begins the certificate of the moment."""
        connection.context = self._current.context

    def _judge(self) -> None:
        """Say, once a day, that the certificate has expired or soon will, or that no client can take it."""
        now = self._clock.now()
        if self._judged_at is not None and now - self._judged_at < timedelta(days=1):
            return
        self._judged_at = now
        odd = oddity_of(self._current, now)
        if odd is not None:
            log.warning(odd.event, path=str(self._pair.certificate), detail=odd.detail)


def taken(pair: Pair) -> Taken:
    """The files as they are now. Raises `Unusable`."""
    chain, key = _text(pair.certificate, "TLS_CERT"), _text(pair.key, "TLS_KEY")
    if _CERTIFICATE.search(chain) is None:
        raise Unusable("TLS_CERT", f"{pair.certificate} holds no certificate", "name a PEM file that does")
    if "PRIVATE KEY-----" not in key:
        raise Unusable("TLS_KEY", f"{pair.key} holds no private key", "name a PEM file that does")
    if "ENCRYPTED" in key:
        fix = "decrypt it with `openssl pkey`, into a file that only Sunledger may read"
        raise Unusable("TLS_KEY", f"{pair.key} is protected by a passphrase", fix)
    context = _speaking()
    try:
        context.load_cert_chain(pair.certificate, pair.key)
    except OSError as error:  # ssl.SSLError is one
        raise _explained(pair, error) from error
    return Taken(context, chain)


def _speaking() -> ssl.SSLContext:
    """A server's context that has no certificate yet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_TLS_1_2)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_alpn_protocols(["http/1.1"])
    return context


def trusting(chain: str) -> ssl.SSLContext:
    """What a client on this machine speaks with that server: it takes this very certificate, by any name.

    Raises ssl.SSLError where none of the PEM text is a certificate.
    """
    certificates = _CERTIFICATE.findall(chain)
    if not certificates:
        raise ssl.SSLError("there is no certificate")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
    context.load_verify_locations(cadata="\n".join(certificates))
    return context


class Oddity(NamedTuple):
    """What is odd about a certificate."""

    event: str
    detail: str


def oddity_of(certificate: Taken, now: datetime) -> Oddity | None:
    """What clients will not like about a certificate, now or soon; None if nothing."""
    try:
        shown = _shaken_hands(certificate.context, trusting(certificate.chain))
    except ssl.SSLError as error:
        refusal = getattr(error, "verify_message", None) or error.reason or str(error)
        return Oddity("tls_certificate_refused_by_clients", refusal)
    begins, ends = _moment(shown["notBefore"]), _moment(shown["notAfter"])
    if now >= ends:
        return Oddity("tls_certificate_expired", f"on {ends:%Y-%m-%d}; clients will refuse it")
    if now < begins:
        return Oddity("tls_certificate_not_valid_yet", f"before {begins:%Y-%m-%d}")
    if ends - now < SOON:
        return Oddity("tls_certificate_expires_soon", f"on {ends:%Y-%m-%d}")
    return None


def _shaken_hands(server: ssl.SSLContext, client: ssl.SSLContext) -> Mapping[str, Any]:
    """The certificate that a client is shown, in a handshake without a network. Raises ssl.SSLError."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = (client.wrap_bio(to_client, to_server), server.wrap_bio(to_server, to_client, server_side=True))
    for side in sides * _TURNS:
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    return sides[0].getpeercert() or {}


def _text(path: Path, key: str) -> str:
    try:
        return path.read_text(encoding="latin-1")
    except OSError as error:
        fix = "name a file that Sunledger may read"
        raise Unusable(key, f"{path} cannot be read ({error.strerror})", fix) from error


def _explained(pair: Pair, error: OSError) -> Unusable:
    reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
    if reason == "KEY_VALUES_MISMATCH":
        message = f"{pair.key} is not the key of the first certificate in {pair.certificate}"
        return Unusable("TLS_KEY", message, "name the pair, the server's own certificate first in its file")
    message = f"{pair.certificate} and {pair.key} cannot be used ({reason or error})"
    return Unusable("TLS_CERT", message, "name a certificate and its key, both PEM")


def _marks(pair: Pair) -> tuple[object, ...]:
    """What differs once one of the files is another one."""
    return _mark(pair.certificate), _mark(pair.key)


def _mark(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _moment(shown: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(shown), UTC)
