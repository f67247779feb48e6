"""The keys of who may come in: ready-made credentials, old programs, and how often anybody may ask."""

from collections.abc import Sequence
from ipaddress import IPv4Network, ip_network
from typing import Annotated

import structlog

from sunledger.app.forms import Count, Networks, Secret
from sunledger.app.keys import Group, Key

log = structlog.get_logger("sunledger.app")

_GATEWAYS = (IPv4Network("172.16.0.0/12"), IPv4Network("10.88.0.0/16"))
"""Where Docker and Podman put the gateways of their containers' networks unless told otherwise."""


class Entrance(Group):
    """Who may come in besides the users and tokens that are kept in the database."""

    api_token: Annotated[
        Secret, Key("a bearer token with the role of an operator, for unattended set-ups", secret=True)
    ] = None
    jwt_secret_key: Annotated[
        Secret,
        Key(
            "signs short-lived tokens; generated and kept if unset", also=("django_secret_key",), secret=True
        ),
    ] = None
    legacy_read_from: Annotated[
        Networks,
        Key(
            "address ranges that may read /metrics and the old paths without a credential",
            form="ranges such as 192.168.1.0/24",
        ),
    ] = ()
    rate_limit_anonymous: Annotated[
        Count, Key("requests a minute of an address without a credential; 0: no limit")
    ] = 60
    rate_limit: Annotated[Count, Key("requests a minute of a user or token; 0: no limit")] = 600
    rate_limit_ingest: Annotated[Count, Key("pushes a minute for one device; 0: no limit")] = 600


def warn_of_gateways(ranges: Sequence[str]) -> None:
    """Warn where a range lets in more than was meant.

    In a container, whoever comes through a published port has the address of the network's gateway.
    """
    for each in ranges:
        network = ip_network(each)
        if isinstance(network, IPv4Network) and any(network.overlaps(gateway) for gateway in _GATEWAYS):
            log.warning(
                "legacy_read_from_holds_a_container_gateway",
                range=each,
                means="in a container everybody may seem to come from there; name a narrower range",
            )
