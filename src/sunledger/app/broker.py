"""The keys of the MQTT broker."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo, field_validator

from sunledger.app.forms import Name, OptionalFile, OptionalName, Port, Secret, Switch, Text, Words, complaint
from sunledger.app.keys import Group, Key


def _host(given: str | None) -> str | None:
    """A name or an address, without scheme and port."""
    if given is None:
        return None
    try:
        return str(ip_address(given))
    except ValueError:
        if ":" in given or "/" in given:
            raise complaint("is not a host alone", "give the host here, and its port as MQTT_PORT") from None
    try:
        given.encode("idna")
    except UnicodeError:
        raise complaint("is no host") from None
    return given


class Mqtt(Group):
    """MQTT: what devices publish on devices/<id>/telemetry."""

    mqtt_broker: Annotated[
        Text, AfterValidator(_host), Key("host of the broker; unset: none", example="localhost")
    ] = None
    mqtt_port: Annotated[Port, Key("its port, mostly 8883 with TLS")] = 1883
    mqtt_user: Annotated[Text, Key("user at the broker")] = None
    mqtt_password: Annotated[Secret, Key("that user's password", secret=True)] = None
    mqtt_tls: Annotated[Switch, Key("TLS to the broker")] = False
    mqtt_tls_insecure: Annotated[Switch, Key("do not check the broker's certificate")] = False
    mqtt_tls_ca: Annotated[
        OptionalFile, Key("CA of the broker; unset: those of the system", form="a path")
    ] = None
    mqtt_tls_cert: Annotated[OptionalFile, Key("our certificate", form="a path")] = None
    mqtt_tls_key: Annotated[OptionalFile, Key("our private key", form="a path")] = None
    mqtt_client_id: Annotated[
        Name, Key("how we call ourselves; no two clients alike", form="1 to 64 letters, digits, _ and -")
    ] = "sunledger"
    mqtt_shared_group: Annotated[
        OptionalName,
        Key("several Sunledgers of one group share the messages", form="1 to 64 letters, digits, _ and -"),
    ] = None
    mqtt_topic_prefix: Annotated[str, Key("topic under which entities are announced", later=True)] = (
        "homeassistant"
    )
    mi_entities: Annotated[
        Words, Key("measurements of inverters to publish; empty: all", form="a list of names", later=True)
    ] = ()
    port_entities: Annotated[
        Words, Key("measurements of ports to publish; empty: all", form="a list of names", later=True)
    ] = ()

    @field_validator("mqtt_tls_ca", "mqtt_tls_cert", "mqtt_tls_key")
    @classmethod
    def _has_tls(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        if path is not None and info.data.get("mqtt_tls") is False:
            raise complaint("does nothing without TLS", "set MQTT_TLS=true")
        return path

    @field_validator("mqtt_tls_key")
    @classmethod
    def _has_a_certificate(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        if path is not None and "mqtt_tls_cert" in info.data and info.data["mqtt_tls_cert"] is None:
            raise complaint("is a key without a certificate", "set MQTT_TLS_CERT too")
        return path
