"""Where a DTU can be, and where it is never looked for."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.sites.whereabouts import is_plausible, is_plausible_host


@pytest.mark.parametrize(
    "address",
    ["192.168.1.100", "10.1.2.3", "172.16.0.9", "127.0.0.1", "::1", "203.0.113.5", "fd12:3456::1"],
)  # fmt: skip
def test_a_dtu_may_be_at_home_on_this_machine_or_anywhere(address: str) -> None:
    assert is_plausible(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "169.254.1.1", "0.0.0.0", "255.255.255.255", "224.0.0.251", "100.100.100.200",
        "168.63.129.16", "::", "::169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
        "fd00:ec2::254", "fd20:ce::254", "ff02::1", "fe80::1", "fe80::1%eth0",
    ],
)  # fmt: skip
def test_it_is_never_where_something_else_listens_to_whoever_is_near(address: str) -> None:
    assert not is_plausible(ip_address(address))
    assert not is_plausible_host(address)


@given(st.ip_addresses(v=4))
def test_an_address_is_the_same_however_it_is_written(address: IPv4Address) -> None:
    assert is_plausible(IPv6Address(f"::ffff:{address}")) is is_plausible(address)


@pytest.mark.parametrize("host", ["dtu.lan", "localhost", "2852039166"])
def test_of_a_name_only_its_addresses_can_tell(host: str) -> None:
    assert is_plausible_host(host)
