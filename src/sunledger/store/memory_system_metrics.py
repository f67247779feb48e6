"""System metrics in memory: for dry runs and for tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from sunledger.sitetime import Span
from sunledger.store.system_metrics import KEPT_FOR, Sample, SampleKey


class MemorySystemMetrics:
    """Samples that last as long as the process, and no longer than `keep`."""

    def __init__(self, keep: timedelta = KEPT_FOR) -> None:
        self._keep = keep
        self._kept: dict[SampleKey, Sample] = {}

    async def keep(self, samples: Sequence[Sample]) -> None:
        """Keep samples."""
        self._kept |= {each.key: each for each in samples}
        if samples:
            await self.forget(max(each.at for each in samples) - self._keep)

    async def between(
        self, span: Span, name: str | None = None, *, limit: int, after: SampleKey | None = None
    ) -> Sequence[Sample]:
        """Samples of a span."""
        keys = (
            key
            for key in sorted(self._kept)
            if key.at in span and name in (None, key.name) and (after is None or key > after)
        )
        return [self._kept[key] for key in islice(keys, limit)]

    async def forget(self, before: datetime) -> None:
        """Let go of all that are older."""
        for key in [key for key in self._kept if key.at < before]:
            del self._kept[key]

    async def count(self) -> int:
        """How many there are."""
        return len(self._kept)
