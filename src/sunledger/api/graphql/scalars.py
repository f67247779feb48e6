"""Scalars: moments in UTC, zones by name, and whole numbers that need more than 32 bits."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NewType
from zoneinfo import ZoneInfo

import strawberry
from pydantic import TypeAdapter, ValidationError
from strawberry.types.scalar import ScalarDefinition

from sunledger.api.lines import utc
from sunledger.api.parameters import Moment, Zone

Int64 = NewType("Int64", int)

MOST = 2**63 - 1


class Unusable(ValueError):
    """A value that a scalar does not take; says why."""


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -MOST - 1 <= value <= MOST:
        raise Unusable(f"{value!r:.80} is no whole number of 64 bits.")
    return value


def _parsed_by(adapter: TypeAdapter[Any]) -> Callable[[object], Any]:
    """What REST takes, with its words for what it does not take."""

    def parse(value: object) -> Any:
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            raise Unusable(f"{value!r:.80} is {error.errors()[0]['msg']}.") from None

    return parse


SCALARS: dict[object, ScalarDefinition] = {
    Int64: strawberry.scalar(
        name="Int64",
        description="A whole number of up to 64 bits, a number in JSON: Int ends at 2³¹−1.",
        serialize=_whole,
        parse_value=_whole,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment as ISO 8601: answers are in UTC with Z, arguments have Z or an offset.",
        serialize=utc,
        parse_value=_parsed_by(TypeAdapter(Moment)),
    ),
    ZoneInfo: strawberry.scalar(
        name="TimeZone",
        description="An IANA name such as Europe/Berlin or UTC.",
        serialize=str,
        parse_value=_parsed_by(TypeAdapter(Zone)),
    ),
}
