"""How much a store keeps, by table and tier, how fast it grows and how long the disk will do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

TierName = Literal["raw", "quarter", "hour", "day", "other"]
TIERS: tuple[TierName, ...] = ("raw", "quarter", "hour", "day", "other")


class Piece(NamedTuple):
    """A table, or the part of one that belongs to a tier, with its indexes."""

    table: str
    tier: TierName
    rows: int
    size: int
    """In bytes."""
    oldest: datetime | None = None
    newest: datetime | None = None


class Disk(NamedTuple):
    """The file system that a store stands on, in bytes."""

    total: int
    free: int


class Compressed(NamedTuple):
    """How far tables are compressed that are kept in chunks of time."""

    chunks: int
    compressed: int
    """Of them."""
    before: int
    """Bytes of the compressed ones before."""
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """A store as it was when it was measured."""

    engine: str
    size: int
    """In bytes, everything."""
    reusable: int = 0
    """Bytes inside that new rows will use again."""
    exact: bool = False
    """Whether the sizes of tables were measured; else they are shares of the whole by rows and columns."""
    counted: bool = True
    """Whether the rows of all tables were counted; else those of large ones are the engine's estimate."""
    pieces: Sequence[Piece] = ()
    rows_a_day: float | None = None
    """Readings stored for each of the latest days; None while there are none."""
    disk: Disk | None = None
    disk_unknown: str | None = None
    """Why nothing is known of the disk."""
    compressed: Compressed | None = None
    """None where the engine does not compress."""

    @property
    def tiers(self) -> Mapping[TierName, Piece]:
        """What the tables of each tier come to."""
        by_tier = {tier: [piece for piece in self.pieces if piece.tier == tier] for tier in TIERS}
        return {tier: _together(tier, pieces) for tier, pieces in by_tier.items() if pieces}

    @property
    def bytes_a_day(self) -> float | None:
        """How fast it grows: for each new reading as much as for those there are, in all tiers."""
        rows = sum(piece.rows for piece in self.pieces if piece.tier == "raw")
        if not rows or self.rows_a_day is None:
            return None
        return (self.size - self.reusable) / rows * self.rows_a_day

    @property
    def days_until_full(self) -> float | None:
        """How many days the disk will do at that rate; None where nothing grows."""
        if self.disk is None or not self.bytes_a_day:
            return None
        return (self.disk.free + self.reusable) / self.bytes_a_day


def _together(tier: TierName, pieces: Sequence[Piece]) -> Piece:
    oldest = [piece.oldest for piece in pieces if piece.oldest]
    newest = [piece.newest for piece in pieces if piece.newest]
    return Piece(
        "", tier, sum(piece.rows for piece in pieces), sum(piece.size for piece in pieces),
        min(oldest, default=None), max(newest, default=None),
    )  # fmt: skip
