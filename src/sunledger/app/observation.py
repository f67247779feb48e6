"""The keys of what others are told of how Sunledger works: traces, and crashes."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from sunledger.app.forms import Secret, Switch, complaint
from sunledger.app.keys import Group, Key


def _http_url(given: str) -> str:
    try:
        parts = urlsplit(given)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise complaint("is no address of HTTP", "give one such as http://localhost:4318")
    return given.rstrip("/")


def _assignments(secret: SecretStr | None) -> SecretStr | None:
    pairs = [] if secret is None else secret.get_secret_value().split(",")
    if not all(pair.partition("=")[0].strip() and "=" in pair for pair in pairs):
        raise complaint("is no list of headers", "write name=value,name=value, values quoted as in a URL")
    return secret


def _dsn(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None:
        _http_url(secret.get_secret_value())
    return secret


class Observation(Group):
    """What others are told of how Sunledger works: traces, and crashes."""

    tracing_enabled: Annotated[
        Switch, Key("traces of requests and polls by OpenTelemetry; needs sunledger[tracing]")
    ] = False
    otel_exporter_otlp_endpoint: Annotated[
        str, AfterValidator(_http_url), Key("where traces go: a collector that speaks OTLP over HTTP")
    ] = "http://localhost:4318"
    otel_exporter_otlp_headers: Annotated[
        Secret,
        AfterValidator(_assignments),
        Key("headers that it wants", form="such as authorization=Basic%20abc,tenant=home", secret=True),
    ] = None
    otel_service_name: Annotated[str, Field(min_length=1), Key("how traces call us")] = "sunledger"
    otel_traces_sampler_arg: Annotated[
        float, Field(ge=0, le=1), Key("the part of requests and polls that is traced")
    ] = 1.0
    sentry_dsn: Annotated[
        Secret,
        AfterValidator(_dsn),
        Key("a Sentry project that crashes are reported to; needs sunledger[sentry]", secret=True),
    ] = None
