"""A server that is killed again and again while it polls: nothing acknowledged is lost, nothing is doubled.

The DTU is a process of its own that lives on, and produces up to 600 times as fast as time passes. The server
beside it is killed with SIGKILL at random moments of its life, starting up included. `TORTURE_ROUNDS` is how
many times (10 unless set), `TORTURE_SEED` makes the moments the same again.

Acknowledged is what the server's log called kept (`inverter_data_saved`), and what a subscriber was told.
"""

import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.app import accelerated_server
from tests.app.counting import Ports, by_day, in_all
from tests.app.running import Running, environment, start
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from sunledger.ledger.fold import State, fold

ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "10"))
LONGEST_LIFE = 3.0
"""Real seconds until a server is killed, at most; it needs more than one to start."""
SECONDS = ROUNDS * LONGEST_LIFE / 2
SPEED = min(600, int(12 * 3600 / SECONDS))
"""So fast that all happens on one day: nobody can say on which side of a midnight energy was made while all
servers were dead."""
OPENING = datetime(2026, 6, 21, 8, tzinfo=UTC)
LIGHT = timedelta(seconds=SECONDS * SPEED)


class Campaign:
    """A DTU, a database, and the servers that are killed between the two.

    `dark` is how much simulated time passes before the light, so that none of it is gone before the first
    reading: as long as this machine takes to start three servers.
    """

    def __init__(self, directory: Path, starting: float) -> None:
        self.directory = directory
        self.dark = timedelta(seconds=max(6.0, 3 * starting + 2) * SPEED)
        self.database = directory / "sun.db"
        self.truth = directory / "truth.json"
        self.saved: dict[int, int] = {}
        """Port rows by the poll's time in ms: what logs called kept."""
        self.told: dict[tuple[int, str, int], int] = {}
        """Lifetime counters by time in ms, serial number and port: what subscribers were told."""
        self.cut_off = 0
        """Polls that are kept although nobody was told."""
        self.checked = 0
        """Up to this time in ms everything was found to be there."""

    @contextmanager
    def dtu(self) -> Iterator[Running]:
        record(self.directory / "light.csv", self.dark)
        faults = ("--fault", "zero-glitch@09:10+10m", "--fault", "counter-drop@09:30")
        arguments = ("--replay", "light.csv", "--zone", "UTC", "--truth", str(self.truth), *faults)
        own = ("simulate", "--port", "0", "--speed", str(SPEED))
        with start(self.directory, *own, *arguments) as dtu:
            self.port = dtu.await_said(r"on 127\.0\.0\.1:(\d+),")[1]
            self.origin = time.monotonic()
            yield dtu

    def server(self) -> Running:
        """A server that has not been killed yet."""
        clock = (OPENING.isoformat(), str(self.origin), str(SPEED))
        own = {"DTU_HOST": "127.0.0.1", "DTU_PORT": self.port, "QUERY_PERIOD": "5"}
        command = [sys.executable, str(accelerated_server.__file__), *clock]
        return Running(self.directory, command, environment(self.directory, **own))

    def round(self, life: float) -> None:
        """Start a server, listen to it, kill it, and see what it leaves behind."""
        with self.server() as server:
            killing = threading.Timer(life, server.ask, [signal.SIGKILL])
            killing.start()
            self.listen(server)
            killing.join()
            assert server.ended() == -signal.SIGKILL
            self.take_note(server)
        self.check_what_is_there()

    def first_readings(self) -> None:
        """Start a server, kill it once it has kept some readings, and see what it leaves behind."""
        with self.server() as server:
            server.await_event("inverter_data_saved", 2)
            server.ask(signal.SIGKILL)
            assert server.ended() == -signal.SIGKILL
            self.take_note(server)
        self.check_what_is_there()

    def listen(self, server: Running) -> None:
        """Note what the server tells, until it is gone."""
        while server.process.poll() is None:
            if "Ctrl+C" in server.said:
                self.hear(server.url)
            time.sleep(0.01)

    def hear(self, url: str) -> None:
        try:
            with connect(f"{url.replace('http', 'ws')}/api/v1/stream?devices=all") as stream:
                for frame in stream:
                    self.note_events(json.loads(frame).get("events", ()))
        except (OSError, WebSocketException):  # killed before it took us in
            return

    def note_events(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            for port in event.get("ports", ()):
                at = milliseconds(port["timestamp"])
                self.told[at, event["serial_number"], port["port_number"]] = port["total_production"]

    def take_note(self, server: Running) -> None:
        for record in server.events("inverter_data_saved"):
            at = milliseconds(record["taken_at"])
            assert at > self.checked, "a server has gone back in time"
            self.saved[at] = record["ports"]

    def check_what_is_there(self) -> None:
        """Everything acknowledged is there once; beyond it one poll at most, whose news the kill cut off.

        The file is only read here, so that it is the next server that recovers it.
        """
        rows = self.rows(after=self.checked)
        polls = Counter(at for at, *_ in rows)
        there = {(at, serial, port): total for at, serial, port, *_, total in rows}
        saved = {at: count for at, count in self.saved.items() if at > self.checked}
        told = {key: total for key, total in self.told.items() if key[0] > self.checked}
        assert len(there) == len(rows)
        assert {at: polls[at] for at in saved} == saved
        assert {key: there.get(key) for key in told} == told
        assert len(polls.keys() - saved.keys()) <= 1
        self.cut_off += len(polls.keys() - saved.keys())
        self.checked = max(polls, default=self.checked)

    def rows(self, after: int = 0) -> list[tuple[Any, ...]]:
        """Every port row as it is stored: time, serial number, port number, then its integers."""
        if not self.database.exists() or not self.database.stat().st_size:
            return []
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as database:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'port_reading'").fetchone():
                return []
            return database.execute(
                "SELECT at, device, port_number, pv_voltage, pv_current, pv_power, today_production, "
                "total_production FROM port_reading JOIN series ON series.id = series WHERE at > ? "
                "ORDER BY at",
                (after,),
            ).fetchall()

    def await_darkness(self) -> None:
        """Until the light is over and has been read."""
        over = self.origin + (self.dark + LIGHT).total_seconds() / SPEED
        with self.server() as server:
            server.await_event("poll_finished")
            time.sleep(max(0.0, over - time.monotonic()))
            server.await_event("poll_finished", len(server.events("poll_finished")) + 3)
            assert server.stop() == 0
            self.take_note(server)
        self.check_what_is_there()


def record(path: Path, dark: timedelta) -> None:
    """Darkness, then light that comes and goes by minutes; after that a recording is dark."""
    lines = ["utc,pv_w"]
    for minute in range((dark + LIGHT) // timedelta(minutes=1)):
        at = OPENING + timedelta(minutes=minute)
        light = at - OPENING >= dark
        lines.append(f"{at.isoformat()},{2000 + 37 * (minute % 60) if light else 0}")
    path.write_text("\n".join(lines) + "\n")


def milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def folded(rows: list[tuple[Any, ...]]) -> Ports:
    """The energy of each port as the pure fold has it, from the rows alone."""
    shown: dict[str, list[tuple[int | None, ...]]] = {}
    for at, serial, port, *values in rows:
        shown.setdefault(f"{serial}/{port}", []).append((at, 0, *values))
    return {port: fold(State(), readings).energy for port, readings in shown.items()}


@pytest.mark.torture
def test_a_server_killed_at_random_moments_loses_and_doubles_nothing(tmp_path: Path) -> None:
    seed = int(os.environ.get("TORTURE_SEED") or Random().randrange(10**6))
    print(f"TORTURE_SEED={seed} TORTURE_ROUNDS={ROUNDS}")
    rng = Random(seed)
    campaign = Campaign(tmp_path, seconds_to_start(tmp_path))
    with campaign.dtu() as dtu:
        campaign.round(rng.uniform(0.1, 1.5))  # while the database is made
        campaign.first_readings()
        first = campaign.rows()[0][0]
        assert first < (OPENING + campaign.dark).timestamp() * 1000, (
            "too slow a machine: the light came first"
        )
        for _ in range(ROUNDS - 2):
            campaign.round(rng.uniform(0.1, LONGEST_LIFE))
        campaign.await_darkness()
        assert dtu.stop() == 0
    assert_nothing_lost(campaign)


def seconds_to_start(directory: Path) -> float:
    """How long it takes on this machine, now, until a server answers that has to make its database."""
    begun = time.monotonic()
    with start(directory, "serve", DATABASE_PATH="other.db") as server:
        assert server.url
    return time.monotonic() - begun


def assert_nothing_lost(campaign: Campaign) -> None:
    rows = campaign.rows()
    truth: Mapping[str, Any] = json.loads(campaign.truth.read_text())
    with start(campaign.directory, "serve") as server:
        assert in_all(server) == truth["ports"] == folded(rows)
        assert by_day(server, "15m").keys() == truth["days"].keys()
        assert by_day(server, "1d") == truth["days"]
        assert server.get("/stats")["port_data_entries"] == len(rows)
    assert {at: count for at, count in Counter(at for at, *_ in rows).items() if at in campaign.saved} == (
        campaign.saved
    )
    print(f"{len(campaign.saved)} polls acknowledged, {campaign.cut_off} kept without, none lost or doubled")
    print(f"{len(campaign.told)} port readings told to a subscriber, all kept")
    print(f"{truth['total']} Wh produced, as many stored")
