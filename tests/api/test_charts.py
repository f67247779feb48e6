"""Fewer points for charts: the shape stays, gaps stay, nothing is made up."""

import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.api.plant import MINUTE, NOON, SERIALS, Plant, poll, serving

from sunledger.api import charts, steps
from sunledger.api.charts import points

MINUTES = 240
PEAK, SILENT = 77, range(100, 120)


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    """Four hours of one inverter, with a peak of a minute and twenty minutes in which nothing was known."""
    async with serving() as running:
        for minute in range(MINUTES):
            whole = poll(NOON + minute * MINUTE, total=1000 + minute, serials=SERIALS[:1])
            power = None if minute in SILENT else 900.0 if minute == PEAK else 300.0 + minute % 7
            ports = [replace(port, pv_power=power) for port in whole.ports]
            await running.intake.accept(replace(whole, ports=ports))
        await running.clock.advance(MINUTES * 60)
        yield running


async def asked(plant: Plant, path: str = "readings", **parameters: object) -> list[dict[str, Any]]:
    answer = await plant.get(f"/api/v1/{path}", **parameters)
    assert answer.status_code == 200, answer.text
    assert answer.json()["next_cursor"] is None
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_the_shape_stays(plant: Plant) -> None:
    found = await asked(plant, port=1, max_points=40, fields="timestamp,pv_power")
    assert len(found) <= 40
    at = [row["timestamp"][11:16] for row in found]
    assert (at[0], at[-1]) == ("10:00", "13:59")
    assert at == sorted(at)
    assert max(row["pv_power"] or 0 for row in found) == 900


async def test_missing_stays_missing(plant: Plant) -> None:
    found = await asked(plant, port=1, max_points=40, fields="timestamp,pv_power")
    gap = [row for row in found if row["pv_power"] is None]
    assert gap
    assert all("11:40" <= row["timestamp"][11:16] < "12:00" for row in gap)
    assert 0 not in {row["pv_power"] for row in found}


async def test_every_row_was_measured(plant: Plant) -> None:
    whole = (await plant.get("/api/v1/readings", port=1, limit=1000)).json()["items"]
    found = await asked(plant, port=1, max_points=100)
    assert 20 < len(found) <= 100
    assert all(row in whole for row in found)


async def test_each_series_has_its_own_points(plant: Plant) -> None:
    found = await asked(plant, max_points=20, fields="port_number,pv_power", order="desc")
    assert [port for port, _ in groupby(row["port_number"] for row in found)] == [2, 1]
    for port in (1, 2):
        assert 10 < sum(row["port_number"] == port for row in found) <= 20


async def test_history_has_points_for_each_measurement(plant: Plant) -> None:
    history = {"measurement": "pv_power", "step": "15m", "port": 1}
    whole = await asked(plant, "history", **history)
    found = await asked(plant, "history", max_points=8, **history)
    assert len(whole) == 16
    assert 4 < len(found) <= 8
    assert all(row in whole for row in found)
    assert (found[0], found[-1]) == (whole[0], whole[-1])


async def test_files_hold_fewer_points_too(plant: Plant) -> None:
    answer = await plant.get("/api/v1/readings", max_points=20, fields="pv_power", port=1, format="columns")
    assert len(json.loads(answer.content)["pv_power"]) <= 20


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"max_points": 7}, "max_points"),
        ({"max_points": 10}, "max_points"),
        ({"max_points": 10_001}, "max_points"),
        ({"max_points": 100, "limit": 5}, "limit"),
    ],
)
async def test_a_bad_parameter_is_named(plant: Plant, parameters: dict[str, object], named: str) -> None:
    answer = await plant.get("/api/v1/readings", **parameters)
    assert (answer.status_code, answer.json()["parameter"]) == (400, named)


async def test_too_much_to_look_at_is_refused(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "MOST_ROWS", 100)
    answer = await plant.get("/api/v1/readings", max_points=100)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:sunledger:problem:too-much")


async def test_json_holds_only_so_many_points(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MOST_ROWS", 150)
    refused = await plant.get("/api/v1/readings", max_points=100)
    assert (refused.status_code, refused.json()["parameter"]) == (400, "max_points")
    assert (await plant.get("/api/v1/readings", max_points=100, port=1)).status_code == 200
    assert (await plant.get("/api/v1/readings", max_points=100, format="columns")).status_code == 200


async def test_points_of_no_measurement_are_those_of_all(plant: Plant) -> None:
    rows = await asked(plant, max_points=100, port=1, fields="timestamp")
    assert 20 < len(rows) <= 100


async def test_without_the_library_it_is_said_what_to_do(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tsdownsample", None)
    answer = await plant.get("/api/v1/readings", max_points=100)
    assert (answer.status_code, answer.json()["parameter"]) == (501, "max_points")


VALUES = st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=300)


@given(values=VALUES, most=st.integers(8, 50))
def test_whatever_is_missing_ends_stay_gaps_stay_and_the_bound_holds(
    values: list[float | None], most: int
) -> None:
    given = np.array([np.nan if value is None else value for value in values])
    found = points(np.arange(len(values)), given, most).tolist()
    assert len(found) <= most
    assert found == sorted(set(found))
    assert (found[0], found[-1]) == (0, len(values) - 1)
    for one, other in pairwise(found):
        if values[one] is not None and values[other] is not None:
            assert None not in values[one + 1 : other]
