"""The size of a store as people read it."""

from collections.abc import Sequence
from datetime import datetime

from sunledger.store.storage import Compressed, Storage

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_THOUSAND = 1000


def amount(size: float) -> str:
    """Bytes in the unit that suits: 1.6 GB."""
    for unit in _UNITS[:-1]:
        if size < _THOUSAND:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= _THOUSAND
    return f"{size:.1f} {_UNITS[-1]}"


def report(storage: Storage) -> str:
    """A table by tier and table, then the rate of growth."""
    rows = [("tier", "table", "rows", "size", "oldest (UTC)", "newest (UTC)")]
    for tier, whole in storage.tiers.items():
        pieces = sorted((each for each in storage.pieces if each.tier == tier), key=lambda each: -each.size)
        for piece in (*pieces, whole._replace(table="together")):
            row = (
                tier,
                piece.table,
                f"{piece.rows:,}",
                amount(piece.size),
                _day(piece.oldest),
                _day(piece.newest),
            )
            rows.append(row)
    return "\n".join([*_aligned(rows), "", *_rates(storage)])


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = {2, 3}
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _rates(storage: Storage) -> list[str]:
    said = [f"{amount(storage.size)} in all, {amount(storage.reusable)} of it free for new rows"]
    if not storage.exact:
        said.append("Sizes by table are estimates: this SQLite has no dbstat.")
    if not storage.counted:
        said.append("Rows of large tables other than readings are the server's estimate.")
    if storage.compressed is not None:
        said.append(_compression(storage.compressed))
    if storage.rows_a_day is not None and storage.bytes_a_day is not None:
        said.append(f"{storage.rows_a_day:,.0f} readings a day, {amount(storage.bytes_a_day)} a day")
    if storage.disk is not None:
        said.append(f"{amount(storage.disk.free)} of {amount(storage.disk.total)} on the disk are free")
    return [*said, _outlook(storage)]


def _compression(state: Compressed) -> str:
    said = f"{state.compressed} of {state.chunks} chunks of readings are compressed"
    return f"{said}, from {amount(state.before)} to {amount(state.after)}" if state.compressed else said


def _outlook(storage: Storage) -> str:
    """How long the disk will do."""
    if storage.disk is None:
        return f"How long the disk will do is not known: {storage.disk_unknown}."
    days = storage.days_until_full
    return "It does not grow." if days is None else f"At this rate the disk is full in {days:,.0f} days."
