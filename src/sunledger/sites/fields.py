"""Fields of entries, from JSON as anybody may send it to values that can be trusted.

A `Fields` is read member by member; what has not been read in the end is a name that nobody knows.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sunledger.sites.errors import Invalid

IDENTIFIER = r"^[A-Za-z0-9_-]{1,64}$"
LONGEST_NAME = 200
LONGEST_NOTES = 4000
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_UNWRITTEN = {"Cc", "Cs"}
_BLANK = str.maketrans("\n\t", "  ")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def identifier(given: object, field: str = "id") -> str:
    """An identifier as people and devices choose it. Raises `Invalid`."""
    if not isinstance(given, str) or not _IDENTIFIER.fullmatch(given):
        raise Invalid("must be 1 to 64 letters, digits, _ and -", field)
    return given


class Fields:
    """The members of a JSON object; `path` says where it stands in what was sent."""

    def __init__(self, given: object, path: str = "") -> None:
        if not isinstance(given, Mapping):
            raise Invalid("must be an object", path.rstrip(".") or "body")
        self._given: Mapping[object, object] = given
        self._path = path
        self._read: list[str] = []

    def take(self, name: str) -> object:
        """The member as it is; None when it is missing."""
        self._read.append(name)
        return self._given.get(name)

    def at(self, name: str) -> str:
        """Where a member stands."""
        return self._path + name

    def refuse_others(self) -> None:
        """Raise `Invalid` when there are members that were not read."""
        for name in self._given:
            if name not in self._read:
                known = ", ".join(self._read) or "none"
                raise Invalid(f"no such field here; known are {known}", f"{self._path}{name!s:.80}")

    def text(self, name: str, default: str | None = None) -> str:
        """A text of one line, not blank."""
        given = self.take(name)
        if given is None and default is not None:
            return default
        if not isinstance(given, str) or not given.strip() or len(given) > LONGEST_NAME:
            raise Invalid(f"must be a text of 1 to {LONGEST_NAME} characters", self.at(name))
        if not given.isprintable():
            raise Invalid("holds characters that cannot be shown", self.at(name))
        return given.strip()

    def notes(self, name: str) -> str:
        """A text of several lines; empty when it is missing."""
        given = self.take(name)
        if given is None:
            return ""
        if not isinstance(given, str) or len(given) > LONGEST_NOTES:
            raise Invalid(f"must be a text of at most {LONGEST_NOTES} characters", self.at(name))
        written = "\n".join(given.splitlines()).strip()
        if any(unicodedata.category(each) in _UNWRITTEN for each in written.translate(_BLANK)):
            raise Invalid("holds characters that cannot be shown", self.at(name))
        return written

    def names(self, name: str, low: int, high: int) -> dict[int, str]:
        """Names by number, in the order of numbers; empty when it is missing."""
        given = self.take(name)
        if given is None:
            return {}
        members, found = Fields(given, self.at(f"{name}.")), dict[int, str]()
        for key in members._given:
            if not isinstance(key, str) or not _NUMBER.fullmatch(key) or not low <= int(key) <= high:
                raise Invalid(f"must be a number from {low} to {high}", members.at(f"{key!s:.80}"))
            if text := members.text(key, default=""):
                found[int(key)] = text
        return dict(sorted(found.items()))

    def identifier(self, name: str) -> str | None:
        """The id of another entry, or None."""
        given = self.take(name)
        return None if given is None else identifier(given, self.at(name))

    def number(self, name: str, low: float = -math.inf, high: float = math.inf) -> float:
        """A number within bounds."""
        found = self.optional_number(name, low, high)
        if found is None:
            raise Invalid("is missing; give a number", self.at(name))
        return found

    def optional_number(self, name: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """A number within bounds, or None."""
        given = self.take(name)
        if given is None:
            return None
        if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
            raise Invalid("must be a number", self.at(name))
        if not low <= given <= high:
            raise Invalid(f"must be {_bounds(low, high)}", self.at(name))
        return float(given)

    def whole(self, name: str, low: int, high: int) -> int:
        """A whole number within bounds."""
        given = self.take(name)
        if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
            raise Invalid(f"must be a whole number from {low} to {high}", self.at(name))
        return given

    def truth(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        given = self.take(name)
        if given is None:
            return default
        if not isinstance(given, bool):
            raise Invalid("must be true or false", self.at(name))
        return given

    def zone(self, name: str, default: ZoneInfo) -> ZoneInfo:
        """A time zone by its IANA name."""
        given = self.take(name)
        if given is None:
            return default
        try:
            return ZoneInfo(given if isinstance(given, str) else "")
        except (ValueError, KeyError, OSError):
            raise Invalid("no such zone; write an IANA name such as Europe/Berlin", self.at(name)) from None

    def moment(self, name: str) -> datetime | None:
        """A moment in UTC, or None."""
        given = self.take(name)
        if given is None:
            return None
        try:
            at = datetime.fromisoformat(str(given))
        except ValueError:
            raise Invalid("not a time; write ISO 8601 such as 2026-03-29T12:00:00Z", self.at(name)) from None
        if at.tzinfo is None:
            raise Invalid("a time without an offset could be anywhere; add Z for UTC", self.at(name))
        return at.astimezone(UTC)

    def day(self, name: str) -> date:
        """A day of the calendar."""
        try:
            return date.fromisoformat(str(self.take(name)))
        except ValueError:
            raise Invalid("not a day; write it as 2026-03-29", self.at(name)) from None

    def currency(self, name: str) -> str:
        """A currency by its ISO 4217 code."""
        given = self.take(name)
        if not isinstance(given, str) or not _CURRENCY.fullmatch(given):
            raise Invalid("not a currency; write its ISO 4217 code such as EUR", self.at(name))
        return given

    def one_of(self, name: str, known: Sequence[str]) -> str:
        """One of the words that are known."""
        given = self.take(name)
        if not isinstance(given, str) or given not in known:
            raise Invalid(f"must be one of {', '.join(known)}", self.at(name))
        return given

    def items(self, name: str, most: int) -> Sequence["Fields"]:
        """A list of objects; empty when it is missing."""
        given = self.take(name)
        if given is None:
            return []
        if not isinstance(given, list) or len(given) > most:
            raise Invalid(f"must be a list of at most {most} objects", self.at(name))
        return [Fields(item, f"{self.at(name)}[{number}].") for number, item in enumerate(given)]


def _bounds(low: float, high: float) -> str:
    return f"at least {low:g}" if high == math.inf else f"from {low:g} to {high:g}"
