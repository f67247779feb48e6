"""What a benchmark finds out: a figure, its limit measured in the same run, and the aims it should meet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal, NamedTuple

TIMES = "×"
"""The unit of an aim that concerns the ratio to the limit."""


class Aim(NamedTuple):
    """A bound on a figure, or on its ratio to the limit when the unit is `TIMES`."""

    sense: Literal["≤", "≥"]
    bound: float
    unit: str

    def __str__(self) -> str:
        return f"{self.sense} {self.bound:g} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure."""

    name: str
    value: float
    unit: str
    limit: float
    """What the same machine did in the same run without Sunledger, in the same unit."""
    against: str
    """What the limit is."""
    aims: Sequence[Aim] = ()

    @property
    def ratio(self) -> float:
        """The figure in multiples of its limit."""
        return self.value / self.limit

    @property
    def missed(self) -> list[Aim]:
        """The aims that are not met."""
        return [aim for aim in self.aims if not self._meets(aim)]

    def _meets(self, aim: Aim) -> bool:
        value = self.ratio if aim.unit == TIMES else self.value
        return value <= aim.bound if aim.sense == "≤" else value >= aim.bound

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """What it is, the figure, the limit, the ratio and the verdict, as people read them."""
        return (
            self.name,
            f"{_rounded(self.value)} {self.unit}",
            f"{_rounded(self.limit)} {self.unit} ({self.against})",
            f"{self.ratio:.3g} {TIMES}",
            self._verdict(),
        )

    def _verdict(self) -> str:
        return ", ".join(f"{aim} {'met' if self._meets(aim) else 'missed'}" for aim in self.aims)

    def as_json(self) -> dict[str, object]:
        """The figure for machines; `met` is null for a figure without an aim."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "limit": self.limit,
            "against": self.against,
            "ratio": self.ratio,
            "aims": [str(aim) for aim in self.aims],
            "met": not self.missed if self.aims else None,
        }


def report(figures: Iterable[Figure]) -> list[Figure]:
    """Print each figure on a line of its own as soon as it is known; all of them."""
    known = []
    for figure in figures:
        name, value, limit, ratio, verdict = figure.cells
        print(f"{name}: {value}, limit {limit}, ratio {ratio}{verdict and f'; aim {verdict}'}", flush=True)
        known.append(figure)
    return known


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def _rounded(value: float) -> str:
    """Three digits that count, with thousands set apart."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
