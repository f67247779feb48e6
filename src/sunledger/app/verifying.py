"""Verification of a database, with its progress and what it found."""

import sys
from datetime import UTC, datetime

from sunledger.app.chosen_database import Chosen
from sunledger.app.databases import accounting_of
from sunledger.app.progress import shown


def verify(chosen: Chosen) -> bool:
    """Recompute everything derived and print what differs; whether all of it is right. Raises StoreError."""
    with shown(sys.stderr) as progress:
        progress.stage(f"Recomputing {chosen.database.name}")

        def told(fraction: float, at: int) -> None:
            progress.at(fraction, f"until {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}")

        audit = chosen.database.verified(accounting_of(chosen.configuration), told)
    for difference in audit.examples:
        print(difference)
    if audit.found > len(audit.examples):
        print(f"… and {audit.found - len(audit.examples)} more")
    if audit.found:
        print(
            f"{audit.found} differences in {audit.readings} readings; `sunledger rollup rebuild` mends them."
        )
        return False
    print(f"Recomputed from {audit.readings} readings: nothing differs.")
    return True
