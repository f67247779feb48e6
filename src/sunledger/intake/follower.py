"""Follows what the other processes of one Sunledger tell.

Where nothing is heard, or something was missed, the store is asked instead, again and again: what is shown is
never older than that. Subscribers are then told to read the present state (`resync`).

*State: who has told how much, and whether the store is to be asked.*
"""

from collections.abc import Sequence

import structlog

from sunledger.intake.intake import Known, take_up
from sunledger.intake.teller import signed
from sunledger.live import Health, LatestReadings, Patience, PollOutcome, Stream
from sunledger.live.relay import Shown, Told, Unreadable, read
from sunledger.measurements import KINDS
from sunledger.sitetime import Clock
from sunledger.store.protocol import StoreError
from sunledger.transports.channel import BEGINNING, Channel, Cut

log = structlog.get_logger("sunledger.intake")

LOOKS_EVERY = 2.0
"""Seconds between two questions to the store, and two attempts to hear, while nothing is heard."""


class Follower:
    """Keeps what this process shows in step with what the others tell.

    A process that takes polls in itself shows what it has (`leads`), and hears only how polls ended.
    """

    def __init__(
        self,
        channel: Channel,
        store: Known,
        latest: LatestReadings,
        stream: Stream,
        health: Health,
        patience: Patience,
        clock: Clock,
        *,
        own: str,
        leads: bool,
        polls: bool,
    ) -> None:
        """`own` is the name of our own teller; `polls` tells whether the DTUs are polled in this process."""
        self._channel = channel
        self._store = store
        self._latest = latest
        self._stream = stream
        self._health = health
        self._patience = patience
        self._clock = clock
        self._own = own
        self._leads = leads
        self._polls = polls
        self._heard: dict[str, int] = {}
        self._behind = False
        self._cut: str | None = None

    @property
    def alarm(self) -> str | None:
        """What an owner has to know, in a line; None while all is well."""
        return None if self._cut is None else f"the other processes are not heard: {self._cut}"

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                await self._listen(await self._catch_up())
            except Cut as error:
                self._note_cut(str(error))
            except Exception as error:  # a bug: what is shown must not grow old for that
                log.exception("following_failed")
                self._note_cut(f"{type(error).__name__}: {error}")
            await self.look()
            await self._clock.sleep(LOOKS_EVERY)

    async def _catch_up(self) -> str:
        """Hear what was told lately, then look at what came of it; where to listen from. Raises `Cut`."""
        said, before = await self._channel.lately(), self._stream.last_id
        for each in said:
            self._take(each.message, lately=True)
        await self.look(told=self._stream.last_id != before)
        if self._cut is not None:
            log.info("others_are_heard_again")
        self._cut = None
        return said[-1].place if said else BEGINNING

    async def _listen(self, place: str) -> None:
        """Hear what is told from now on, until cancelled. Raises `Cut`."""
        while True:
            for each in await self._channel.after(place):
                place = each.place
                self._take(each.message)
            if self._behind:
                await self.look()

    def _take(self, said: bytes, *, lately: bool = False) -> None:
        """Take over what somebody has told; where something is missing, the store is to be asked."""
        try:
            teller, number, message = signed(said)
            before = self._heard.get(teller, 0)
            if teller == self._own or number <= before:  # heard before, and remembered by the channel
                return
            self._heard[teller] = number
            self._behind |= not lately and number != before + 1
            self._follow(read(message), lately=lately)
        except (Unreadable, ValueError) as error:
            log.debug("not_understood", error=str(error))
            self._behind = True

    def _follow(self, message: Shown | Told | PollOutcome, *, lately: bool) -> None:
        match message:
            case PollOutcome() if not (self._polls or (lately and self._is_old(message))):
                self._health.heard(message)
            case Told(events) if not self._leads:
                for event_id, event in events:
                    self._stream.relay(event_id, event)
            case Shown() if not self._leads and not lately:  # what was shown lately, the store knows
                self._show(message)
            case _:
                pass

    def _is_old(self, outcome: PollOutcome) -> bool:
        """Whether a poll says nothing of now."""
        age: float = (self._clock.now() - outcome.started_at).total_seconds()
        return age > self._patience.offline_after

    def _show(self, shown: Shown) -> None:
        now = self._clock.monotonic()
        for image in shown.inverters:
            self._latest.adopt(image._replace(heard=now - image.heard))
        self._latest.measured.take(shown.measured)

    async def look(self, *, told: bool = False) -> None:
        """Take up what the store knows, and tell subscribers unless events have told them of it."""
        self._behind = False
        if not self._leads:
            before = self._seen()
            try:
                await take_up(self._store, self._latest)
            except StoreError as error:
                self._behind = True
                log.debug("store_not_seen", error=str(error))
            if not told and self._seen() != before:
                self._stream.begin_anew()
        if not self._polls:
            self._vouch()

    def _vouch(self) -> None:
        """A DTU whose readings are kept was polled, whoever did it."""
        for image in self._latest.inverters():
            dtu = self._health.dtu(image.dtu_name)
            if dtu is None or image.reading is None or self._latest.age(image) > self._patience.stale_after:
                continue
            at = image.reading.taken_at
            if dtu.last_successful_query is None or at > dtu.last_successful_query:
                self._health.heard(PollOutcome(dtu_name=image.dtu_name, started_at=at, seconds=0.0))

    def _seen(self) -> Sequence[object]:
        """What is shown now, to see whether it changes."""
        latest = self._latest
        counters = [(each.serial_number, each.port_number, each.at) for each in latest.production()]
        readings = [(each.reading, [port.reading for port in each.ports]) for each in latest.inverters()]
        return [sorted(counters), readings, *(latest.measured.of(kind) for kind in KINDS)]

    def _note_cut(self, why: str) -> None:
        if self._cut is None:
            log.warning("other_processes_are_not_heard", error=why)
        self._cut = why
