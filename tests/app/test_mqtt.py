"""`sunledger` at a real Mosquitto: what devices publish is kept, whoever is killed or restarted meanwhile."""

import json
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from tests.app.desk import Desk
from tests.app.running import Running, start
from tests.servers.certificates import Certificates
from tests.servers.mosquitto import PASSWORD, USER, Mosquitto, running

START = datetime(2026, 6, 21, 8, tzinfo=UTC)
ROUNDS = max(3, int(os.environ.get("TORTURE_ROUNDS", "10")) // 3)


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with running() as server:
        yield server


def serve(directory: Path, broker: Mosquitto, **own: str) -> Running:
    return start(directory, "serve", MQTT_BROKER="127.0.0.1", MQTT_PORT=str(broker.port), **own)


def reading(number: int) -> str:
    """The number, at a minute of its own."""
    at = START + number * timedelta(minutes=1)
    return json.dumps({"data_type": "count", "value": number, "timestamp": at.isoformat()})


def kept(directory: Path) -> list[float]:
    """The numbers that are in the database, in the order of their times, each as often as it is there."""
    with closing(sqlite3.connect(f"{(directory / 'sun.db').as_uri()}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT value FROM telemetry_data ORDER BY at").fetchall()
    return [value for (value,) in rows]


def await_mqtt(server: Running, **numbers: int) -> dict[str, object]:
    """What /health says of the subscription, once these numbers are there."""

    def there(health: Any) -> dict[str, object] | None:
        return health["mqtt"] if numbers.items() <= health["mqtt"].items() else None

    return server.await_answer("/health", there)


def test_what_devices_publish_is_kept_and_told(tmp_path: Path, broker: Mosquitto) -> None:
    with serve(tmp_path, broker) as server:
        server.await_event("mqtt_connected")
        broker.publish("boiler", reading(1), json.dumps({"grid_power": -250}), "nonsense")
        server.await_event("telemetry_refused")
        assert "pushes come from  MQTT, 127.0.0.1, devices/+/telemetry" in server.said
        assert await_mqtt(server, received=3, queued=0) == {
            "connected": True,
            "error": None,
            "received": 3,
            "refused": 1,
            "queued": 0,
        }
        (row,) = server.get("/api/v1/readings", kind="telemetry", start=START.isoformat())["items"]
        assert (row["device"], row["data_type"], row["value"]) == ("boiler", "count", 1)
        (flow,) = server.get("/api/v1/readings", kind="energy", start=START.isoformat())["items"]
        assert (flow["device_id"], flow["grid_power"]) == ("boiler", -250)
        metrics = httpx.get(server.url + "/metrics").text.splitlines()
        assert {
            "sunledger_mqtt_connected 1.0",
            "sunledger_mqtt_messages_received_total 3.0",
            "sunledger_mqtt_messages_refused_total 1.0",
            "sunledger_mqtt_messages_queued 0.0",
        } <= set(metrics)
        assert server.stop() == 0


def test_a_server_killed_between_receipt_and_commit_loses_nothing(tmp_path: Path, broker: Mosquitto) -> None:
    with serve(tmp_path, broker) as server:
        server.await_event("mqtt_connected")
        with closing(sqlite3.connect(tmp_path / "sun.db")) as other:
            other.execute("BEGIN IMMEDIATE")  # nobody else can commit now
            broker.publish("meter", *map(reading, range(5)))
            await_mqtt(server, queued=5)
            server.ask(signal.SIGKILL)
            server.ended()
    assert kept(tmp_path) == []
    with serve(tmp_path, broker) as server:
        await_mqtt(server, received=5, queued=0)
        assert kept(tmp_path) == [0, 1, 2, 3, 4]


@pytest.mark.torture
def test_killed_servers_and_a_restarted_broker_lose_and_double_nothing(
    tmp_path: Path, broker: Mosquitto
) -> None:
    seed = int(os.environ.get("TORTURE_SEED") or Random().randrange(10**6))
    print(f"TORTURE_SEED={seed}, {ROUNDS} rounds")
    rng = Random(seed)
    sent = 0
    with serve(tmp_path, broker) as server:  # makes the session
        server.await_event("mqtt_connected")
    for number in range(ROUNDS):
        with serve(tmp_path, broker) as server:
            server.await_event("mqtt_connected")
            killing = threading.Timer(rng.uniform(0.01, 0.4), server.ask, [signal.SIGKILL])
            killing.start()
            for _ in range(10):
                broker.publish("meter", *map(reading, range(sent, sent + 20)))
                sent += 20
            killing.join()
            server.ended()
        if number % 2:
            broker.stop()
            broker.start()
    with serve(tmp_path, broker) as server:
        assert server.await_answer("/stats", lambda _: kept(tmp_path) == list(range(sent)) or None)
        await_mqtt(server, queued=0)
        assert server.stop() == 0
    with serve(tmp_path, broker) as server:
        server.await_event("mqtt_connected")
        await_mqtt(server, received=0)
    print(f"{sent} readings acknowledged by the broker, as many kept")


def test_tls_and_a_password_file(tmp_path: Path) -> None:
    made = Certificates(tmp_path)
    made.make(broker="subjectAltName=IP:127.0.0.1")
    secured = Mosquitto(f"certfile {made.certificate('broker')}", f"keyfile {made.key('broker')}")
    secured.require_password()
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    own = {"MQTT_USER": USER, "MQTT_TLS": "true", "MQTT_TLS_CA": str(made.certificate("ca"))}
    try:
        secured.start()
        with serve(tmp_path, secured, MQTT_PASSWORD="wrong", **own) as server:
            server.await_event("mqtt_away")
            health = httpx.get(server.url + "/health").json()
            assert (health["status"], "MQTT_PASSWORD" in health["error"]) == ("degraded", True)
        with serve(tmp_path, secured, MQTT_PASSWORD_FILE=str(secret), **own) as server:
            server.await_event("mqtt_connected")
            assert PASSWORD not in server.said + server.complained
    finally:
        secured.remove()


def test_where_nothing_is_kept_nothing_is_taken(tmp_path: Path, broker: Mosquitto) -> None:
    with serve(tmp_path, broker) as server:
        server.await_event("mqtt_connected")
    with serve(tmp_path, broker, DRY_RUN="true") as server:
        answer = httpx.post(server.url + "/api/v1/devices/meter/telemetry", json={"grid_power": 5})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert "DRY_RUN" in answer.json()["detail"]
        assert httpx.get(server.url + "/health").json()["mqtt"] is None
        broker.publish("meter", reading(1))
    with serve(tmp_path, broker) as server:
        await_mqtt(server, received=1, queued=0)
        assert kept(tmp_path) == [1]


def test_a_file_of_tls_that_is_no_good_is_named(tmp_path: Path, broker: Mosquitto) -> None:
    with serve(tmp_path, broker, MQTT_TLS="true", MQTT_TLS_CA=str(tmp_path / "nowhere.pem")) as server:
        assert server.ended() == 2
        assert "MQTT_TLS_CA" in server.complained


@pytest.mark.parametrize(
    ("keys", "fix"),
    [
        ({"MQTT_BROKER": "mqtt://broker"}, "give the host here, and its port as MQTT_PORT"),
        ({"MQTT_BROKER": "broker:1883"}, "give the host here, and its port as MQTT_PORT"),
        ({"MQTT_BROKER": "a" * 70}, "MQTT_BROKER"),
        ({"MQTT_TLS_CA": "ca.pem"}, "set MQTT_TLS=true"),
        ({"MQTT_TLS": "true", "MQTT_TLS_KEY": "key.pem"}, "set MQTT_TLS_CERT too"),
        ({"MQTT_CLIENT_ID": "a b"}, "1 to 64 letters, digits, _ and -"),
        ({"MQTT_SHARED_GROUP": "a/b"}, "1 to 64 letters, digits, _ and -"),
    ],
)
def test_keys_that_cannot_be_used_are_told_with_the_way_out(
    desk: Desk, keys: dict[str, str], fix: str
) -> None:
    assert fix in desk.problem(keys)
