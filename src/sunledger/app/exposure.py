"""The keys of how Sunledger can be reached: TLS, proxies, and the pages of others."""

from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, field_validator

from sunledger.app.forms import Networks, OptionalFile, complaint, listed
from sunledger.app.keys import Group, Key


def _origin(given: str) -> str:
    """An origin as browsers write it."""
    try:
        parts = urlsplit(given.lower())
        usual = parts.port is None or (parts.scheme, parts.port) in {("http", 80), ("https", 443)}
        port = "" if usual else f":{parts.port}"
    except ValueError:
        raise complaint(f"'{given}' is no origin") from None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    if parts.scheme not in {"http", "https"} or not host or "*" in host or parts.username is not None:
        raise complaint(f"'{given}' is no origin", "name each one, such as https://home.example:8123")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise complaint(f"'{given}' has more than an origin", f"give {parts.scheme}://{host}{port}")
    return f"{parts.scheme}://{host}{port}"


def _somebody(networks: tuple[str, ...]) -> tuple[str, ...]:
    for network in networks:
        if ip_network(network).prefixlen == 0:
            raise complaint(f"{network} is everybody", "name the addresses of your proxies")
    return networks


@dataclass(frozen=True, slots=True)
class Pair:
    """Files in PEM: a certificate with the chain that leads up from it, and its key."""

    certificate: Path
    key: Path


Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], BeforeValidator(listed)]
Proxies = Annotated[Networks, AfterValidator(_somebody)]


class Exposure(Group):
    """How Sunledger is reached from elsewhere: TLS, proxies, the pages of others."""

    tls_cert: Annotated[
        OptionalFile,
        Key("certificate of the server, and its chain; with TLS_KEY it speaks TLS", form="a PEM file"),
    ] = None
    tls_key: Annotated[OptionalFile, Key("its private key, without a passphrase", form="a PEM file")] = None
    trusted_proxies: Annotated[
        Proxies,
        Key(
            "address ranges of proxies whose X-Forwarded and Forwarded headers are believed",
            form="ranges such as 172.18.0.0/16",
        ),
    ] = ()
    frame_ancestors: Annotated[
        Origins,
        Key(
            "whose pages may show ours in a frame, such as Home Assistant's",
            form="origins such as http://homeassistant.local:8123",
        ),
    ] = ()
    cors_origins: Annotated[
        Origins,
        Key("whose pages may read the API with a token", form="origins such as https://panel.example"),
    ] = ()

    @field_validator("tls_key")
    @classmethod
    def _both_or_none(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        if "tls_cert" in info.data and (info.data["tls_cert"] is None) != (path is None):
            raise complaint("makes TLS only together with TLS_CERT", "give both of them or neither")
        return path

    @property
    def pair(self) -> Pair | None:
        """The files that make TLS, where it is wanted."""
        if self.tls_cert is None or self.tls_key is None:
            return None
        return Pair(self.tls_cert, self.tls_key)
