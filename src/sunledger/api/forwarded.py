"""Who asks, when a proxy may stand in between: address, scheme and host as the client has them.

Anybody can write a `Forwarded` (RFC 7239) or `X-Forwarded-For` header. So they are believed only from proxies
that the owner has named, and there the rightmost address counts that is no such proxy: what stands left of it
came with the request. Who cannot be told has no address, and so belongs to no network.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SIGNS = frozenset({"forwarded", "via", "x-real-ip"})
"""Headers that only proxies write, besides all that begin with x-forwarded-."""
_REMEMBERED = 1024
"""Addresses and hosts that are not parsed again: the same ones ask again and again."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from."""

    address: Address | None
    """The client's; None when it cannot be told."""
    scheme: str
    """`http` or `https`, also of a WebSocket."""
    host: str
    """What the client calls us, with a port if it names one."""
    local: bool = False
    """This machine itself, straight and by a loopback name: neither through any proxy, named or not, nor by
    a page that has made its own name lead here."""

    def within(self, networks: Sequence[Network]) -> bool:
        """Whether the address belongs to one of these networks."""
        return self.address is not None and any(self.address in network for network in networks)

    @property
    def household(self) -> str:
        """Whom limits count: an address, or all that share the first 64 bits of an IPv6 one.

        So many are given to one line (RFC 6177), whose owner could use another address for each request.
        """
        if isinstance(self.address, IPv6Address):
            return f"{IPv6Address(int(self.address) >> 64 << 64)}/64"
        return str(self.address or "")


class _Hop(NamedTuple):
    """What one proxy says of the one before it."""

    address: Address | None
    scheme: str | None = None
    host: str | None = None


def seen_from(
    headers: Mapping[str, str], socket_address: str | None, trusted: Sequence[Network], scheme: str = "http"
) -> Origin:
    """Where a request with these headers comes from; their names are in lower case.

    A header that came several times is joined by commas. `socket_address` is who holds the connection, and
    `scheme` what is spoken on it.
    """
    peer = _address(socket_address or "")
    direct = Origin(peer, scheme, headers.get("host", ""))
    if peer is None or not direct.within(trusted):
        local = peer is not None and peer.is_loopback and not passed_on(headers) and named_here(direct.host)
        return Origin(peer, scheme, direct.host, local)
    if not passed_on(headers):
        return direct
    hop = _client(list(_hops(headers)), trusted)
    return Origin(hop.address, hop.scheme or scheme, hop.host or direct.host)


def passed_on(headers: Mapping[str, str]) -> bool:
    """Whether a proxy has passed the request on, as far as one can see."""
    return any(name in _SIGNS or name.startswith("x-forwarded-") for name in headers)


@lru_cache(maxsize=_REMEMBERED)
def named_here(host: str) -> bool:
    """Whether a Host header names the machine itself."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    address = _address(name)
    return name == "localhost" or name.endswith(".localhost") if address is None else address.is_loopback


def _client(hops: Sequence[_Hop], trusted: Sequence[Network]) -> _Hop:
    """The rightmost hop that is no proxy of ours; the first of all if every one is."""
    for hop in reversed(hops):
        if hop.address is None or not any(hop.address in network for network in trusted):
            return hop
    return hops[0] if hops else _Hop(None)


def _hops(headers: Mapping[str, str]) -> Iterator[_Hop]:
    """The hops, the client's first.

    A proxy writes one kind of header and may let the other one through as it came: where the two differ,
    nobody knows which is the proxy's, and the client has no address.
    """
    listed, written = list(_of_list(headers)), list(_of_forwarded(headers.get("forwarded", "")))
    if not written:
        yield from listed
    elif not listed or [hop.address for hop in listed] == [hop.address for hop in written]:
        yield from written
    else:
        yield _Hop(None)


def _of_list(headers: Mapping[str, str]) -> Iterator[_Hop]:
    """The hops of X-Forwarded-For, with scheme and host where there are as many or at least one."""
    addresses = _pieces(headers.get("x-forwarded-for", ""))
    schemes = _pieces(headers.get("x-forwarded-proto", ""))
    hosts = _pieces(headers.get("x-forwarded-host", ""))
    for at, said in enumerate(addresses):
        behind = len(addresses) - at
        yield _Hop(_address(said), _scheme(_from_right(schemes, behind)), _from_right(hosts, behind))


def _from_right(pieces: Sequence[str], count: int) -> str | None:
    return pieces[-count:][0] if pieces else None


def _of_forwarded(header: str) -> Iterator[_Hop]:
    for element in _pieces(header):
        pairs = (pair.partition("=") for pair in _split(element, ";"))
        said = {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}
        yield _Hop(_address(said.get("for", "")), _scheme(said.get("proto")), said.get("host"))


def _pieces(header: str) -> list[str]:
    return [piece for piece in map(str.strip, _split(header, ",")) if piece]


def _split(text: str, separator: str) -> Iterator[str]:
    """The parts of a text; a separator between quotes separates nothing."""
    part, quoted = "", False
    for character in text:
        quoted ^= character == '"'
        if character == separator and not quoted:
            yield part
            part = ""
        else:
            part += character
    yield part


def _scheme(said: str | None) -> str | None:
    word = (said or "").lower()
    return word if word in {"http", "https"} else None


@lru_cache(maxsize=_REMEMBERED)
def _address(said: str) -> Address | None:
    """The address in `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::7` or `[2001:db8::7]:4711`, if any."""
    bare = said[1:].partition("]")[0] if said.startswith("[") else said
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


class SeenFrom:
    """Notes on every request where it comes from; `origin_of` reads it."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network] = ()) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on with its origin, and with the scheme that the client sees."""
        if scope["type"] in {"http", "websocket"}:
            secure = scope["scheme"] in {"https", "wss"}
            client = scope.get("client")
            origin = seen_from(
                _joined(scope["headers"]),
                client and client[0],
                self._trusted,
                "https" if secure else "http",
            )
            if scope.get("http_version") == "1.0":  # so speaks a proxy of old (nginx) that says nothing else
                origin = replace(origin, local=False)
            scope.setdefault("state", {})["origin"] = origin
            scope["scheme"] = _SCHEMES[scope["type"], origin.scheme]
        await self._app(scope, receive, send)


_SCHEMES = {
    ("http", "http"): "http",
    ("http", "https"): "https",
    ("websocket", "http"): "ws",
    ("websocket", "https"): "wss",
}


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """The headers, those that came several times as one."""
    joined: dict[str, str] = {}
    for raw, value in headers:
        name = raw.decode("latin-1")
        text = value.decode("latin-1")
        joined[name] = f"{joined[name]},{text}" if name in joined else text
    return joined


def origin_of(connection: HTTPConnection) -> Origin:
    """Where a request comes from."""
    origin: Origin = connection.scope["state"]["origin"]
    return origin


def address_of(connection: HTTPConnection) -> str:
    """The address that a request comes from; empty where nobody can tell."""
    return str(origin_of(connection).address or "")
