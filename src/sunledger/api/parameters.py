"""Parameters of requests: times with their offset, spans, zones; unknown names are refused, not ignored."""

import difflib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from sunledger.api.problems import Problem, Trouble
from sunledger.sitetime import Span

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
ALL_TIME = Span(EARLIEST, LATEST)


class Parameters(BaseModel):
    """The query parameters of an address under /api/v1."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _only_known(cls, given: dict[str, Any]) -> dict[str, Any]:
        for name in given:
            if name not in cls.model_fields:
                raise PydanticCustomError(
                    "unknown_parameter",
                    "{sentence}",
                    {"parameter": name or '""', "sentence": unknown_name(name, tuple(cls.model_fields))},
                )
        return given


def unknown_name(name: str, known: Sequence[str], what: str = "parameter") -> str:
    """What to say of a name that is no parameter, or none of something else."""
    if not known:
        return "this address takes no parameters"
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if nearest:
        return f"no such {what} here; the nearest is {nearest[0]}"
    return f"no such {what} here; known are {', '.join(known)}"


def _moment(given: object) -> datetime:
    """An aware moment in UTC from ISO 8601 with Z or an offset."""
    try:
        at = datetime.fromisoformat(str(given))
    except ValueError:
        raise PydanticCustomError(
            "moment", "not a time; write ISO 8601 such as 2026-03-29T12:00:00Z (a + in an address is %2B)"
        ) from None
    if at.tzinfo is None:
        raise PydanticCustomError(
            "moment",
            "a time without an offset could be anywhere; add Z for UTC or an offset such as %2B02:00",
        )
    if not EARLIEST <= at <= LATEST:
        raise PydanticCustomError("moment", "out of range; times lie between 1970 and 2200")
    return at.astimezone(UTC)


def _zone(given: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(given))
    except (ValueError, KeyError, OSError):
        raise PydanticCustomError(
            "zone", "no such zone; write an IANA name such as Europe/Berlin or UTC"
        ) from None


Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
Zone = Annotated[
    ZoneInfo, BeforeValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Berlin"]})
]
Serial = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Serial number of an inverter.")]
Serials = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")], ...],
    Field(
        max_length=1000,
        description="Serial number of an inverter, or another device or place; repeatable. Default: all.",
    ),
]
Ports = Annotated[
    tuple[Annotated[int, Field(ge=1, le=255)], ...],
    Field(max_length=255, description="Number of a port, from 1; repeat it for several. Default: all."),
]
Start = Annotated[Moment, Field(description="From this moment on (ISO 8601 with Z or an offset).")]
End = Annotated[Moment, Field(description="Up to, but not including this moment.")]
Limit = Annotated[int, Field(ge=1, le=1000, description="Items on a page.")]
Cursor = Annotated[str, Field(max_length=300, description="`next_cursor` of the page before.")]


class NoParameters(Parameters):
    """For addresses that take none."""


def span_of(start: datetime | None, end: datetime | None, now: datetime, length: timedelta) -> Span:
    """The span asked for. Without an end it goes up to now, without a start it is `length` long."""
    given = "end" if start is None else "start"
    if start is None:
        start = max(EARLIEST, (end or now) - length)
    if end is None:
        end = now + timedelta(milliseconds=1)
    if start >= end:
        detail = (
            f"{given}: from {start.isoformat()} to {end.isoformat()} there is no time. "
            "Choose an earlier start or a later end."
        )
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter=given)
    return Span(start, end)
