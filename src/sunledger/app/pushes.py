"""The subscription at the MQTT broker that the configuration names."""

import asyncio
import ssl
from typing import TYPE_CHECKING

from sunledger.app.broker import Mqtt
from sunledger.app.problems import ConfigurationError, Problem
from sunledger.intake.exclusion import Accept
from sunledger.intake.subscription import TOPIC, Subscribed, Subscription
from sunledger.sitetime import Clock

if TYPE_CHECKING:
    from sunledger.transports.mqtt import Broker


def _broker(keys: Mqtt, host: str) -> "Broker":
    """Where the broker is. Raises ConfigurationError where a file of TLS is no good."""
    from sunledger.transports.mqtt import Broker

    try:
        tls = _tls(keys) if keys.mqtt_tls else None
    except OSError as error:
        wrong, fix = f"cannot be used ({error})", "name PEM files that can be read here"
        files = "MQTT_TLS_CA, MQTT_TLS_CERT, MQTT_TLS_KEY"
        raise ConfigurationError([Problem(files, "configuration", wrong, fix)]) from None
    return Broker(
        host=host,
        port=keys.mqtt_port,
        client_id=keys.mqtt_client_id,
        user=keys.mqtt_user,
        password=None if keys.mqtt_password is None else keys.mqtt_password.get_secret_value(),
        tls=tls,
    )


def _tls(keys: Mqtt) -> ssl.SSLContext:
    from sunledger.transports.mqtt import Tls

    tls = Tls(
        ca=keys.mqtt_tls_ca,
        certificate=keys.mqtt_tls_cert,
        key=keys.mqtt_tls_key,
        insecure=keys.mqtt_tls_insecure,
    )
    return tls.context()


class BrokerPushes:
    """The subscription of a running Sunledger."""

    def __init__(self, keys: Mqtt, host: str, clock: Clock, accept: Accept) -> None:
        from sunledger.transports.mqtt import MqttSubscription

        self._inbox = MqttSubscription(_broker(keys, host), TOPIC, clock, keys.mqtt_shared_group)
        self._subscription = Subscription(clock, self._inbox, accept)
        self._taking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connect, and take in what comes, in the background."""
        self._inbox.start()
        self._taking = asyncio.create_task(self._subscription.run(), name="mqtt")

    async def close(self) -> None:
        """Take nothing more; what is not acknowledged stays with the broker."""
        if self._taking is not None:
            self._taking.cancel()
            await asyncio.wait([self._taking])
            await self._inbox.close()

    def standing(self) -> Subscribed:
        """How it is doing."""
        return self._subscription.standing

    def alarm(self) -> str | None:
        """What an owner has to know; None while all is well."""
        return self._subscription.alarm


def pushes_of(keys: Mqtt, clock: Clock, accept: Accept) -> BrokerPushes | None:
    """The subscription that is asked for, not started yet; nothing is imported where none is.

    Raises ConfigurationError.
    """
    return None if keys.mqtt_broker is None else BrokerPushes(keys, keys.mqtt_broker, clock, accept)
