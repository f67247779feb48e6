"""Batches: many readings column by column, as imports bring them and archives keep them.

A column is the stored integers of one measurement of one series; so a batch is made from the same catalogue
as readings are, and stores the same. Readings are for the live door, where they come one by one.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import lt
from typing import Any

from sunledger.measurements.catalogue import ReadingKind, Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The readings of one series. Raises ValueError when columns and times do not go together."""

    kind: ReadingKind[Any]
    identity: tuple[str | int, ...]
    """What names the series, in the order of `ReadingKind.identity`."""
    times: Sequence[int]
    """When each was taken, in milliseconds since 1970, each later than the one before."""
    values: Sequence[Sequence[Stored]]
    """A column for each measurement of the kind, in its order."""

    def __post_init__(self) -> None:
        if len(self.values) != len(self.kind.columns):
            raise ValueError(f"{self}: {len(self.values)} columns for {', '.join(self.kind.columns)}")
        for name, column in zip(self.kind.columns, self.values, strict=True):
            if len(column) != len(self.times):
                raise ValueError(f"{self}: {name} has {len(column)} values for {len(self.times)} times")
        if not all(map(lt, self.times, islice(self.times, 1, None))):
            raise ValueError(f"{self}: each time must be later than the one before")

    def __str__(self) -> str:
        return f"columns of {self.kind.name} {'/'.join(map(str, self.identity))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one DTU or device said over some time, whole: what it said at one moment is one poll.

    Raises ValueError for a series that is there twice.
    """

    dtu_name: str
    columns: Sequence[Columns]
    inverter_type: str = ""
    """What the inverters are, as far as anybody knows: the brand."""
    suspect_time: bool = False
    """True when the wall clock could not be trusted meanwhile (see `sitetime.stamps`)."""

    def __post_init__(self) -> None:
        if len({(each.kind.name, each.identity) for each in self.columns}) < len(self.columns):
            raise ValueError(f"a batch of {self.dtu_name} has the same series twice")

    @property
    def size(self) -> int:
        """How many readings there are."""
        return sum(len(each.times) for each in self.columns)

    def between(self, start: int, end: int) -> "Batch":
        """The readings with start <= time < end; series with the same list of times share one again."""
        cuts: dict[int, tuple[slice, Sequence[int]]] = {}
        chosen = []
        for each in self.columns:
            times = each.times
            if id(times) not in cuts:
                cut = slice(bisect_left(times, start), bisect_left(times, end))
                cuts[id(times)] = cut, times[cut]
            cut, cut_times = cuts[id(times)]
            if cut_times:
                chosen.append(replace(each, times=cut_times, values=[column[cut] for column in each.values]))
        return replace(self, columns=chosen)
