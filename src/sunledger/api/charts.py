"""Fewer points for charts: of each series those that keep its shape (MinMaxLTTB), `max_points` at most.

Rows are chosen, never made: what is shown was measured. The first and the last of a series stay; where values
are missing between two chosen ones, a row without a value stays between them, so that no line is drawn there.
"""

from array import array
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import Field

from sunledger.api import steps
from sunledger.api.problems import Problem, Trouble
from sunledger.api.tables import Chunk, Content, Table
from sunledger.sitetime import instant, milliseconds

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
    Places = np.ndarray[tuple[int], np.dtype[np.intp]]

MaxPoints = Annotated[
    int,
    Field(
        ge=8,
        le=10_000,
        description="For charts: of each series so many rows at most, those that keep its shape. "
        "Measurements of a row share them; name those that are drawn in fields.",
    ),
]
MOST_ROWS = 600_000
"""That are looked at for a chart: a year of minutes. As columns of numbers they need 8 bytes a value."""
_LEAST = 8
"""Points of a measurement."""

_Kept = Any
"""The values of a column: an array of milliseconds or of floats, or a list of texts."""


class Drawn(NamedTuple):
    """What of a table is drawn."""

    by: Sequence[str]
    """Columns that tell one series from another."""
    time: str
    values: Sequence[str]


async def thinned(table: Table, most: int, drawn: Drawn, *, bounded: bool = False) -> Table:
    """The table with so many rows of each series at most, series by series. Raises Problem.

    Bounded, it has no more rows than one JSON answer may hold.
    """
    _require_library()
    share = most // max(1, len(drawn.values))
    if share < _LEAST:
        detail = (
            f"max_points: {most} are too few for {len(drawn.values)} measurements. Ask for "
            f"{_LEAST * len(drawn.values)} or more, or name in fields those that are drawn."
        )
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter="max_points")
    found = await _by_series(table, drawn)
    if bounded:
        _refuse_more_than_json_holds(sum(min(len(columns[0]), most) for columns in found))
    return Table(table.columns, _chosen(table, found, share, drawn))


def _refuse_more_than_json_holds(rows: int) -> None:
    if rows > steps.MOST_ROWS:
        detail = (
            f"max_points: of all series these could be {rows} rows and JSON holds {steps.MOST_ROWS}. "
            "Ask for fewer points, fewer devices, or format=columns."
        )
        raise Problem(Trouble.TOO_MUCH, detail, parameter="max_points")


def _require_library() -> None:
    try:
        import tsdownsample  # noqa: F401, PLC0415  imported only for charts
    except ImportError:
        detail = (
            "max_points: tsdownsample and NumPy, which choose the points, are not installed on this machine. "
            "Leave max_points out, or ask for /api/v1/history with a longer step."
        )
        raise Problem(Trouble.NOT_INSTALLED, detail, parameter="max_points") from None


async def _by_series(table: Table, drawn: Drawn) -> Sequence[Sequence[_Kept]]:
    """The columns of each series. Raises Problem where they would need too much memory."""
    by = [table.names.index(name) for name in drawn.by]
    found: dict[tuple[object, ...], list[_Kept]] = {}
    rows = 0
    async for chunk in table.chunks:
        rows += len(chunk[0])
        if rows > MOST_ROWS:
            detail = (
                f"max_points: more than {MOST_ROWS} rows would have to be looked at. Ask for a shorter span, "
                "fewer devices, or /api/v1/history with a longer step."
            )
            raise Problem(Trouble.TOO_MUCH, detail, parameter="max_points")
        for key, places in _places(chunk, by).items():
            columns = found.setdefault(key, [_empty(column.content) for column in table.columns])
            _append(columns, chunk, places)
    return list(found.values())


def _places(chunk: Chunk, by: Sequence[int]) -> dict[tuple[object, ...], list[int]]:
    """Where the rows of each series are in a chunk."""
    places: dict[tuple[object, ...], list[int]] = {}
    for place, key in enumerate(zip(*[chunk[each] for each in by], strict=True)):
        places.setdefault(key, []).append(place)
    return places


def _empty(content: Content) -> _Kept:
    if content is Content.TEXT:
        return []
    return array("q") if content is Content.MOMENT else array("d")


def _append(columns: Sequence[_Kept], chunk: Chunk, places: Sequence[int]) -> None:
    for column, values in zip(columns, chunk, strict=True):
        column.extend(_packed(column, [values[place] for place in places]))


def _packed(column: _Kept, values: Sequence[Any]) -> Sequence[Any]:
    """Moments as milliseconds, missing numbers as NaN."""
    if isinstance(column, list):
        return values
    if column.typecode == "d":
        return [_NAN if value is None else value for value in values]
    return [milliseconds(at if isinstance(at, datetime) else datetime.fromisoformat(at)) for at in values]


_NAN = float("nan")


async def _chosen(
    table: Table, series: Sequence[Sequence[_Kept]], share: int, drawn: Drawn
) -> AsyncIterator[Chunk]:
    time, values = table.names.index(drawn.time), [table.names.index(name) for name in drawn.values]
    for columns in series:
        places = _places_of(columns[time], [columns[each] for each in values], share)
        yield [
            _unpacked(column.content, kept, places)
            for column, kept in zip(table.columns, columns, strict=True)
        ]


def _places_of(time: Any, values: Sequence[Any], share: int) -> list[int]:
    """The rows that any of the values needs."""
    import numpy as np  # noqa: PLC0415

    times = np.frombuffer(time, np.int64)
    rising = times if times[0] <= times[-1] else -times
    picked = [points(rising, np.frombuffer(each, np.float64), share) for each in values]
    places: list[int] = np.unique(np.concatenate(picked)).tolist()
    return places


def _unpacked(content: Content, column: _Kept, places: Sequence[int]) -> Sequence[object]:
    if content is Content.TEXT:
        return [column[place] for place in places]
    if content is Content.MOMENT:
        return [instant(int(column[place])) for place in places]
    known = (
        (column[place], column[place] == column[place]) for place in places
    )  # NaN is not equal to itself
    if content is Content.WHOLE:
        return [int(value) if there else None for value, there in known]
    return [value if there else None for value, there in known]


def points(times: Any, values: "Floats", most: int) -> "Places":
    """The places of so many values at most, in order: the first, the last, and those that keep the shape.

    NaN is a missing value. Of each run of them that lies between two chosen values one stays.
    """
    import numpy as np  # noqa: PLC0415
    from tsdownsample import MinMaxLTTBDownsampler  # noqa: PLC0415

    if len(values) <= most:
        return np.arange(len(values))
    missing = np.flatnonzero(np.isnan(values))
    known = np.flatnonzero(~np.isnan(values))
    wanted = most - _spare(missing, most)
    picked = known
    if len(known) > wanted:
        sampler = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        chosen = sampler.downsample(times[known], values[known], n_out=wanted)
        picked = known[chosen.astype(np.intp)]
    ends = np.array([0, len(values) - 1])
    return np.unique(np.concatenate([picked, _gaps(picked, missing), ends]))


def _spare(missing: "Places", most: int) -> int:
    """Points that gaps can need: one for each run of missing values, but no more than lie between others."""
    import numpy as np  # noqa: PLC0415

    runs = 0 if not len(missing) else 1 + int(np.count_nonzero(np.diff(missing) > 1))
    return min(runs + 2, most // 2 + 1) if runs else 0


def _gaps(picked: "Places", missing: "Places") -> "Places":
    """The first missing value after each chosen one, where it comes before the next one."""
    import numpy as np  # noqa: PLC0415

    if not len(missing):
        return missing
    following = np.searchsorted(missing, picked[:-1])
    inside = following < len(missing)
    found = missing[following[inside]]
    return found[found < picked[1:][inside]]
