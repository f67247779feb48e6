"""A private Mosquitto for tests: started, stopped, frozen and removed by them alone."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from tests.conftest import require_program
from tests.servers.ports import ReservedPort

USER, PASSWORD = "roof", "correct-horse"
_PATIENCE = 30.0


class Mosquitto:
    """One broker on a port of its own on the loopback; it keeps its queues over a stop."""

    def __init__(self, *settings: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="sunledger-mosquitto-"))
        self._reserved = ReservedPort()
        self.port = self._reserved.number
        self._settings = list(settings)
        self._process: subprocess.Popen[bytes] | None = None

    def require_password(self) -> None:
        """Let in nobody but one user, whom a password file knows."""
        path = self.home / "passwords"
        program = require_program("mosquitto_passwd", "mosquitto")
        subprocess.run([program, "-b", "-c", path, USER, PASSWORD], capture_output=True, check=True)
        self._settings += ["allow_anonymous false", f"password_file {path}"]

    def start(self) -> None:
        """Start it and wait until it answers."""
        lines = [
            f"listener {self.port} 127.0.0.1", "persistence true", f"persistence_location {self.home}/",
            "max_queued_messages 0", *self._settings,
        ]  # fmt: skip
        if "allow_anonymous false" not in lines:
            lines.append("allow_anonymous true")
        if os.geteuid() == 0:
            lines.append("user root")
        settings = self.home / "mosquitto.conf"
        settings.write_text("\n".join(lines) + "\n")
        with (self.home / "log").open("ab") as told:
            program = require_program("mosquitto", "mosquitto")
            self._process = subprocess.Popen([program, "-c", settings], stdout=told, stderr=told)
        self._await_answer(self._process)

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            assert process.poll() is None, self.log
            time.sleep(0.01)
        raise AssertionError("Mosquitto does not start")

    @property
    def log(self) -> str:
        """What it said."""
        return (self.home / "log").read_text()

    def stop(self) -> None:
        """Stop it as an admin would; what is queued is on the disk."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(_PATIENCE)

    def remove(self) -> None:
        """Stop it and leave nothing behind."""
        self.stop()
        self._reserved.release()
        shutil.rmtree(self.home, ignore_errors=True)

    def publish(self, device: str, *payloads: bytes | str, qos: int = 1) -> None:
        """Send messages as a device does; with QoS 1 the broker has them when this returns."""
        client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        client.max_queued_messages_set(0)
        client.username_pw_set(USER, PASSWORD)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        sent = [client.publish(f"devices/{device}/telemetry", payload, qos) for payload in payloads]
        for each in sent:
            each.wait_for_publish(_PATIENCE)
            assert each.is_published()
        client.disconnect()
        client.loop_stop()


@contextlib.contextmanager
def running(*settings: str) -> Iterator[Mosquitto]:
    """A broker for as long as it is needed."""
    broker = Mosquitto(*settings)
    try:
        broker.start()
        yield broker
    finally:
        broker.remove()
