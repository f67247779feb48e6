"""Late readings: what those of a quarter of an hour change, held against the ones that are stored.

A reading is late when its series has one at the same time or after it: it was held up, or it comes again.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sunledger.ledger.judgement import Judgement, Reason
from sunledger.store.records import Of, Row, Series, position
from sunledger.store.shelf import QUARTER_MS, ReadShelf


class Late(NamedTuple):
    """A late reading."""

    series: Series
    row: Row
    poll: int
    """The place of its poll among those that are posted together."""
    marks: tuple[Judgement, ...]
    """What the poll's check found of it."""


class Change(NamedTuple):
    """A late reading that is not there yet, or was there with other values."""

    late: Late
    before: Row | None
    """The row that it replaces."""

    @property
    def notes(self) -> list[Judgement]:
        """The values that are replaced."""
        late = self.late
        if self.before is None:
            return []
        at = position(late.row).at
        return [
            Judgement(at, at, name, Reason.REPLACED_VALUE, before, after, at)
            for name, before, after in zip(
                late.series.of.kind.columns, self.before[2:], late.row[2:], strict=True
            )
            if before != after
        ]


def held_against_stored(
    shelf: ReadShelf, of: Of, start: int, lates: Sequence[Late]
) -> tuple[list[Change], Mapping[int, list[Row]]]:
    """What late readings of one quarter change, in their order; and its rows then, by series and time."""
    kept: dict[int, dict[int, Row]] = {late.series.id: {} for late in lates}
    for row in shelf.rows(of, list(kept), start, start + QUARTER_MS):
        at, number = position(row)
        kept[number][at] = row
    changes = []
    for late in lates:
        at, number = position(late.row)
        before = kept[number].get(at)
        if before != late.row:
            kept[number][at] = late.row
            changes.append(Change(late, before))
    return changes, {number: [rows[at] for at in sorted(rows)] for number, rows in kept.items()}


def later(before: Row | None, row: Row, marks: Sequence[Judgement]) -> Row | None:
    """The later of two rows that was not set aside."""
    if set_aside(marks):
        return before
    return row if before is None or position(row).at >= position(before).at else before


def set_aside(marks: Sequence[Judgement]) -> bool:
    """Whether a reading with these marks is never shown as the latest."""
    return any(mark.reason is Reason.ZERO_GLITCH for mark in marks)
