"""System metrics in the table `system_metric` of a SQLite or PostgreSQL store."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sunledger.sitetime import Span, instant
from sunledger.store.statements import Statements
from sunledger.store.system_metrics import Sample, SampleKey

_PIECE = 1000
"""Samples deleted in one transaction: other writers never wait long."""

_KEEP = (
    "INSERT INTO system_metric (at, name, tags, value) VALUES (:at, :name, :tags, :value) "
    "ON CONFLICT (at, name, tags) DO UPDATE SET value = excluded.value"
)
_BETWEEN = (
    "SELECT at, name, tags, value FROM system_metric WHERE at >= :start AND at < :end "
    "AND (at, name, tags) > (:after_at, :after_name, :after_tags) {} ORDER BY at, name, tags LIMIT :limit"
)
_FORGET = (
    "DELETE FROM system_metric WHERE (at, name, tags) IN "
    "(SELECT at, name, tags FROM system_metric WHERE at < :before ORDER BY at, name, tags LIMIT :piece)"
)


class SystemMetricTable:
    """Samples as rows."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def keep(self, samples: Sequence[Sample]) -> None:
        """Keep samples, without waiting for the disk."""
        await self._statements.change(_KEEP, [each._asdict() for each in samples], synced=False)

    async def between(
        self, span: Span, name: str | None = None, *, limit: int, after: SampleKey | None = None
    ) -> Sequence[Sample]:
        """Samples of a span."""
        begin = after or SampleKey(span.start - timedelta(milliseconds=1), "", "")
        known = {
            "start": max(span.start, begin.at),
            "end": span.end,
            "after_at": begin.at,
            "after_name": begin.name,
            "after_tags": begin.tags,
            "name": name,
            "limit": limit,
        }
        question = _BETWEEN.format("" if name is None else "AND name = :name")
        rows = await self._statements.ask(question, known)
        return [Sample(instant(at), *rest) for at, *rest in rows]

    async def forget(self, before: datetime) -> None:
        """Let go of all that are older, piece by piece."""
        piece = {"before": before, "piece": _PIECE}
        while await self._statements.change(_FORGET, [piece], synced=False) == _PIECE:
            pass

    async def count(self) -> int:
        """How many there are: quick, for there are never more than a month's."""
        ((entries,),) = await self._statements.ask("SELECT COUNT(*) FROM system_metric", {})
        return int(entries)
