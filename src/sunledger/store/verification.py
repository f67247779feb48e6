"""Everything derived, recomputed and held against what is kept, on any engine."""

from collections.abc import Sequence

from sunledger.store.audit import Audit
from sunledger.store.protocol import Accounting, Of
from sunledger.store.rollups import Periods
from sunledger.store.shelf import QUARTER_MS, Tier
from sunledger.store.upkeep import Told, UpkeepShelf


def verified(shelf: UpkeepShelf, accounting: Accounting, told: Told) -> Audit:
    """What differs on a shelf that shows one moment, which counts by this accounting."""
    audit = Audit(shelf, accounting, mending=False)
    extent = shelf.extent()
    # what is of no series at all is for a check to find
    kinds = [of for of in Of if shelf.open_starts(of, None)]
    if extent is not None:
        _walk(audit, Periods(accounting.zone), kinds, extent, told)
    audit.stands()
    return audit


def _walk(audit: Audit, periods: Periods, kinds: Sequence[Of], extent: tuple[int, int], told: Told) -> None:
    """Every quarter, hour and day that touches the extent."""
    first = start = periods.of(Tier.DAY, extent[0] - extent[0] % QUARTER_MS)[0]
    last = extent[1]
    while start <= last or start != periods.of(Tier.DAY, start)[0]:
        end = start + QUARTER_MS
        for of in kinds:
            audit.quarter(of, start, None)
            for tier in (Tier.HOUR, Tier.DAY):
                if periods.of(tier, start)[1] == end:
                    audit.period(of, tier, periods.of(tier, start), None)
        start = end
        told(min(1.0, (start - first) / (last + QUARTER_MS - first)), start)
