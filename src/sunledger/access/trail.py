"""The trail: the audit's entries in their table, written with what they tell of, all or nothing.

Several processes may write at once. Each takes the next number and the hash of the entry before; the table's
key lets one of them have it, and the others try again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import orjson

from sunledger.access.audit import NO_ENTRIES, Actor, Entry, Event, Head, fault, shown
from sunledger.sitetime import Clock, Span, instant, milliseconds
from sunledger.store.protocol import StoreError
from sunledger.store.statements import KeyTaken, Statements, Step

Redact = Callable[[Mapping[str, object]], object]
"""Takes secrets out of what is to be kept."""

_COLUMNS = "seq, at, kind, who, address, action, object_kind, object_id, before, after, outcome, hash"
_APPEND = (
    "INSERT INTO audit "
    "(seq, at, kind, who, address, action, object_kind, object_id, before, after, outcome, hash) VALUES "
    "(:seq, :at, :kind, :who, :address, :action, :object_kind, :object_id, :before, :after, :outcome, :hash)"
)
_HEAD = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
_NEXT = f"SELECT {_COLUMNS} FROM audit WHERE seq > :after ORDER BY seq LIMIT :limit"  # noqa: S608 (a constant)
_PAGE = f"SELECT {_COLUMNS} FROM audit WHERE {{}} ORDER BY seq DESC LIMIT :limit"  # noqa: S608 (constants)
_AT_ONCE = 1000
_MOST_TRIES = 1000
_BEFORE_ALL = -(2**62)
"""A number before those that only somebody else can have written."""


class Wanted(NamedTuple):
    """Which entries are looked for."""

    who: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    action: str | None = None
    span: Span | None = None


EVERYTHING = Wanted()


class Verdict(NamedTuple):
    """What verifying the chain has found."""

    head: Head
    """The last sound entry."""
    fault: str | None = None
    """What is wrong with the first broken one."""


class Trail:
    """Writes and reads the audit. All methods raise StoreError."""

    def __init__(self, statements: Statements, clock: Clock, redact: Redact) -> None:
        self._statements = statements
        self._clock = clock
        self._redact = redact
        self._alone = asyncio.Lock()
        self._listeners: list[Callable[[], None]] = []
        self._written: Head | None = None

    def listen(self, changed: Callable[[], None]) -> None:
        """Tell somebody after each entry."""
        self._listeners.append(changed)

    async def note(self, by: Actor, event: Event) -> Entry:
        """Keep that something has happened."""
        return await self.change((), by, event)

    async def change(self, steps: Sequence[Step], by: Actor, event: Event) -> Entry:
        """Change tables and keep that, together or not at all. Raises `KeyTaken`, `OtherRows` of a step."""
        async with self._alone:
            for _ in range(_MOST_TRIES):
                entry = self._entry(self._written or await self.head(), by, event)
                try:
                    await self._statements.change_together([*steps, Step(_APPEND, _row(entry))])
                except KeyTaken as error:
                    if error.step < len(steps):
                        raise
                    self._written = None  # another process has written meanwhile
                    continue
                self._written = Head(entry.seq, entry.hash)
                for changed in self._listeners:
                    changed()
                return entry
        raise StoreError("the audit is written to by so many that there was no turn for this entry")

    async def head(self) -> Head:
        """The newest entry's number and hash."""
        rows = await self._statements.ask(_HEAD, {})
        return Head(*rows[0]) if rows else NO_ENTRIES

    async def page(
        self, wanted: Wanted = EVERYTHING, *, limit: int, before: int | None = None
    ) -> Sequence[Entry]:
        """Entries, newest first, from the one before a number on."""
        known = {name: word for name, word in wanted._asdict().items() if word is not None and name != "span"}
        conditions = ["seq > 0", *(f"{name} = :{name}" for name in known)]
        if wanted.span is not None:
            conditions.append("at >= :start AND at < :end")
            known |= {"start": wanted.span.start, "end": wanted.span.end}
        if before is not None:
            conditions.append("seq < :before_seq")
            known["before_seq"] = before
        rows = await self._statements.ask(_PAGE.format(" AND ".join(conditions)), known | {"limit": limit})
        return [_entry(row) for row in rows]

    async def _rows(self, after: int) -> AsyncIterator[Sequence[Any]]:
        """All rows from the one after a number on, oldest first, some at a time."""
        while rows := await self._statements.ask(_NEXT, {"after": after, "limit": _AT_ONCE}):
            for row in rows:
                yield row
            after = rows[-1][0]

    async def verify(self, anchor: Head | None = None) -> Verdict:
        """Follow the chain to its end, or to the first entry that is not as it was written.

        `anchor` is a head that was written down: it has to be part of the chain.
        """
        head = NO_ENTRIES
        async for row in self._rows(_BEFORE_ALL):
            wrong = _fault(row, head, anchor)
            if wrong is not None:
                return Verdict(head, wrong)
            head = Head(row[0], row[-1])
        if anchor is not None and head.seq < anchor.seq:
            return Verdict(head, f"entry {head.seq + 1} is missing, and all up to {anchor.seq}")
        return Verdict(head)

    def _entry(self, head: Head, by: Actor, event: Event) -> Entry:
        entry = Entry(
            seq=head.seq + 1,
            at=instant(milliseconds(self._clock.now())),
            kind=by.kind.value,
            who=shown(by.id),
            address=shown(by.address),
            action=shown(event.action),
            object_kind=shown(event.object_kind),
            object_id=shown(event.object_id),
            before=self._text(event.before),
            after=self._text(event.after),
            outcome=shown(event.outcome),
        )
        return replace(entry, hash=entry.chained(head.hash))

    def _text(self, content: Mapping[str, object] | None) -> str | None:
        if content is None:
            return None
        return orjson.dumps(self._redact(content), option=orjson.OPT_SORT_KEYS).decode()


def _row(entry: Entry) -> dict[str, object]:
    """An entry by the names of the columns."""
    return {name: getattr(entry, name) for name in _COLUMNS.split(", ")}


def _entry(row: Sequence[Any]) -> Entry:
    """An entry from a row."""
    known = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Entry(**known | {"at": instant(known["at"])})


def _fault(row: Sequence[Any], head: Head, anchor: Head | None) -> str | None:
    """What is wrong with a row after the one before it."""
    try:
        entry = _entry(row)
        wrong = fault(entry, head)
    except (TypeError, ValueError, OverflowError):  # what nobody but a forger writes
        return f"entry {row[0]} was changed into something that cannot be read"
    if wrong is None and anchor is not None and entry.seq == anchor.seq and entry.hash != anchor.hash:
        return f"entry {entry.seq} is another one than was written down: the chain was made anew"
    return wrong
