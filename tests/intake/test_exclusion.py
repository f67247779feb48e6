"""Excluded devices push in vain."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sunledger.intake.exclusion import excluding, without
from sunledger.measurements import EnergyReading, InverterReading, Poll, PortReading
from sunledger.store.records import Receipt

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)


def poll(device: str, *serials: str) -> Poll:
    return Poll(
        dtu_name=device,
        taken_at=NOON,
        inverters=[InverterReading(serial_number=serial, taken_at=NOON) for serial in serials],
        ports=[PortReading(serial_number=serial, port_number=1, taken_at=NOON) for serial in serials],
        energy=[EnergyReading(device_id=device, taken_at=NOON, grid_power=1.0)],
    )


def test_an_excluded_inverter_is_left_out_and_an_excluded_device_says_nothing() -> None:
    left = without({"B"}, poll("gateway", "A", "B"))
    assert [each.serial_number for each in left.inverters] == ["A"]
    assert [each.serial_number for each in left.ports] == ["A"]
    assert len(left.energy) == 1
    assert without({"gateway"}, poll("gateway", "A")).size == 0


async def test_what_is_left_is_taken_in_and_nothing_is_not() -> None:
    taken: list[Poll] = []

    async def accept(polls: Sequence[Poll]) -> Sequence[Receipt]:
        taken.extend(polls)
        return [Receipt(each, each.size, 0, (), ()) for each in polls]

    excluded: set[str] = set()
    others = excluding(excluded, accept)
    assert len(await others([poll("gateway", "A"), poll("meter")])) == 2
    excluded.add("gateway")
    assert len(await others([poll("gateway", "A"), poll("meter")])) == 1
    assert await others([poll("gateway", "A")]) == ()
    assert [each.dtu_name for each in taken] == ["gateway", "meter", "meter"]
