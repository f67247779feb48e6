"""Which scale the current of each port has, shown by volts times amperes against watts; pure.

Sources disagree per series, so the decoder decides it block by block (`inverters.hoymiles_block`).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sunledger.app.doctor.findings import Finding, attention, good, note
from sunledger.inverters.hoymiles_block import Block, CurrentScale, decode

_AGREE = 1.3
"""How far V·I may be from P by ratio: a port measures one after the other, under moving clouds."""
_ENOUGH = 5.0
"""Watts below which rounding hides the scale."""
_SHOWN = 3
"""Ports that are shown for each scale."""


class Current(NamedTuple):
    """A port and the scale that its current was read with."""

    block: Block
    scale: CurrentScale

    @property
    def apparent(self) -> float:
        """Volts times amperes, in W."""
        return self.block.pv_voltage * self.block.pv_current

    @property
    def telling(self) -> bool:
        """Whether there is enough of everything to compare."""
        return min(self.apparent, self.block.pv_power) >= _ENOUGH

    @property
    def fits(self) -> bool:
        """Whether volts times amperes make the watts."""
        return 1 / _AGREE <= self.apparent / self.block.pv_power <= _AGREE

    def __str__(self) -> str:
        block = self.block
        return (
            f"{block.serial_number} port {block.port_number}: {block.pv_voltage:.1f} V × "
            f"{block.pv_current:.2f} A = {self.apparent:.0f} W; it says {block.pv_power:.0f} W"
        )


def read_currents(blocks: Iterable[bytes], configured: CurrentScale) -> list[Current]:
    """The current of each port in these blocks, the last one of a port counting."""
    found = {}
    for data in blocks:
        block, tenths = decode(data, configured.divisor), decode(data, CurrentScale.TENTHS.divisor)
        if block is not None and tenths is not None:
            same = block.pv_current == tenths.pv_current
            scale = CurrentScale.TENTHS if same else CurrentScale.HUNDREDTHS
            found[block.serial_number, block.port_number] = Current(block, scale)
    return list(found.values())


def judged_currents(currents: Iterable[Current], key: str) -> Iterator[Finding]:
    """What they show; `key` is where the owner sets the scale."""
    telling = [current for current in currents if current.telling]
    if not telling:
        yield note("No panel gives enough power now to tell the scale of the currents; look again by day.")
    for scale in (CurrentScale.TENTHS, CurrentScale.HUNDREDTHS):
        yield from _of_scale([each for each in telling if each.scale is scale and each.fits], scale)
    odd = [current for current in telling if not current.fits]
    if odd:
        yield attention(
            "Volts times amperes are far from watts.",
            f"Set {key} to auto; if it is, to the one of tenths and hundredths that comes nearer.",
            shown=_listed(odd),
        )


def _of_scale(currents: list[Current], scale: CurrentScale) -> Iterator[Finding]:
    inverters = {current.block.serial_number for current in currents}
    if inverters:
        yield good(
            f"Currents count {scale.value} of an ampere (inverters: {len(inverters)}).", *_listed(currents)
        )


def _listed(currents: list[Current]) -> Iterator[str]:
    yield from map(str, currents[:_SHOWN])
    if len(currents) > _SHOWN:
        yield f"… and {len(currents) - _SHOWN} more ports"
