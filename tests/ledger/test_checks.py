"""What one poll alone can tell of its readings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.ledger.checks import EVERY_FIELD, check
from sunledger.ledger.judgement import Quality, Reason, quality
from sunledger.measurements import INVERTER, PORT, InverterReading, Poll, PortReading
from sunledger.measurements.catalogue import inverter_reading, port_reading
from sunledger.sitetime import milliseconds

AT = datetime(2026, 6, 21, 12, 0, tzinfo=UTC)
GOOD_PORT = (331, 604, 2000, 1200, 5_000_000)
GOOD_INVERTER = (2301, 4998, 214, 3, 0, 0, 1)
IDLE_PORT = (12, 0, 0, 1200, 5_000_000)
NOTHING_BUT_ZEROS = (0, 0, 0, 0, 0)

Found = list[tuple[str, int | None, str, Reason]]


def port(number: int, stored: Sequence[int | None] = GOOD_PORT) -> PortReading:
    return port_reading("114100000001", number, AT, stored)


def inverter(serial: str = "114100000001", stored: Sequence[int | None] = GOOD_INVERTER) -> InverterReading:
    return inverter_reading(serial, AT, stored)


def but(stored: Sequence[int], position: int, value: int) -> tuple[int, ...]:
    return (*stored[:position], value, *stored[position + 1 :])


def poll(*readings: PortReading | InverterReading) -> Poll:
    return Poll(
        dtu_name="roof",
        taken_at=AT,
        inverters=[each for each in readings if isinstance(each, InverterReading)],
        ports=[each for each in readings if isinstance(each, PortReading)],
    )


def found(poll: Poll) -> Found:
    return [
        (
            verdict.reading.serial_number,
            getattr(verdict.reading, "port_number", None),
            each.field,
            each.reason,
        )
        for verdict in check(poll)
        for each in verdict.judgements
    ]


def test_a_healthy_poll_has_no_findings() -> None:
    assert check(poll(port(1), port(2), inverter())) == []
    assert check(poll()) == []


def test_a_port_that_is_all_zero_while_a_neighbour_produces_is_a_glitch() -> None:
    assert found(poll(port(1), port(2, NOTHING_BUT_ZEROS), inverter())) == [
        ("114100000001", 2, EVERY_FIELD, Reason.ZERO_GLITCH)
    ]


def test_an_inverter_that_is_all_zero_while_a_neighbour_produces_is_a_glitch() -> None:
    silent = inverter("114100000002", (0,) * 7)
    assert found(poll(port(1), inverter(), silent)) == [
        ("114100000002", None, EVERY_FIELD, Reason.ZERO_GLITCH)
    ]


def test_a_glitch_with_missing_values_is_one_still() -> None:
    assert [each[3] for each in found(poll(port(1), port(2, (0, None, 0, None, 0))))] == [Reason.ZERO_GLITCH]


def test_a_reading_that_says_nothing_at_all_is_missing_and_no_glitch() -> None:
    assert check(poll(port(1), port(2, (None,) * 5), inverter(stored=(None,) * 7))) == []


def test_zeros_are_no_glitch_at_night_when_nobody_produces() -> None:
    night = poll(port(1, IDLE_PORT), port(2, NOTHING_BUT_ZEROS), inverter(stored=(0,) * 7))
    assert check(night) == []
    assert check(poll(port(1, NOTHING_BUT_ZEROS), port(2, NOTHING_BUT_ZEROS))) == []
    assert check(poll(port(1, (None,) * 5), port(2, NOTHING_BUT_ZEROS))) == []


def test_one_value_that_is_not_zero_is_enough_to_be_believed() -> None:
    for position in range(5):
        stored = [0] * 5
        stored[position] = 1
        assert check(poll(port(1), port(2, stored))) == []


@pytest.mark.parametrize(
    ("field", "raw"),
    [("pv_voltage", 65_535), ("pv_voltage", 15_001), ("pv_current", 65_535), ("pv_power", 65_535)],
)
def test_a_port_value_that_cannot_be_is_marked_with_what_was_sent(field: str, raw: int) -> None:
    (verdict,) = check(poll(port(1, but(GOOD_PORT, PORT.index(field), raw)), inverter()))
    (judgement,) = verdict.judgements
    at = milliseconds(AT)
    assert (judgement.field, judgement.reason) == (field, Reason.IMPLAUSIBLE)
    assert (judgement.raw, judgement.repaired) == (raw, None)
    assert (judgement.at, judgement.until, judgement.decided_at) == (at, at, at)


@pytest.mark.parametrize(
    ("field", "raw"), [("grid_voltage", 65_535), ("grid_frequency", 65_535), ("temperature", -601)]
)
def test_an_inverter_value_that_cannot_be_is_marked(field: str, raw: int) -> None:
    assert found(poll(port(1), inverter(stored=but(GOOD_INVERTER, INVERTER.index(field), raw)))) == [
        ("114100000001", None, field, Reason.IMPLAUSIBLE)
    ]


def test_every_value_that_cannot_be_is_named() -> None:
    (verdict,) = check(poll(port(1, (65535, 65535, 65535, 65535, 2**32 - 1))))
    assert [each.field for each in verdict.judgements] == ["pv_voltage", "pv_current", "pv_power"]


def test_a_cold_morning_is_plausible() -> None:
    assert check(poll(port(1), replace(inverter(), temperature=-25.0))) == []


def test_with_a_suspect_time_every_reading_is_marked_besides_its_other_faults() -> None:
    faulty = poll(port(1), port(2, NOTHING_BUT_ZEROS), inverter())
    assert found(replace(faulty, suspect_time=True)) == [
        ("114100000001", 2, EVERY_FIELD, Reason.ZERO_GLITCH),
        ("114100000001", 1, EVERY_FIELD, Reason.SUSPECT_TIME),
        ("114100000001", 2, EVERY_FIELD, Reason.SUSPECT_TIME),
        ("114100000001", None, EVERY_FIELD, Reason.SUSPECT_TIME),
    ]


stored_ports = st.tuples(*(st.none() | st.sampled_from([0, 0, 1, 600, 65535]) for _ in PORT.columns))
stored_inverters = st.tuples(*(st.none() | st.sampled_from([0, 0, 1, 2300, 65535]) for _ in INVERTER.columns))


def only_zeros(stored: Sequence[int | None]) -> bool:
    return set(stored) in ({0}, {0, None})


@given(st.lists(stored_ports, max_size=5), st.lists(stored_inverters, max_size=3))
def test_a_glitch_is_zeros_beside_somebody_who_produces_and_nothing_else(
    ports: list[tuple[int | None, ...]], inverters: list[tuple[int | None, ...]]
) -> None:
    readings: list[PortReading | InverterReading] = [port(n, stored) for n, stored in enumerate(ports, 1)]
    readings += [inverter(f"11410000000{n}", stored) for n, stored in enumerate(inverters, 2)]
    marked = {each[:2] for each in found(poll(*readings)) if each[3] is Reason.ZERO_GLITCH}
    producing = any(stored[PORT.index("pv_power")] for stored in ports)
    expected = {("114100000001", n) for n, stored in enumerate(ports, 1) if producing and only_zeros(stored)}
    silent = {
        (f"11410000000{n}", None) for n, stored in enumerate(inverters, 2) if producing and only_zeros(stored)
    }
    assert marked == expected | silent


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_says_what_the_reading_is_worth(reason: Reason) -> None:
    assert quality(reason) is {
        Reason.ZERO_GLITCH: Quality.ZERO_GLITCH,
        Reason.IMPLAUSIBLE: Quality.IMPLAUSIBLE,
        Reason.FROZEN: Quality.FROZEN,
        Reason.SUSPECT_TIME: Quality.GOOD,
    }.get(reason, Quality.CORRECTED)


def test_an_inverter_that_its_dtu_has_lost_is_no_glitch_as_long_as_its_ports_keep_their_counters() -> None:
    at = datetime(2026, 6, 21, 10, tzinfo=UTC)
    lost = InverterReading(serial_number="a", taken_at=at, grid_voltage=0.0, temperature=0.0, link_status=0)
    kept = PortReading(serial_number="a", port_number=1, taken_at=at, pv_power=0.0, total_production=5000)
    neighbour = PortReading(serial_number="b", port_number=1, taken_at=at, pv_power=200.0)
    poll = Poll(dtu_name="roof", taken_at=at, inverters=[lost], ports=[kept, neighbour])
    assert check(poll) == []
