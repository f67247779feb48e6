"""The one door: a poll is checked, kept durably, and only then known to anybody."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from sunledger.intake.findings import for_latest, for_store, for_stream
from sunledger.ledger.batching import polls
from sunledger.ledger.checks import Verdict, check
from sunledger.ledger.column_checks import check_batch
from sunledger.ledger.judgement import Reason
from sunledger.live import (
    DeviceStates,
    LatestInverter,
    LatestReadings,
    MeasuredEvent,
    ReadingEvent,
    Stream,
)
from sunledger.live.measured import Measured, measured
from sunledger.measurements import Batch, Poll
from sunledger.sitetime import Clock
from sunledger.sitetime.turns import Turns
from sunledger.store.keeper import SpooledReceipt
from sunledger.store.records import Correction, Device, Entry, Found, Latest, Loaded, Receipt

log = structlog.get_logger("sunledger.intake")

CommitListener = Callable[[str, str, float], None]
"""Is told what was done in the store, on which table, and how many seconds it took."""


ShownListener = Callable[[Sequence[LatestInverter], Sequence[Measured]], None]
"""Is told what is shown anew, before any subscriber is."""


class Known(Protocol):
    """What the latest readings are taken up from. See `Store` for each."""

    async def latest(self) -> Latest:
        """The latest reading of every series."""

    async def devices(self) -> Sequence[Device]:
        """All inverters ever seen."""


class Keeping(Known, Protocol):
    """Where polls are kept: a store, or a keeper before one that may be away. See `Store` for each."""

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Keep polls durably, all or none; raises StoreError."""

    async def load(self, batch: Batch, found: Sequence[Found] = ()) -> Loaded:
        """Keep a batch durably, step by step; raises StoreError."""


def _nobody(_operation: str, _table: str, _seconds: float) -> None:
    """Whom a commit is told to when nobody wants to know."""


async def take_up(known: Known, latest: LatestReadings) -> None:
    """Show what a store knows, unless as much is shown already. Raises StoreError."""
    found, devices = await known.latest(), await known.devices()
    dtu_names = {device.serial_number: device.dtu_name for device in devices}
    latest.restore(found.inverters, found.ports, found.production, dtu_names)
    latest.measured.take(measured(found.energy, found.weather, found.telemetry))


class Intake:
    """Takes polls in. Several may come at once; what each brought is published in one go."""

    def __init__(
        self,
        clock: Clock,
        store: Keeping,
        latest: LatestReadings,
        stream: Stream,
        states: DeviceStates,
        on_commit: CommitListener = _nobody,
        *,
        on_shown: ShownListener | None = None,
    ) -> None:
        self._clock = clock
        self._store = store
        self._latest = latest
        self._stream = stream
        self._states = states
        self._on_commit = on_commit
        self._on_shown = on_shown
        self._publishing = asyncio.Lock()
        """Held from the first poll of a commit to its last: what is shown keeps the order of the commits."""

    async def restore(self) -> None:
        """Take up what the store knows, so that the latest readings outlive a restart. Raises StoreError."""
        await take_up(self._store, self._latest)

    async def accept(self, poll: Poll) -> Receipt:
        """Take a poll in; see `accept_all`."""
        (receipt,) = await self.accept_all([poll])
        return receipt

    async def accept_all(self, polls: Sequence[Poll]) -> Sequence[Receipt]:
        """Take polls in, all or none; when this returns they are durable.

        Raises StoreError, and then nobody has been told of them.
        """
        checked = await self._checked(polls)
        receipts = await self._commit([entry for entry, _ in checked])
        turns = Turns(self._clock)
        async with self._publishing:
            for receipt, (_, verdicts) in zip(receipts, checked, strict=True):
                self._publish(receipt, verdicts)
                await turns.after(receipt.poll.size)
        await self._report(receipts)
        return receipts

    async def load(self, batch: Batch) -> Loaded:
        """Take in a batch, such as some days of an import; when this returns it is durable.

        Its last readings are shown unless later ones are; nobody is told of those before. Raises StoreError,
        and then a part of it may have been kept: the batch can be loaded again.
        """
        verdicts = await asyncio.to_thread(check_batch, batch)
        started = self._clock.monotonic()
        loaded = await self._store.load(batch, for_store(verdicts))
        self._on_commit("load", "port_data", self._clock.monotonic() - started)
        async with self._publishing:
            for poll in polls(batch, {each.times[-1] for each in batch.columns if each.times}):
                judged = [each for each in verdicts if each.reading.taken_at == poll.taken_at]
                told = [each for each in loaded.corrections if each.at <= poll.taken_at <= each.until]
                self._publish(Receipt(poll, 0, 0, loaded.production, told), judged)
        log.info("batch_loaded", dtu_name=batch.dtu_name, stored=loaded.stored, repeated=loaded.repeated)
        return loaded

    async def arrived(self, receipt: Receipt) -> None:
        """Take note that the store has got a poll that was taken in earlier: its counters are known now."""
        async with self._publishing:
            self._publish(receipt, check(receipt.poll))

    async def _checked(self, polls: Sequence[Poll]) -> Sequence[tuple[Entry, Sequence[Verdict]]]:
        """The polls with what each alone can tell, in the store's words and as it is."""
        turns, checked = Turns(self._clock), []
        for poll in polls:
            verdicts = check(poll)
            checked.append((Entry(poll, for_store(verdicts)), verdicts))
            await turns.after(poll.size)
        return checked

    def _publish(self, receipt: Receipt, verdicts: Sequence[Verdict]) -> None:
        """Show and tell what a poll brought; what is earlier than what is shown changes counters only."""
        poll = receipt.poll
        findings = for_latest(poll, verdicts, receipt.corrections)
        images = self._latest.update(poll, findings, receipt.production)
        others = self._latest.measured.update(poll)
        if self._on_shown is not None:
            self._on_shown(self._redrawn(images, receipt), others)
        for event in map(ReadingEvent, images, self._states.of_all(images)):
            self._stream.publish(event)
        for each in others:
            self._stream.publish(MeasuredEvent(*each))
        for correction in receipt.corrections:
            self._stream.publish(for_stream(correction))

    def _redrawn(self, fresh: Sequence[LatestInverter], receipt: Receipt) -> Sequence[LatestInverter]:
        """The images with new readings, and those with new counters only."""
        serials = {each.serial_number: None for each in fresh}
        serials |= {each.serial_number: None for each in receipt.production}
        return [image for each in serials if (image := self._latest.get(each)) is not None]

    async def _commit(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        started = self._clock.monotonic()
        receipts = await self._store.commit_all(entries)
        self._on_commit("commit", "port_data", self._clock.monotonic() - started)
        return receipts

    async def _report(self, receipts: Sequence[Receipt]) -> None:
        """Log what was kept: a line for a poll or for several together; one for each telling correction."""
        _report_polls(receipts)
        turns = Turns(self._clock)
        for receipt in receipts:
            for correction in receipt.corrections:
                _report_correction(correction)
            await turns.after(len(receipt.corrections))


def _report_polls(receipts: Sequence[Receipt]) -> None:
    if len(receipts) == 1:
        _report_poll(receipts[0])
    elif receipts:
        log.info(
            "polls_spooled" if isinstance(receipts[0], SpooledReceipt) else "polls_saved",
            dtu_names=sorted({receipt.poll.dtu_name for receipt in receipts}),
            polls=len(receipts),
            stored=sum(receipt.stored for receipt in receipts),
            repeated=sum(receipt.repeated for receipt in receipts),
        )


def _report_poll(receipt: Receipt) -> None:
    poll = receipt.poll
    log.info(
        "inverter_data_spooled" if isinstance(receipt, SpooledReceipt) else "inverter_data_saved",
        dtu_name=poll.dtu_name,
        taken_at=poll.taken_at.isoformat(),
        inverters=len(poll.inverters),
        ports=len(poll.ports),
        others=len(poll.energy) + len(poll.weather) + len(poll.telemetry),
        stored=receipt.stored,
        repeated=receipt.repeated,
    )


def _report_correction(correction: Correction) -> None:
    if correction.reason is Reason.ZERO_GLITCH:
        log.info("zero_glitch_set_aside", **_details(correction))
    elif correction.field == "total_production" and correction.reason is not Reason.REPLACED_VALUE:
        log.warning("counter_repaired", **_details(correction))


def _details(correction: Correction) -> dict[str, object]:
    return {
        "serial_number": correction.serial_number,
        "port_number": correction.port_number,
        "at": correction.at.isoformat(),
        "reason": correction.reason.value,
        "raw": correction.raw,
        "repaired": correction.repaired,
    }
