"""A subscription at a real Mosquitto: what is not acknowledged comes again, whatever happens in between."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.servers.certificates import Certificates
from tests.servers.mosquitto import PASSWORD, USER, Mosquitto, running

from sunledger.sitetime import SystemClock
from sunledger.transports import mqtt
from sunledger.transports.mqtt import LARGEST_BATCH, MOST_HELD, Broker, Message, MqttSubscription, Tls

TOPIC = "devices/+/telemetry"
PATIENCE = 30.0


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with running() as server:
        yield server


async def until(there: Callable[[], bool]) -> None:
    """Wait for something that must happen."""
    for _ in range(round(PATIENCE * 100)):
        if there():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"not within {PATIENCE} s")


@asynccontextmanager
async def subscribed(
    at: Broker, group: str | None = None, *, ready: bool = True
) -> AsyncIterator[MqttSubscription]:
    subscription = MqttSubscription(at, TOPIC, SystemClock(), group)
    subscription.start()
    try:
        if ready:
            await until(lambda: subscription.connected)
        yield subscription
    finally:
        await subscription.close()


def as_client(server: Mosquitto, client_id: str = "sunledger", **more: object) -> Broker:
    return Broker(**{"host": "127.0.0.1", "port": server.port, "client_id": client_id, **more})  # type: ignore[arg-type]  # mypy sees no names


async def publish(server: Mosquitto, *payloads: bytes | str, qos: int = 1) -> None:
    await asyncio.to_thread(server.publish, "meter", *payloads, qos=qos)


async def take(subscription: MqttSubscription, count: int) -> Sequence[Message]:
    """So many messages, none of them acknowledged."""
    messages: list[Message] = []
    async with asyncio.timeout(PATIENCE):
        while len(messages) < count:
            messages += await subscription.received()
    return messages


def payloads(messages: Sequence[Message]) -> list[str]:
    return [message.payload.decode() for message in messages]


async def test_messages_come_with_their_topic(broker: Mosquitto) -> None:
    async with subscribed(as_client(broker)) as subscription:
        await publish(broker, "one")
        (message,) = await take(subscription, 1)
        assert (message.topic, message.payload) == ("devices/meter/telemetry", b"one")
        assert subscription.error is None


async def test_what_was_not_acknowledged_comes_again_and_nothing_else(broker: Mosquitto) -> None:
    async with subscribed(as_client(broker)) as subscription:
        await publish(broker, "one", "two", "three")
        messages = await take(subscription, 3)
        subscription.acknowledge(messages[:1])
    async with subscribed(as_client(broker)) as subscription:
        assert payloads(await take(subscription, 2)) == ["two", "three"]
        assert subscription.waiting == 0


async def test_what_comes_while_we_are_away_waits_at_the_broker(broker: Mosquitto) -> None:
    async with subscribed(as_client(broker)):
        pass
    await publish(broker, "meanwhile")
    async with subscribed(as_client(broker)) as subscription:
        assert payloads(await take(subscription, 1)) == ["meanwhile"]


async def test_an_acknowledgement_after_its_connection_is_not_sent(broker: Mosquitto) -> None:
    async with subscribed(as_client(broker)) as subscription:
        await publish(broker, "one", "two")
        before = await take(subscription, 2)
        await asyncio.to_thread(broker.stop)
        await until(lambda: not subscription.connected)
        assert "lost" in (subscription.error or "")
        assert not any(map(subscription.is_ours, before))
        await asyncio.to_thread(broker.start)
        after = await take(subscription, 2)
        subscription.acknowledge(before)
        assert all(map(subscription.is_ours, after))
        assert payloads(after) == ["one", "two"]
    async with subscribed(as_client(broker)) as subscription:
        again = await take(subscription, 2)
        assert payloads(again) == ["one", "two"]
        subscription.acknowledge(again)


async def test_a_message_that_is_sent_again_came_when_it_came_first(broker: Mosquitto) -> None:
    async with subscribed(as_client(broker)) as subscription:
        await publish(broker, "one", "two", "three")
        one, two, three = await take(subscription, 3)
        subscription.acknowledge([two])
        await asyncio.to_thread(broker.stop)
        await until(lambda: not subscription.connected)
        await asyncio.to_thread(broker.start)
        again = await take(subscription, 2)
        assert payloads(again) == ["one", "three"]
        assert [message.came_at for message in again] == [one.came_at, three.came_at]
        subscription.acknowledge(again)
        await publish(broker, "one")
        (other,) = await take(subscription, 1)
        assert other.came_at > three.came_at


async def test_messages_that_nobody_has_taken_are_forgotten_with_their_connection(broker: Mosquitto) -> None:
    async with subscribed(as_client(broker)) as subscription:
        await publish(broker, "one")
        await until(lambda: subscription.waiting == 1)
        await asyncio.to_thread(broker.stop)
        await until(lambda: subscription.waiting == 0)
        await asyncio.to_thread(broker.start)
        assert payloads(await take(subscription, 1)) == ["one"]


async def test_it_starts_before_its_broker(broker: Mosquitto) -> None:
    broker.stop()
    async with subscribed(as_client(broker), ready=False) as subscription:
        await until(lambda: subscription.error is not None)
        assert "refused" in (subscription.error or "")
        await asyncio.to_thread(broker.start)
        await until(lambda: subscription.connected)
        assert subscription.error is None


async def test_an_error_in_the_thread_of_the_connection_is_not_the_end_of_it(
    broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "AFTER_ERROR", 0.1)
    with capture_logs() as told:
        async with subscribed(as_client(broker)) as subscription:
            await publish(broker, "one", "two")
            before = await take(subscription, 2)
            stumble_once(subscription)
            await publish(broker, "three")
            assert payloads(await take(subscription, 3)) == ["one", "two", "three"]
            assert not any(map(subscription.is_ours, before))
            await until(lambda: subscription.connected)
            assert subscription.error is None
    (away,) = [entry for entry in told if entry["event"] == "mqtt_away"]
    assert "MemoryError: no room" in away["error"]


async def test_closing_does_not_wait_for_a_thread_that_recovers_from_an_error(broker: Mosquitto) -> None:
    async with subscribed(as_client(broker)) as subscription:
        stumble_once(subscription)
        await publish(broker, "one")
        await until(lambda: subscription.error is not None)
    async with subscribed(as_client(broker)) as subscription:
        assert payloads(await take(subscription, 1)) == ["one"]


def stumble_once(subscription: MqttSubscription) -> None:
    """Let the next message meet an error that nobody foresaw."""
    client = subscription._client
    whole = client.on_message

    def stumble(*_: object) -> None:
        client.on_message = whole
        raise MemoryError("no room")

    client.on_message = stumble


async def test_a_receiver_that_waits_makes_the_queue_grow_at_the_broker(broker: Mosquitto) -> None:
    message = b"x" * (LARGEST_BATCH // 2)
    count = 3 * MOST_HELD // len(message)
    async with subscribed(as_client(broker)) as subscription:
        await publish(broker, *[message] * count)
        await until(lambda: subscription.waiting * len(message) >= MOST_HELD - len(message))
        seen = 0
        while seen < count:
            assert subscription.waiting * len(message) <= MOST_HELD
            batch = await subscription.received()
            assert sum(len(each.payload) for each in batch) <= LARGEST_BATCH
            subscription.acknowledge(batch)
            seen += len(batch)


async def test_closing_does_not_wait_for_room(broker: Mosquitto) -> None:
    message = b"x" * LARGEST_BATCH
    async with subscribed(as_client(broker)) as subscription:
        await publish(broker, *[message] * (MOST_HELD // len(message) + 2))
        await until(lambda: subscription.waiting * len(message) >= MOST_HELD - len(message))


async def test_messages_of_qos_0_are_taken_too(broker: Mosquitto) -> None:
    async with subscribed(as_client(broker)) as subscription:
        await publish(broker, "one", qos=0)
        (message,) = await take(subscription, 1)
        assert subscription.is_ours(message)
        subscription.acknowledge([message])


async def test_a_group_shares_the_messages(broker: Mosquitto) -> None:
    async with (
        subscribed(as_client(broker, "a"), "fleet") as first,
        subscribed(as_client(broker, "b"), "fleet") as second,
        subscribed(as_client(broker, "c")) as alone,
    ):
        sent = [str(number) for number in range(20)]
        await publish(broker, *sent)
        await until(lambda: first.waiting + second.waiting == len(sent))
        assert first.waiting
        assert second.waiting
        shared = payloads([*await take(first, first.waiting), *await take(second, second.waiting)])
        assert sorted(shared, key=int) == sent
        assert payloads(await take(alone, len(sent))) == sent


async def test_joining_a_group_leaves_the_subscription_that_was(broker: Mosquitto) -> None:
    async with subscribed(as_client(broker)):
        pass
    async with subscribed(as_client(broker), "fleet") as subscription:
        await publish(broker, "one", "two")
        assert payloads(await take(subscription, 2)) == ["one", "two"]


async def test_two_clients_of_one_name_are_told(broker: Mosquitto) -> None:
    async with subscribed(as_client(broker)) as first, subscribed(as_client(broker)):
        await until(lambda: "MQTT_CLIENT_ID" in (first.error or ""))


async def test_a_wrong_password_is_told_and_a_right_one_lets_in() -> None:
    server = Mosquitto()
    server.require_password()
    try:
        server.start()
        async with subscribed(as_client(server, user=USER, password="wrong"), ready=False) as refused:
            await until(lambda: "MQTT_PASSWORD" in (refused.error or ""))
        async with subscribed(as_client(server, user=USER, password=PASSWORD)) as subscription:
            await publish(server, "one")
            assert payloads(await take(subscription, 1)) == ["one"]
    finally:
        server.remove()


async def test_a_topic_that_is_not_ours_to_read_is_told() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(bytes.fromhex("20 03 00 00 00"))  # CONNACK: success
        subscribe = await reader.read(1000)
        writer.write(
            bytes.fromhex("90 04") + subscribe[2:4] + bytes.fromhex("00 87")
        )  # SUBACK: not authorized
        await reader.read()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    address = Broker(host="127.0.0.1", port=server.sockets[0].getsockname()[1], client_id="sunledger")
    async with server, subscribed(address, ready=False) as subscription:
        await until(lambda: "access list" in (subscription.error or ""))
        assert not subscription.connected


# paho leaves a socket whose handshake failed to Python, which closes it, and says so
@pytest.mark.filterwarnings("ignore:.*SSLSocket:pytest.PytestUnraisableExceptionWarning")
async def test_tls_proves_the_broker_and_us(tmp_path: Path) -> None:
    made = Certificates(tmp_path)
    made.make(broker="subjectAltName=IP:127.0.0.1", ours="extendedKeyUsage=clientAuth")
    settings = [
        f"cafile {made.certificate('ca')}", f"certfile {made.certificate('broker')}",
        f"keyfile {made.key('broker')}", "require_certificate true",
    ]  # fmt: skip
    with running(*settings) as server:
        ca, ours = made.certificate("ca"), made.certificate("ours")
        trusting = Tls(ca=ca, certificate=ours, key=made.key("ours"))
        async with subscribed(as_client(server, tls=trusting.context())):
            pass
        suspicious = Tls(certificate=ours, key=made.key("ours"))
        async with subscribed(as_client(server, tls=suspicious.context()), ready=False) as subscription:
            await until(lambda: "certificate verify failed" in (subscription.error or ""))
        blind = Tls(certificate=ours, key=made.key("ours"), insecure=True)
        async with subscribed(as_client(server, tls=blind.context())):
            pass
        async with subscribed(as_client(server, tls=Tls(ca=ca).context()), ready=False) as subscription:
            await until(lambda: subscription.error is not None)
