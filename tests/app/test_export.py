"""`sunledger export`: the rows of the store, whole and exact, beside a server that goes on committing."""

import asyncio
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.store.plants import START, WARSAW, day, poll

from sunledger.api.corrections import CHUNK
from sunledger.ledger.judgement import quality
from sunledger.measurements import EnergyReading, Poll, TelemetryPoint, WeatherReading
from sunledger.sitetime import ManualClock, Span, Step
from sunledger.store.protocol import Of
from sunledger.store.sqlite import SqliteStore

SUNLEDGER = Path(sys.executable).with_name("sunledger")
SECOND = "114100000002"
EVER = Span(datetime(1970, 1, 2, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


class House:
    """A directory with a database whose store is open, as a server's is."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.path = directory / "s.db"
        self.store = SqliteStore(self.path, WARSAW, ManualClock(START))

    async def live(self) -> None:
        """Half a day of one inverter, an hour of a second one, and a counter that falls."""
        await self.store.open()
        for each in day(START, 12 * 60, step=2):
            await self.store.commit(each)
        for minute in range(60):
            await self.store.commit(
                poll(START + timedelta(minutes=minute), (500 + minute, 7), SECOND, "barn")
            )
        await self.store.commit(
            Poll(
                dtu_name="hybrid",
                taken_at=START,
                energy=[EnergyReading(device_id="hybrid", taken_at=START, battery_soc=41.5)],
                weather=[WeatherReading(location="roof", taken_at=START, temperature=-3.5)],
                telemetry=[TelemetryPoint(device="boiler", data_type="flow", taken_at=START, value=1 / 3)],
            )
        )
        for minute in range(60, 65):
            await self.store.commit(poll(START + timedelta(minutes=minute), (3 + minute, 7), SECOND, "barn"))

    async def export(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
        command = [str(SUNLEDGER), "export", *arguments]
        own = {
            "PATH": os.environ["PATH"], "HOME": str(self.directory), "DATABASE_PATH": str(self.path),
            "TIMEZONE": "Europe/Warsaw", **environ,
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            *command, cwd=self.directory, env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, err = await process.communicate()
        return subprocess.CompletedProcess(command, process.returncode or 0, out, err)

    async def rows(self, *arguments: str) -> list[dict[str, str]]:
        """Exported as CSV."""
        done = await self.export(*arguments)
        assert done.returncode == 0, done.stderr
        return list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was filled once, to be copied."""

    async def fill() -> Path:
        house = House(tmp_path_factory.mktemp("lived_in"))
        await house.live()
        await house.store.close()
        return house.path

    return asyncio.run(fill())


@pytest.fixture
async def house(lived_in: Path, tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    shutil.copy(lived_in, house.path)
    await house.store.open()
    yield house
    await house.store.close()


def house_has_files(directory: Path) -> bool:
    return any(directory.iterdir())


def utc(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def text(value: object) -> str:
    return "" if value is None else str(value)


async def stored(house: House, of: Of, serial: str | None = None) -> list[list[str]]:
    """Every row of the store as text: serial number, port number if any, time, values."""
    found = await house.store.readings(of, None, EVER, limit=100_000)
    rows = []
    for at, number, *values in found.rows:
        series = found.series[number or 0]
        identity = list(map(text, series.identity))
        when = utc(datetime.fromtimestamp((at or 0) / 1000, UTC))
        decoded = [text(m.decode(value)) for m, value in zip(of.kind.measurements, values, strict=True)]
        if serial in (None, series.serial_number):
            rows.append([*identity, when, *decoded])
    return rows


class TestRows:
    @pytest.mark.parametrize("of", Of)
    async def test_of_readings_are_all_of_the_store_s(self, house: House, of: Of) -> None:
        rows = await house.rows("--kind", of.value)
        assert list(rows[0]) == [*of.kind.identity, "timestamp", *of.kind.columns]
        assert [list(row.values()) for row in rows] == await stored(house, of)
        assert len(rows) == {Of.PORT: 2 * (360 + 65), Of.INVERTER: 360 + 65}.get(of, 1)

    async def test_may_be_of_one_device_and_a_span(self, house: House) -> None:
        assert [list(row.values()) for row in await house.rows("--device", SECOND)] == await stored(
            house, Of.PORT, SECOND
        )
        rows = await house.rows("--start", "2026-03-28T07:00+01:00", "--end", "2026-03-28T06:10Z")
        assert {row["timestamp"] for row in rows} == {utc(START + timedelta(minutes=m)) for m in range(10)}

    async def test_of_energy_are_the_store_s(self, house: House) -> None:
        rows = await house.rows("--what=energy", "--step=1h")
        span = Span(START, START + timedelta(days=1))
        expected = await house.store.energy(None, span, Step.HOUR)
        got = [(r["start"], r["serial_number"], int(r["port_number"]), int(r["energy"])) for r in rows]
        assert got == [(utc(e.start), e.serial_number, e.port_number, e.energy) for e in expected]
        days = await house.rows("--what=energy", "--step=1d", "--by=plant")
        assert sum(int(row["energy"]) for row in days) == sum(energy.energy for energy in expected)

    async def test_of_corrections_are_the_store_s(self, house: House) -> None:
        rows = await house.rows("--what", "corrections")
        expected, _ = await house.store.corrections(None, EVER, limit=CHUNK)
        assert len(rows) == len(expected) > 0
        assert [list(row.values()) for row in rows] == [
            [
                c.serial_number, text(c.port_number), utc(c.at), utc(c.until), c.field, c.reason,
                quality(c.reason), text(c.raw), text(c.repaired), utc(c.decided_at),
            ]
            for c in expected
        ]  # fmt: skip
        assert await house.rows("--what=corrections", "--device", "114100000001") == []

    async def test_may_be_objects_one_a_line(self, house: House) -> None:
        done = await house.export("--format", "ndjson", "--device", SECOND)
        objects = [json.loads(line) for line in done.stdout.splitlines()]
        assert [[text(value) for value in each.values()] for each in objects] == await stored(
            house, Of.PORT, SECOND
        )

    async def test_may_be_the_simulation_s(self, house: House) -> None:
        house.path.rename(house.path.with_name("s-simulated.db"))
        assert (await house.export()).returncode == 1
        assert len(await house.rows("--simulated", "--device", SECOND)) == 130

    async def test_of_a_database_without_readings_are_only_their_names(self, tmp_path: Path) -> None:
        house = House(tmp_path)
        await house.store.open()
        for what in ("readings", "energy", "corrections"):
            assert await house.rows("--what", what) == []
        await house.store.close()

    @pytest.mark.parametrize("format_", ["columns", "arrow", "parquet"])
    async def test_may_be_in_columns(self, house: House, format_: str) -> None:
        lines = (await house.export("--format=ndjson", "--device", SECOND)).stdout.splitlines()
        powers = [json.loads(line)["pv_power"] for line in lines]
        done = await house.export("--format", format_, "--device", SECOND)
        assert b"Exported 130 rows of readings." in done.stderr
        read: dict[str, Callable[[bytes], Any]] = {
            "columns": json.loads,
            "arrow": lambda content: pa.ipc.open_stream(content).read_all().to_pydict(),
            "parquet": lambda content: parquet.read_table(io.BytesIO(content)).to_pydict(),
        }
        assert read[format_](done.stdout)["pv_power"] == powers


class TestTheFile:
    async def test_is_there_whole_and_nothing_beside_it(self, house: House) -> None:
        done = await house.export("--output", "out.csv")
        assert (done.returncode, done.stdout) == (0, b"")
        assert done.stderr.decode().splitlines()[-1] == "Exported 850 rows of readings."
        assert (house.directory / "out.csv").read_bytes() == (await house.export()).stdout
        assert not list(house.directory.glob("*.part")) + list(house.directory.glob(".*.part"))

    async def test_replaces_an_older_one_only_when_all_went_well(self, house: House) -> None:
        older = house.directory / "out.csv"
        older.write_text("older")
        bad = await house.export("--output", "out.csv", "--device", "999")
        assert bad.returncode == 2
        assert older.read_text() == "older"
        await house.export("--output", "out.csv")
        assert older.read_text().startswith("serial_number,")

    async def test_may_be_a_pipe(self, house: House) -> None:
        pipe = house.directory / "pipe"
        os.mkfifo(pipe)
        got: list[bytes] = []
        reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
        reader.start()
        done = await house.export("--output", "pipe", "--device", SECOND)
        await asyncio.to_thread(reader.join)
        assert done.returncode == 0
        assert got[0].count(b"\r\n") == 131

    async def test_cannot_be_in_a_directory_that_is_not_there(self, house: House) -> None:
        done = await house.export("--output", "no/where.csv")
        assert done.returncode == 1
        assert b"sunledger export: [Errno 2] No such file or directory" in done.stderr

    async def test_progress_is_told_in_lines_where_there_is_no_terminal(self, house: House) -> None:
        told = (await house.export("--output", os.devnull)).stderr.decode().splitlines()
        assert told[0] == "Exporting readings …"
        assert any("100 %" in line for line in told)


class TestErrors:
    async def test_no_database_yet(self, tmp_path: Path) -> None:
        done = await House(tmp_path).export("--output", "out.csv")
        assert done.returncode == 1
        assert f"there is no database at {tmp_path / 's.db'} yet" in done.stderr.decode()
        assert not house_has_files(tmp_path)

    @pytest.mark.parametrize("what", ["readings", "energy", "corrections"])
    async def test_an_unknown_device(self, house: House, what: str) -> None:
        done = await house.export("--what", what, "--device", "999999999999")
        assert done.returncode == 2
        assert "--device: no device 999999999999 has been seen" in done.stderr.decode()
        assert done.stdout == b""

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--start", "2026-03-28T07:00"], "--start: 2026-03-28T07:00 has no offset"),
            (["--end", "yesterday"], "--end: Invalid isoformat string"),
            (["--start", "2026-03-28T07:00Z", "--end", "2026-03-27T07:00Z"], "--start: from 2026-03-28"),
            (["--start", "1066-10-14T09:00Z"], "--start: out of range"),
            (["--device", "a b"], "--device: "),
            (["--what", "weather"], "--what: invalid choice"),
        ],
    )
    async def test_a_bad_wish(self, house: House, arguments: list[str], said: str) -> None:
        done = await house.export(*arguments)
        assert done.returncode == 2
        assert said in done.stderr.decode()

    async def test_a_bad_configuration(self, house: House) -> None:
        done = await house.export(RESET_HOUR="24")
        assert done.returncode == 2

    async def test_a_reader_that_has_enough_is_no_traceback(self, house: House) -> None:
        command = f"{SUNLEDGER} export --database-path {house.path} | head -n 1"
        done = await asyncio.to_thread(
            subprocess.run, command, shell=True, cwd=house.directory, capture_output=True, check=False
        )
        assert done.stdout.startswith(b"serial_number,")
        assert b"Traceback" not in done.stderr
        assert b"BrokenPipe" not in done.stderr
