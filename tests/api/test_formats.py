"""Series in every format: the same rows, with their types and units, whatever their number."""

import io
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.api.plant import MINUTE, NOON, SERIALS, Plant, poll, serving

from sunledger.api import arrow
from sunledger.api.answers import FORMATS, pieces
from sunledger.api.tables import Chunk, Column, Content, Table

ADDRESSES = {
    "readings": "/api/v1/readings?start=2026-06-21T10:00:00Z",
    "history": "/api/v1/history?measurement=pv_power&step=15m",
    "energy": "/api/v1/energy?by=inverter&step=1h",
}
TABULAR = [format_ for format_ in FORMATS if format_ != "json"]


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    """A plant that was read for half an hour; once a port was silent."""
    async with serving() as running:
        await running.read(30)
        whole = poll(NOON + 30 * MINUTE, total=1150)
        silent = replace(whole.ports[0], pv_power=None, total_production=None)
        await running.intake.accept(replace(whole, ports=[silent, *whole.ports[1:]]))
        await running.clock.advance(60)
        yield running


async def asked(plant: Plant, address: str, format_: str) -> bytes:
    answer = await plant.get(f"{address}&format={format_}")
    assert answer.status_code == 200, answer.text
    return answer.content


def arrow_table(content: bytes) -> Any:
    return pa.ipc.open_stream(content).read_all()


def parquet_table(content: bytes) -> Any:
    return parquet.read_table(io.BytesIO(content))


def as_json(value: object) -> object:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


@pytest.mark.parametrize("what", ADDRESSES)
async def test_the_rows_are_the_same_in_every_format(plant: Plant, what: str) -> None:
    lines = [json.loads(line) for line in (await asked(plant, ADDRESSES[what], "ndjson")).splitlines()]
    assert len(lines) > 1
    by_column = {name: [line[name] for line in lines] for name in lines[0]}
    assert json.loads(await asked(plant, ADDRESSES[what], "columns")) == by_column
    for content in (
        arrow_table(await asked(plant, ADDRESSES[what], "arrow")),
        parquet_table(await asked(plant, ADDRESSES[what], "parquet")),
    ):
        found = {name: list(map(as_json, values)) for name, values in content.to_pydict().items()}
        assert found == by_column


@pytest.mark.parametrize("read", [arrow_table, parquet_table])
async def test_types_and_units_stand_in_the_file(plant: Plant, read: Any) -> None:
    format_ = "arrow" if read is arrow_table else "parquet"
    schema = read(await asked(plant, ADDRESSES["readings"], format_)).schema
    assert schema.field("timestamp").type == pa.timestamp("ms", "UTC")
    assert schema.field("port_number").type == pa.int64()
    assert schema.field("total_production").type == pa.int64()
    voltage = schema.field("pv_voltage")
    assert voltage.type == pa.float64()
    assert {key: value for key, value in voltage.metadata.items() if not key.startswith(b"PARQUET")} == {
        b"unit": b"V", b"resolution": b"0.1",
    }  # fmt: skip
    (energy,) = [
        f for f in read(await asked(plant, ADDRESSES["energy"], format_)).schema if f.name == "energy"
    ]
    assert (energy.type, energy.metadata[b"unit"]) == (pa.int64(), b"Wh")


async def test_parquet_packs_whole_numbers_and_compresses_all(plant: Plant) -> None:
    file = parquet.ParquetFile(io.BytesIO(await asked(plant, ADDRESSES["readings"], "parquet")))
    chunks = [file.metadata.row_group(0).column(place) for place in range(8)]
    packed = {c.path_in_schema for c in chunks if "DELTA_BINARY_PACKED" in c.encodings}
    assert packed == {"port_number", "timestamp", "today_production", "total_production"}
    assert {chunk.compression for chunk in chunks} == {"ZSTD"}


@pytest.mark.parametrize("format_", TABULAR)
async def test_without_rows_there_are_still_columns(format_: str) -> None:
    async with serving() as plant:
        content = await asked(plant, ADDRESSES["readings"], format_)
        if format_ == "columns":
            assert set(json.loads(content)) >= {"serial_number", "timestamp"}
            assert not any(json.loads(content).values())
        elif format_ in {"arrow", "parquet"}:
            table = (arrow_table if format_ == "arrow" else parquet_table)(content)
            assert (table.num_rows, table.num_columns) == (0, 8)


async def test_accept_asks_for_arrow_too(plant: Plant) -> None:
    for media_type in ("application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"):
        answer = await plant.client.get(ADDRESSES["energy"], headers={"Accept": media_type})
        assert answer.headers["content-type"] == media_type


async def test_without_pyarrow_it_is_said_what_to_install(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = await plant.get(f"{ADDRESSES['readings']}&format=parquet")
    assert (answer.status_code, answer.json()["parameter"]) == (501, "format")
    assert answer.json()["type"] == "urn:sunledger:problem:not-installed"
    assert "sunledger[arrow]" in answer.json()["detail"]


async def test_whole_numbers_and_decimals_come_back_exactly(plant: Plant) -> None:
    table = arrow_table(await asked(plant, ADDRESSES["readings"], "arrow"))
    step = float(table.schema.field("pv_voltage").metadata[b"resolution"])
    assert {round(value / step) for value in table["pv_voltage"].to_pylist()} == {331}


LONG = 5 * arrow.ROW_GROUP // 1000
"""Chunks of a thousand rows."""


async def chunks(count: int) -> AsyncIterator[Chunk]:
    for chunk in range(count):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=1000 * chunk)
        times = [at + timedelta(minutes=minute) for minute in range(1000)]
        yield [[SERIALS[0]] * 1000, times, [chunk * 1000 + row for row in range(1000)], [0.1] * 1000]


COLUMNS = (
    Column("serial_number", Content.TEXT),
    Column("timestamp", Content.MOMENT),
    Column("count", Content.WHOLE),
    Column("pv_power", Content.NUMBER, "W", 0.1),
)


@pytest.mark.parametrize("format_", TABULAR)
async def test_a_long_span_is_made_in_pieces(format_: Any) -> None:
    sizes = [len(piece) async for piece in pieces(Table(COLUMNS, chunks(LONG)), format_)]
    assert max(sizes) < sum(sizes) / 3


async def test_a_parquet_file_of_many_row_groups_is_whole() -> None:
    content = b"".join([piece async for piece in pieces(Table(COLUMNS, chunks(LONG)), "parquet")])
    file = parquet.ParquetFile(io.BytesIO(content))
    assert file.num_row_groups == 5
    assert file.read()["count"].to_pylist() == list(range(LONG * 1000))
