"""The metrics of MQTT: in the form that Prometheus wants."""

import subprocess

from prometheus_client import CollectorRegistry, generate_latest
from tests.conftest import require_program

from sunledger.api.mqtt_gauges import MqttGauges
from sunledger.intake.subscription import Subscribed


def exposed(standing: Subscribed) -> bytes:
    registry = CollectorRegistry()
    registry.register(MqttGauges(lambda: standing))
    return generate_latest(registry)


def test_messages_are_told_as_they_are_now() -> None:
    said = exposed(Subscribed(connected=True, error=None, received=7, refused=2, queued=3)).decode()
    assert [line for line in said.splitlines() if not line.startswith("#")] == [
        "sunledger_mqtt_connected 1.0",
        "sunledger_mqtt_messages_received_total 7.0",
        "sunledger_mqtt_messages_refused_total 2.0",
        "sunledger_mqtt_messages_queued 3.0",
    ]


def test_promtool_finds_nothing_to_say() -> None:
    text = exposed(Subscribed(connected=False, error="away", received=0, refused=0, queued=0))
    promtool = require_program("promtool", "prometheus")
    found = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, b"", b"")
