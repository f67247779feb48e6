"""Where a request comes from: proxies that were named are believed, and nobody else."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from sunledger.api.forwarded import Origin, SeenFrom, origin_of, seen_from

TRUSTED = [ip_network("10.0.0.0/24"), ip_network("2001:db8:5::/48")]
PROXY = "10.0.0.2"
HERE = {"host": "localhost:8080"}


def address(headers: dict[str, str], peer: str = PROXY) -> str | None:
    found = seen_from(headers, peer, TRUSTED).address
    return None if found is None else str(found)


class TestWithoutAProxy:
    def test_the_connection_says_who_asks(self) -> None:
        origin = seen_from({"host": "sun.example:8080"}, "203.0.113.9", TRUSTED)
        assert origin == Origin(ip_address("203.0.113.9"), "http", "sun.example:8080")

    def test_tls_of_our_own_counts(self) -> None:
        assert seen_from(HERE, "203.0.113.9", TRUSTED, "https").scheme == "https"

    @pytest.mark.parametrize(
        "header",
        [
            {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https", "x-forwarded-host": "evil"},
            {"forwarded": "for=127.0.0.1;proto=https;host=evil"},
        ],
    )
    def test_what_a_stranger_says_of_himself_does_not(self, header: dict[str, str]) -> None:
        origin = seen_from(HERE | header, "203.0.113.9", TRUSTED)
        assert origin == Origin(ip_address("203.0.113.9"), "http", "localhost:8080")

    def test_an_address_of_version_4_in_one_of_6_is_one_of_4(self) -> None:
        assert address({}, "::ffff:203.0.113.9") == "203.0.113.9"

    def test_nobody_has_no_address_and_is_in_no_network(self) -> None:
        origin = seen_from(HERE, None, TRUSTED)
        assert origin.address is None
        assert not origin.within([ip_network("0.0.0.0/0"), ip_network("::/0")])


class TestThisMachine:
    @pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"])
    @pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:8080"])
    def test_is_local_by_a_name_of_its_own(self, peer: str, host: str) -> None:
        assert seen_from({"host": host}, peer, TRUSTED).local

    @pytest.mark.parametrize("host", ["", "evil.example", "localhost.evil.example", "[", "10.0.0.2"])
    def test_is_not_local_where_a_page_has_made_its_name_lead_here(self, host: str) -> None:
        assert not seen_from({"host": host}, "127.0.0.1", TRUSTED).local

    @pytest.mark.parametrize(
        "header",
        ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via",
         "x-forwarded-anything"],
    )  # fmt: skip
    def test_is_not_local_through_a_proxy_that_nobody_has_named(self, header: str) -> None:
        assert not seen_from(HERE | {header: "127.0.0.1"}, "127.0.0.1", []).local

    @pytest.mark.parametrize("headers", [{}, {"x-forwarded-for": "127.0.0.1"}])
    def test_is_not_local_through_a_proxy_that_was_named(self, headers: dict[str, str]) -> None:
        trusted = [ip_network("127.0.0.0/8")]
        assert not seen_from(HERE | headers, "127.0.0.1", trusted).local

    def test_is_not_the_network(self) -> None:
        assert not seen_from(HERE, "192.168.1.5", []).local


class TestBehindANamedProxy:
    def test_the_header_says_who_asks_how_and_whom(self) -> None:
        headers = HERE | {
            "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https", "x-forwarded-host": "sun.example",
        }  # fmt: skip
        assert seen_from(headers, PROXY, TRUSTED) == Origin(ip_address("203.0.113.9"), "https", "sun.example")
        written = HERE | {"forwarded": 'For="203.0.113.9:4711";Proto=HTTPS;host=sun.example;by=_x'}
        assert seen_from(written, PROXY, TRUSTED) == Origin(ip_address("203.0.113.9"), "https", "sun.example")

    def test_without_more_the_request_itself_says_how_and_whom(self) -> None:
        origin = seen_from(HERE | {"x-forwarded-for": "203.0.113.9"}, PROXY, TRUSTED)
        assert (origin.scheme, origin.host) == ("http", "localhost:8080")

    @pytest.mark.parametrize(
        ("said", "counts"),
        [
            ("127.0.0.1, 203.0.113.9", "203.0.113.9"),
            ("198.51.100.1, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
            ("203.0.113.9,,10.0.0.7 , 10.0.0.8", "203.0.113.9"),
            ("10.0.0.9, 10.0.0.8", "10.0.0.9"),
            ("2001:db8::7, [2001:db8:5::1]:443", "2001:db8::7"),
            ("203.0.113.9:51000", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("198.51.100.1, unknown", None),
            ("198.51.100.1, _hidden, 10.0.0.7", None),
            ("rubbish", None),
            ("", None),
        ],
    )
    def test_the_rightmost_address_that_is_no_such_proxy_counts(self, said: str, counts: str | None) -> None:
        assert address({"x-forwarded-for": said}) == counts

    def test_scheme_and_host_are_those_that_the_same_hop_has_seen(self) -> None:
        headers = {
            "x-forwarded-for": "198.51.100.1, 203.0.113.9, 10.0.0.7",
            "x-forwarded-proto": "http, https, http",
            "x-forwarded-host": "evil, sun.example, inner",
        }
        origin = seen_from(headers, PROXY, TRUSTED)
        assert (origin.scheme, origin.host) == ("https", "sun.example")
        written = {"forwarded": "for=1.1.1.1, for=203.0.113.9;proto=https, for=10.0.0.7;proto=http"}
        assert seen_from(written, PROXY, TRUSTED).scheme == "https"

    def test_who_has_slipped_the_other_kind_of_header_through_has_no_address(self) -> None:
        assert address({"x-forwarded-for": "203.0.113.9", "forwarded": "for=192.168.1.5"}) is None
        assert address({"x-forwarded-for": "192.168.1.5", "forwarded": "for=203.0.113.9"}) is None
        assert address({"x-forwarded-for": "203.0.113.9", "forwarded": "for=203.0.113.9"}) == "203.0.113.9"

    def test_another_scheme_than_these_two_does_not_count(self) -> None:
        headers = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "javascript"}
        assert seen_from(headers, PROXY, TRUSTED).scheme == "http"

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_no_header_is_too_odd(self, listed: str, written: str) -> None:
        headers = {"x-forwarded-for": listed, "forwarded": written, "host": written}
        assert not seen_from(headers, PROXY, TRUSTED).local
        assert seen_from(headers, "203.0.113.9", TRUSTED).address == ip_address("203.0.113.9")

    @given(st.text(st.characters(codec="ascii"), max_size=30))
    def test_whatever_a_client_says_the_proxy_s_own_word_counts(self, said: str) -> None:
        joined = ",".join(filter(None, [said, "203.0.113.9"]))
        assert address({"x-forwarded-for": joined}) in {"203.0.113.9", None}


async def passed(
    scope_type: str,
    scheme: str,
    headers: list[tuple[bytes, bytes]],
    client: str = PROXY,
    version: str = "1.1",
) -> HTTPConnection:
    """The connection as the application behind the middleware has it."""
    seen: list[HTTPConnection] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(HTTPConnection(scope))

    async def receive() -> Message:
        return {}

    async def send(_: Message) -> None:
        return

    scope = {
        "type": scope_type, "scheme": scheme, "headers": headers, "client": (client, 5),
        "http_version": version,
    }  # fmt: skip
    await SeenFrom(application, TRUSTED)(scope, receive, send)
    return seen[0]


@pytest.mark.parametrize(("kind", "scheme"), [("http", "https"), ("websocket", "wss")])
async def test_a_request_carries_its_origin_and_the_scheme_that_the_client_sees(
    kind: str, scheme: str
) -> None:
    plain = {"https": "http", "wss": "ws"}[scheme]
    headers = [
        (b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"203.0.113.9"),
        (b"x-forwarded-proto", b"https"), (b"host", b"inner"),
    ]  # fmt: skip
    connection = await passed(kind, plain, headers)
    assert origin_of(connection) == Origin(ip_address("203.0.113.9"), "https", "inner")
    assert connection.scope["scheme"] == scheme


@pytest.mark.parametrize(("version", "local"), [("1.1", True), ("1.0", False)])
async def test_what_speaks_like_an_old_proxy_is_not_this_machine(version: str, local: bool) -> None:
    connection = await passed("http", "http", [(b"host", b"127.0.0.1:8080")], "127.0.0.1", version)
    assert origin_of(connection).local is local


def test_limits_count_an_address_and_all_of_a_line_of_ipv6_together() -> None:
    def counted(address: str) -> str:
        return seen_from({}, address, []).household

    assert counted("192.0.2.7") != counted("192.0.2.8")
    assert counted("2001:db8:1:2::1") == counted("2001:db8:1:2:ffff::7") == "2001:db8:1:2::/64"
    assert counted("2001:db8:1:2::1") != counted("2001:db8:1:3::1")
    assert counted("::ffff:192.0.2.7") == counted("192.0.2.7")
    assert counted("nowhere") == ""
