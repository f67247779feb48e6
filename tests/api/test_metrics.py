"""Prometheus metrics: the old names really updated, the new ones derived from the catalogue."""

import asyncio
import subprocess
import sys
from asyncio.subprocess import PIPE

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.api.plant import NOON, SERIALS, Plant
from tests.conftest import require_program

from sunledger.api.families import FAMILIES, OLD_GAUGES, family
from sunledger.api.gauges import REPAIRED
from sunledger.live import BreakerState, PollOutcome
from sunledger.measurements import MEASUREMENTS, Kind, Measurement, Unit

FACTORS = {Unit.WATT_HOUR: 3600, Unit.PERCENT: 0.01, Unit.PER_KILOWATT_HOUR: 1 / 3.6e6}
"""What makes base units of those that are none."""

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def samples(plant: Plant) -> Samples:
    answer = await plant.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(s.name, frozenset(s.labels.items())): s.value for f in families for s in f.samples}


def of(found: Samples, name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


async def test_polls_are_counted_with_their_end(plant: Plant) -> None:
    await plant.read(3)
    failed = PollOutcome(
        dtu_name="roof", started_at=NOON, seconds=9.1, error_type="unreachable", error="silent"
    )
    plant.metrics.poll_finished(failed)
    found = await samples(plant)
    assert of(found, "hoymiles_queries_total", dtu_name="roof", status="success") == 3
    assert of(found, "hoymiles_queries_total", dtu_name="roof", status="error") == 1
    assert of(found, "hoymiles_query_errors_total", dtu_name="roof", error_type="unreachable") == 1
    assert of(found, "hoymiles_query_duration_seconds_count", dtu_name="roof") == 4
    assert of(found, "hoymiles_query_duration_seconds_sum", dtu_name="roof") == pytest.approx(9.7)


async def test_the_old_gauges_show_the_present(plant: Plant) -> None:
    await plant.read(3)
    found = await samples(plant)
    serial = SERIALS[0]
    assert of(found, "hoymiles_dtu_available", dtu_name="roof") == 1
    assert of(found, "hoymiles_circuit_breaker_state", dtu_name="roof") == 0
    assert of(found, "hoymiles_smiles_uptime_seconds") == 180
    assert of(found, "hoymiles_inverter_power_watts", serial_number=serial, port="2") == 300
    assert of(found, "hoymiles_inverter_temperature_celsius", serial_number=serial) == 41.5
    assert of(found, "hoymiles_inverter_status", serial_number=serial) == 3
    assert of(found, "hoymiles_dtu_power_watts", dtu_name="roof") == 1200
    assert of(found, "hoymiles_today_production_wh", dtu_name="roof") == 40
    assert of(found, "hoymiles_total_production_wh", dtu_name="roof") == 4040


async def test_every_old_gauge_is_really_filled(plant: Plant) -> None:
    await plant.read()
    filled = {name for name, _ in await samples(plant)}
    assert set(OLD_GAUGES) <= filled


async def test_the_breaker_is_a_number(plant: Plant) -> None:
    for number, state in enumerate((BreakerState.CLOSED, BreakerState.HALF_OPEN, BreakerState.OPEN)):
        plant.health.heard(PollOutcome(dtu_name="roof", started_at=NOON, seconds=1, breaker=state))
        assert of(await samples(plant), "hoymiles_circuit_breaker_state", dtu_name="roof") == number


async def test_an_old_power_is_not_shown_as_a_live_one_but_counters_stay(plant: Plant) -> None:
    await plant.read(3)
    await plant.clock.advance(1000)
    found = await samples(plant)
    names = {name for name, _ in found}
    gone = {"hoymiles_inverter_power_watts", "hoymiles_dtu_power_watts", "sunledger_port_pv_voltage_volts"}
    assert not names & gone
    assert of(found, "hoymiles_total_production_wh", dtu_name="roof") == 4040
    assert of(found, "hoymiles_dtu_available", dtu_name="roof") == 0
    labels = {"serial_number": SERIALS[0], "port": "1"}
    assert of(found, "sunledger_port_production_joules_total", **labels) == 1010 * 3600


async def test_commits_and_requests_are_timed(plant: Plant) -> None:
    await plant.read(2)
    await plant.get(f"/api/inverters/{SERIALS[0]}/history")
    await plant.get("/api/v1/readings", limit="x")
    await plant.get("/somewhere/else")
    await plant.client.request("BREW", "/health")
    found = await samples(plant)
    assert (
        of(found, "hoymiles_db_operation_duration_seconds_count", operation="commit", table="port_data") == 2
    )
    name = "hoymiles_api_request_duration_seconds_count"
    assert of(found, name, endpoint="/api/inverters/{serial_number}/history", method="GET", status="200") == 1
    assert of(found, name, endpoint="/api/v1/readings", method="GET", status="400") == 1
    assert of(found, name, endpoint="unmatched", method="GET", status="404") == 1
    assert of(found, name, endpoint="/health", method="other", status="405") == 1


async def test_new_families_have_base_units(plant: Plant) -> None:
    await plant.read()
    found = await samples(plant)
    labels = {"serial_number": SERIALS[0], "port": "1"}
    assert of(found, "sunledger_port_pv_voltage_volts", **labels) == 33.1
    assert of(found, "sunledger_port_today_production_joules", **labels) == 700 * 3600
    assert of(found, "sunledger_port_production_joules_total", **labels) == 1000 * 3600
    assert of(found, "sunledger_inverter_temperature_celsius", serial_number=SERIALS[0]) == 41.5


@pytest.mark.parametrize("measurement", FAMILIES, ids=lambda m: f"{m.reading}.{m.name}")
def test_name_unit_and_factor_of_a_family_agree_with_the_catalogue(measurement: Measurement) -> None:
    derived, quantity = family(measurement), measurement.quantity
    bare = derived.name.removesuffix("_total")
    assert derived.counter == (quantity.kind is Kind.COUNTER) == derived.name.endswith("_total")
    assert bare.startswith(f"sunledger_{measurement.reading}_")
    assert bare.endswith(quantity.unit.value.prometheus_unit)
    assert derived.factor == FACTORS.get(quantity.unit, 1)
    assert ("port" in derived.labels) == (measurement.reading == "port")
    assert not derived.counter or measurement.reading != "port" or measurement.name in REPAIRED


def test_no_two_measurements_share_a_family() -> None:
    names = [each.name for each in FAMILIES.values()]
    assert len(set(names)) == len(names) == len(MEASUREMENTS)


async def test_promtool_finds_nothing_to_say(plant: Plant) -> None:
    promtool = require_program("promtool", "prometheus")
    await plant.read(3)
    text = (await plant.get("/metrics")).content
    process = await asyncio.create_subprocess_exec(
        promtool, "check", "metrics", stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert await process.communicate(text) == (b"", b"")
    assert process.returncode == 0


def test_switched_off_metrics_are_not_even_imported() -> None:
    program = "import sys, sunledger.api.application as a; print('prometheus_client' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"
