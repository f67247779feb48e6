"""Where a DTU can be.

Whoever enters one, or asks for a survey, makes Sunledger connect to a host of their choice. So it never
connects to where no DTU can be, but something else may listen to whoever is near: link-local addresses, those
that clouds tell machines their secrets at, groups. The owner's configuration is not restricted.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

_NEVER = [
    ip_network(each)
    for each in (
        "0.0.0.0/8",
        "100.100.100.200/32",  # Alibaba's metadata
        "168.63.129.16/32",  # Azure's wire server
        "169.254.0.0/16",
        "192.0.0.192/32",  # Oracle's metadata
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/8",  # none, and addresses of IPv4 in disguise
        "2001::/32",
        "2002::/16",
        "fd00:42::42/128",  # Scaleway's metadata
        "fd00:c1::a9fe:a9fe/128",  # Oracle's
        "fd00:ec2::/32",  # Amazon's
        "fd20:ce::254/128",  # Google's
        "fe80::/10",
        "ff00::/8",
    )
]


def is_plausible(address: Address) -> bool:
    """Whether a DTU could be there; one of IPv4 that is written as IPv6 is what it means."""
    meant = getattr(address, "ipv4_mapped", None) or address
    if meant.is_loopback:
        return True
    return not any(meant in network for network in _NEVER if network.version == meant.version)


def is_plausible_host(host: str) -> bool:
    """Whether a DTU could be there, as far as can be told of a host that may be a name."""
    try:
        return is_plausible(ip_address(host))
    except ValueError:
        return True
