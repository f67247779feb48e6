"""What the spool keeps of a poll comes back as it was, whatever the poll was."""

import zlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.plants import START, poll

from sunledger.ledger.judgement import Judgement, Reason
from sunledger.measurements import (
    ENERGY,
    INVERTER,
    PORT,
    TELEMETRY,
    WEATHER,
    EnergyReading,
    InverterReading,
    Poll,
    PortReading,
    ReadingKind,
    TelemetryPoint,
    WeatherReading,
)
from sunledger.store.records import Entry, Found
from sunledger.store.spool_entry import WRITING, UnreadableEntry, decode, encode

INTEGERS = st.integers(-(2**63), 2**63 - 1)
MOMENTS = st.integers(0, 7_000_000_000_000_000).map(lambda at: START + timedelta(microseconds=at))
NAMES = st.text(max_size=20)


def values(kind: ReadingKind[Any]) -> dict[str, st.SearchStrategy[object]]:
    """Any value of each measurement that a driver could make up."""
    floats = st.floats(allow_nan=False, allow_infinity=False)
    return {each.name: st.none() | (INTEGERS if each.integral else floats) for each in kind.measurements}


INVERTERS = st.builds(InverterReading, serial_number=NAMES, taken_at=MOMENTS, **values(INVERTER))
PORTS = st.builds(PortReading, serial_number=NAMES, port_number=INTEGERS, taken_at=MOMENTS, **values(PORT))
ENERGIES = st.builds(
    EnergyReading, device_id=NAMES, data_source=NAMES, location=NAMES, taken_at=MOMENTS, **values(ENERGY)
)
WEATHERS = st.builds(WeatherReading, location=NAMES, source=NAMES, taken_at=MOMENTS, **values(WEATHER))
POINTS = st.builds(TelemetryPoint, device=NAMES, data_type=NAMES, taken_at=MOMENTS, **values(TELEMETRY))
POLLS = st.builds(
    Poll,
    dtu_name=NAMES,
    taken_at=MOMENTS,
    inverters=st.lists(INVERTERS, max_size=4).map(tuple),
    ports=st.lists(PORTS, max_size=6).map(tuple),
    inverter_type=NAMES,
    suspect_time=st.booleans(),
    energy=st.lists(ENERGIES, max_size=2).map(tuple),
    weather=st.lists(WEATHERS, max_size=2).map(tuple),
    telemetry=st.lists(POINTS, max_size=3).map(tuple),
)
JUDGEMENTS = st.builds(
    Judgement,
    at=INTEGERS,
    until=INTEGERS,
    field=NAMES,
    reason=st.sampled_from(Reason),
    raw=st.none() | INTEGERS,
    repaired=st.none() | INTEGERS,
    decided_at=INTEGERS,
)
FOUND = st.builds(Found, NAMES, st.none() | INTEGERS, st.lists(JUDGEMENTS, max_size=3).map(tuple))


@given(POLLS, st.lists(FOUND, max_size=4))
def test_a_poll_comes_back_as_it_was(given_poll: Poll, found: list[Found]) -> None:
    assert decode(encode(Entry(given_poll, found))) == (given_poll, tuple(found))


def test_a_poll_of_twenty_ports_takes_less_than_a_kilobyte() -> None:
    assert len(encode(Entry(poll(START, range(81_000, 81_100, 5))))) < 1000


def test_an_entry_of_the_first_version_is_read() -> None:
    written = (
        b'{"dtu_name":"roof","taken_at":1774677600000000,"inverter_type":"","suspect_time":false,'
        b'"inverter":{"taken_at":[]},"port":{"taken_at":[1774677600000000],"serial_number":["1141"],'
        b'"port_number":[1],"pv_power":[200.0]},"found":[]}'
    )
    (port,) = decode(WRITING + zlib.compress(written)).poll.ports
    assert (port.serial_number, port.port_number, port.pv_power) == ("1141", 1, 200.0)


def test_another_way_of_writing_is_not_guessed_at() -> None:
    entry = encode(Entry(poll(START, (1, 2))))
    with pytest.raises(UnreadableEntry, match="does not know"):
        decode(b"\x7f" + entry[1:])


@given(st.binary(max_size=60))
def test_bytes_that_are_no_entry_are_told_from_one(noise: bytes) -> None:
    for entry in (noise, WRITING + noise, WRITING + zlib.compress(noise)):
        with pytest.raises(UnreadableEntry):
            decode(entry)


def test_measurements_of_a_later_version_are_not_dropped_silently() -> None:
    tree = zlib.decompress(encode(Entry(poll(START, (1, 2))))[1:])
    later = tree.replace(b'"pv_power"', b'"pv_warmth"')
    with pytest.raises(UnreadableEntry, match="pv_warmth"):
        decode(WRITING + zlib.compress(later))
