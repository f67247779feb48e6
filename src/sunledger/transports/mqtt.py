"""A subscription at an MQTT broker whose messages are acknowledged only when the receiver says so.

MQTT 5 (OASIS, 2019), QoS 1, in a session that outlives connections: what was not acknowledged is sent again
when we come back. A receiver that waits makes the queue grow there and not here: the broker is asked to send
at most `MOST_IN_FLIGHT` messages beyond those that were acknowledged (Receive Maximum). Some forget this, as
Mosquitto 2.0.11 does (eclipse-mosquitto/mosquitto#2301); so with `MOST_HELD` bytes here we stop to read.

paho runs the connection in a thread of its own and connects again by itself; where something there raises, we
let it begin anew. Message identifiers count within one connection only: an acknowledgement after its
connection is never sent, for the broker may have given the identifier to another message. This module is
imported only where a broker is configured.

*State: the connection, the messages that nobody has taken yet, and when those came that we owe an answer.*
"""

import asyncio
import ssl
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from sunledger.sitetime import Clock

log = structlog.get_logger("sunledger.transports")

MOST_IN_FLIGHT = 200
"""Messages that the broker sends before it waits for an acknowledgement."""
MOST_HELD = 8 << 20
"""Bytes of messages that wait here, about."""
LARGEST_BATCH = 1 << 20
"""Bytes of the messages that are taken at once; a longer message is taken alone."""
SESSION = 30 * 24 * 3600
"""Seconds that the broker keeps what comes while we are away."""
_KEEPALIVE = 30
_OVERHEAD = 300
"""Bytes that a message takes up besides its payload, about."""
_SHORTEST_WAIT, _LONGEST_WAIT = 1, 30
"""Seconds between two attempts to connect, doubled each time."""
AFTER_ERROR = 5.0
"""Seconds from an error that nobody foresaw to the next connection."""
_TWIN = "if that goes on, see whether another client has our MQTT_CLIENT_ID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How the broker proves who it is, and how we do."""

    ca: Path | None = None
    """None trusts whom the system trusts."""
    certificate: Path | None = None
    key: Path | None = None
    insecure: bool = False

    def context(self) -> ssl.SSLContext:
        """The settings of a connection. Raises OSError (ssl.SSLError is one) where a file is no good."""
        context = ssl.create_default_context(cafile=self.ca)
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        if self.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where the broker is, and who we are there."""

    host: str
    port: int = 1883
    client_id: str
    """Names the session: no two clients of a broker may have the same."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was received and has yet to be acknowledged."""

    topic: str
    payload: bytes
    qos: int
    mid: int
    connection: int
    came_at: datetime
    """When it came; when it came first if the broker has sent it again."""

    @property
    def size(self) -> int:
        """Bytes that it takes up."""
        return len(self.payload) + _OVERHEAD


class _Enduring(Client):
    """A client whose thread outlives an error; paho's own would end with it, and nobody would be told.

    `recover` is called in that thread, and says whether to go on.
    """

    recover: Callable[[Exception], bool]

    def loop_forever(self, timeout: float = 1.0, retry_first_connection: bool = False) -> MQTTErrorCode:
        """Be the client until it is closed; this is what paho's thread does."""
        while True:
            try:
                return super().loop_forever(timeout, retry_first_connection)
            except Exception as error:
                log.exception("mqtt_failed")
                if not self.recover(error):
                    return MQTTErrorCode.MQTT_ERR_UNKNOWN


class MqttSubscription:
    """Receives what is published on a topic; with a group, its members share the messages."""

    def __init__(self, broker: Broker, topic: str, clock: Clock, group: str | None = None) -> None:
        self._broker = broker
        self._clock = clock
        self._topic = topic
        self._filter = topic if group is None else f"$share/{group}/{topic}"
        self._client = self._make_client()
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Message] = deque()
        self._held = 0
        self._room = threading.Condition()
        """Guards how many bytes wait, or are on their way from paho's thread."""
        self._arrival = asyncio.Event()
        self._acknowledging = threading.Lock()
        self._owed: dict[int, tuple[int, datetime]] = {}
        """By identifier what came in this session and was not acknowledged: its hash, and when it came."""
        self._connections = 0
        self._connection = 0
        """The number of the connection there is; 0 for none. Changed under the lock, by paho's thread."""
        self._connected = False
        self._error: str | None = None
        self._closing = False

    def _make_client(self) -> Client:
        broker = self._broker
        client = _Enduring(
            CallbackAPIVersion.VERSION2,
            broker.client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            manual_ack=True,
        )
        client.reconnect_delay_set(_SHORTEST_WAIT, _LONGEST_WAIT)
        if broker.user or broker.password:
            client.username_pw_set(broker.user or "", broker.password)
        if broker.tls is not None:
            client.tls_set_context(broker.tls)
        client.recover = self._recover
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def start(self) -> None:
        """Connect, and go on connecting, in the background."""
        self._begin()
        self._client.loop_start()

    def _begin(self) -> None:
        """Tell the client's thread to connect, without a connection that it may have."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it untyped
        properties.SessionExpiryInterval = SESSION
        properties.ReceiveMaximum = MOST_IN_FLIGHT
        broker = self._broker
        self._client.connect_async(
            broker.host, broker.port, _KEEPALIVE, clean_start=False, properties=properties
        )

    async def close(self) -> None:
        """Say goodbye; the broker keeps what was not acknowledged."""
        with self._room:
            self._closing = True
            self._room.notify()
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    @property
    def connected(self) -> bool:
        """Whether messages can come."""
        return self._connected

    @property
    def error(self) -> str | None:
        """Why they cannot; None while they can, or before anything was tried."""
        return self._error

    @property
    def waiting(self) -> int:
        """Messages that nobody has taken yet."""
        return len(self._waiting)

    async def received(self) -> Sequence[Message]:
        """Wait for messages, and take those that are there, at most about `LARGEST_BATCH` bytes."""
        while not self._waiting:
            self._arrival.clear()
            await self._arrival.wait()
        batch = [self._waiting.popleft()]
        size = batch[0].size
        while self._waiting and size + self._waiting[0].size <= LARGEST_BATCH:
            batch.append(self._waiting.popleft())
            size += batch[-1].size
        self._let_go(batch)
        return batch

    def is_ours(self, message: Message) -> bool:
        """Whether it will not come again: the broker sends it anew after the loss of its connection."""
        return message.qos == 0 or message.connection == self._connection

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell the broker that it need not keep these, in the order in which they came."""
        with self._acknowledging:
            for message in messages:
                if message.qos and message.connection == self._connection:
                    self._owed.pop(message.mid, None)
                    self._client.ack(message.mid, message.qos)

    # In paho's thread:

    def _on_connect(
        self, client: Client, _: object, flags: ConnectFlags, reason: ReasonCode, __: Properties | None
    ) -> None:
        if reason.is_failure:
            self._tell(self._lost, f"it refuses us ({reason}): see MQTT_USER, MQTT_PASSWORD, MQTT_CLIENT_ID")
            return
        with self._acknowledging:
            self._connections += 1
            self._connection = self._connections
            if not flags.session_present:
                self._owed.clear()
        if self._filter != self._topic:
            client.unsubscribe(self._topic)  # the session may know it from the time before there was a group
        # what was retained says nothing of now
        options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
        client.subscribe(self._filter, options=options)

    def _on_subscribe(
        self, _: Client, __: object, ___: int, reasons: list[ReasonCode], ____: Properties | None
    ) -> None:
        refused = next((reason for reason in reasons if reason.is_failure), None)
        if refused is None:
            self._tell(self._opened)
        else:
            self._tell(
                self._lost, f"it lets us not subscribe to {self._filter} ({refused}): see its access list"
            )

    def _on_connect_fail(self, _: Client, __: object) -> None:
        self._tell(self._lost, f"{sys.exc_info()[1]}")  # paho calls this while it handles the error

    def _on_disconnect(
        self, _: Client, __: object, ___: DisconnectFlags, reason: ReasonCode, ____: Properties | None
    ) -> None:
        self._disconnected()
        self._tell(self._parted, f"the connection was lost ({reason}); {_TWIN}")

    def _on_message(self, _: Client, __: object, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        payload = bytes(message.payload)
        came_at = self._came_at(message, hash((topic, payload)))
        received = Message(topic, payload, message.qos, message.mid, self._connection, came_at)
        with self._room:
            self._room.wait_for(lambda: self._held < MOST_HELD or self._closing)
            self._held += received.size
        self._tell(self._arrived, received)

    def _came_at(self, message: MQTTMessage, content: int) -> datetime:
        """Now; or when it came first: in a session, what we owe is sent again under its identifier (4.4)."""
        now = self._clock.now()
        if not message.qos:
            return now
        with self._acknowledging:
            known, first = self._owed.get(message.mid, (None, now))
            came_at = first if message.dup and known == content else now
            self._owed[message.mid] = content, came_at
        return came_at

    def _recover(self, error: Exception) -> bool:
        """Leave the connection in which something went wrong, and connect anew unless we are closing."""
        self._disconnected()
        self._tell(self._lost, f"an error, see the log ({type(error).__name__}: {error})")
        with self._room:
            if self._room.wait_for(lambda: self._closing, AFTER_ERROR):
                return False
        self._begin()
        return True

    def _disconnected(self) -> None:
        with self._acknowledging:
            self._connection = 0

    def _tell(self, do: Callable[..., None], *arguments: object) -> None:
        self._loop.call_soon_threadsafe(do, *arguments)

    # In the event loop:

    def _opened(self) -> None:
        self._connected, self._error = True, None
        log.info("mqtt_connected", broker=str(self._broker), topic=self._filter)

    def _parted(self, why: str) -> None:
        self._lost(self._error or why)

    def _lost(self, why: str) -> None:
        """Forget what the broker will send again, and note why, once."""
        again = [message for message in self._waiting if not self.is_ours(message)]
        self._waiting = deque(message for message in self._waiting if self.is_ours(message))
        self._let_go(again)
        if self._error != why and not self._closing:
            log.warning("mqtt_away", broker=str(self._broker), error=why)
        self._connected, self._error = False, why

    def _arrived(self, message: Message) -> None:
        if not self.is_ours(message):  # it waited for room, and will come again
            self._let_go([message])
            return
        self._waiting.append(message)
        self._arrival.set()

    def _let_go(self, messages: Sequence[Message]) -> None:
        """Note that these no longer wait."""
        with self._room:
            self._held -= sum(message.size for message in messages)
            self._room.notify()
