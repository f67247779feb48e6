"""The store of a process that does not write: it answers, and hands polls over to the process that does."""

from collections.abc import Sequence

from sunledger.measurements import Poll
from sunledger.sitetime import Clock
from sunledger.store.handover import Handover
from sunledger.store.keeper import SpooledReceipt
from sunledger.store.postgres import PostgresStore
from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.protocol import Accounting
from sunledger.store.records import Entry, Found, Receipt


class HandingStore(PostgresStore):
    """A Store beside the one writer, whose lock it does not need."""

    def __init__(
        self, address: PostgresAddress, accounting: Accounting, clock: Clock, handover: Handover
    ) -> None:
        super().__init__(address, accounting, clock, read_only=True)
        self._handover = handover

    async def open(self) -> None:
        """Connect; the schema has to be there. May be called again after a `StoreError`."""
        await self._handover.open()
        await super().open()

    async def close(self) -> None:
        """Finish what was begun, then leave the server."""
        await self._handover.close()
        await super().close()

    async def commit(self, poll: Poll, found: Sequence[Found] = ()) -> Receipt:
        """Hand a poll over; see `commit_all`."""
        (receipt,) = await self.commit_all([Entry(poll, found)])
        return receipt

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Hand polls over, all or none; they are durable when this returns. Raises StoreError.

        The writer checks them again, so that what was found is left out.
        """
        await self._handover.put(poll for poll, _ in entries)
        return [SpooledReceipt(poll, 0, 0, (), ()) for poll, _ in entries]
