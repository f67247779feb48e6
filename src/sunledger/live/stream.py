"""The fan-out: what happens, told to every subscriber in bundled frames.

A frame is one JSON object, `{"events": […]}`, with the events (`events.py`) of the last 100 ms. Every event
has an id `<start>-<n>`: the process's start in milliseconds, and a number from 1. Two further types concern
the stream itself:

    {"id": "1795000000000-4711", "type": "resync"}      what came before this id is unknown or gone for good;
                                                        read the present state, then follow from here
    {"type": "lost", "count": 17}                       the reader was too slow for its next 17 events

*State: the last events and the readers' places among them.* There is no queue per reader: whoever falls
behind by more than the history holds has lost what lies between and is told so. Publishing never waits.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable, Sequence
from types import TracebackType
from typing import NamedTuple, Protocol, Self

import orjson

from sunledger.live.events import Event, Json
from sunledger.sitetime import Clock, milliseconds

HISTORY = 10_000
BUNDLE = 0.1
LONGEST_FRAME = 500
"""Events in a frame at most; whoever resumes from afar gets several."""


class Devices(Hashable, Protocol):
    """Some devices by serial number or name; equal ones share what is encoded for them."""

    def __contains__(self, device: object, /) -> bool: ...


class Selection(NamedTuple):
    """What a subscriber hears of."""

    devices: Devices | None = None
    """Serial numbers and names; None for all."""
    general: bool = True
    """Whether also what concerns no single device, such as a DTU that does not answer."""


class Frame(NamedTuple):
    """What is sent at once; one object for all who are sent the same."""

    last_id: str
    """The id to resume from afterwards."""
    data: bytes
    text: str
    """The same as text."""


class Stream:
    """Publishes events to subscribers. Lives in one event loop."""

    def __init__(self, clock: Clock, history: int = HISTORY, bundle: float = BUNDLE) -> None:
        self._clock = clock
        self._bundle = bundle
        self._start = str(milliseconds(clock.now()))
        self._history: deque[Event] = deque()
        self._longest = history
        self._count = 0
        self._told = 0
        self._subscribers: set[Subscription] = set()
        self._behind: set[Subscription] = set()
        self._had = 0
        self._tick = asyncio.Event()
        self._ticking: asyncio.Task[None] | None = None
        self._frames: dict[tuple[Selection, int, int], tuple[list[bytes], Frame]] = {}
        self._closed = False

    def publish(self, event: Event) -> None:
        """Tell everybody whom the event concerns, soon."""
        if len(self._history) == self._longest:
            self._lose(self._count - self._longest + 1, self._history.popleft())
        self._history.append(event)
        self._count += 1
        if self._subscribers and self._ticking is None and not self._closed:
            self._ticking = asyncio.get_running_loop().create_task(self._bundle_up())

    def relay(self, event_id: str, event: Event) -> None:
        """Publish what the stream of another process has told, under the id that it has there.

        Where something was missed before it, everybody is told so. What came already is left out.
        """
        start, _, number = event_id.partition("-")
        place = int(number) - 1
        if start == self._start and place < self._count:
            return
        if (start, place) != (self._start, self._count):
            self._begin_after(start, place)
        self.publish(event)

    def begin_anew(self) -> None:
        """Tell everybody to read the present state: it has changed without any event."""
        self._begin_after(str(milliseconds(self._clock.now())), 0)

    def _begin_after(self, start: str, place: int) -> None:
        self._start, self._count, self._told, self._had = start, place, place, place
        self._history.clear()
        self._frames.clear()
        self._behind.clear()
        for subscriber in self._subscribers:
            subscriber.place, subscriber.lost, subscriber.resync = place, 0, True
        self._wake()

    def _wake(self) -> None:
        """Let the subscribers look for what there is for them."""
        self._tick.set()
        self._tick = asyncio.Event()

    def _lose(self, number: int, event: Event) -> None:
        """Tell whoever has not had the n-th event that it is gone.

        Mostly all have. So it is remembered who has not had what was last told, lest many events at once are
        work for each of many subscribers.
        """
        if self._had < number and self._had < self._told:
            self._had = self._told
            self._behind = {each for each in self._subscribers if each.place < self._had}
        for subscriber in self._behind if number <= self._had else self._subscribers:
            subscriber.miss(number, event)

    def subscribe(
        self,
        devices: Devices | None = None,
        last_event_id: str | None = None,
        *,
        general: bool = True,
    ) -> "Subscription":
        """A subscription that begins now, or after an event that was received before.

        Use it as a context manager; iterate it for frames.
        """
        place = self._count if last_event_id is None else self._place_of(last_event_id)
        self._told = self._count
        subscription = Subscription(
            self, Selection(devices, general), self._count if place is None else place
        )
        if place is None:
            subscription.resync = True
        self._subscribers.add(subscription)
        if subscription.place < self._had:
            self._behind.add(subscription)
        return subscription

    def close(self) -> None:
        """End all subscriptions."""
        self._closed = True
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None
        self._tick.set()

    def forget(self, subscriber: "Subscription") -> None:
        """Let go of a subscriber."""
        self._subscribers.discard(subscriber)
        self._behind.discard(subscriber)

    @property
    def last_id(self) -> str:
        """The id of the latest event: a version of everything that events are told of."""
        return self.id_of(self._count)

    def id_of(self, number: int) -> str:
        """The id of the n-th event."""
        return f"{self._start}-{number}"

    def _place_of(self, event_id: str) -> int | None:
        """How many events a subscriber has had; None if what followed cannot be told any more."""
        start, _, number = event_id.partition("-")
        if start != self._start or not (number.isascii() and number.isdecimal() and len(number) < 20):
            return None
        place = int(number)
        return place if self._count - len(self._history) <= place <= self._count else None

    async def _bundle_up(self) -> None:
        """Let events gather, then let the subscribers have them."""
        await self._clock.sleep(self._bundle)
        self._ticking = None
        self._told = self._count
        self._frames.clear()
        self._wake()

    async def next_frame(self, subscriber: "Subscription") -> Frame | None:
        """The next frame for a subscriber, as soon as there is one; None at the end."""
        while not self._closed:
            tick = self._tick
            notices, told = self._notices(subscriber), _NOTHING
            place, until = subscriber.place, min(self._told, subscriber.place + LONGEST_FRAME)
            if place < until:
                subscriber.place = until
                told = self._encoded(subscriber.selection, place, until)
            events, frame = told
            if notices:
                return _framed(self.id_of(subscriber.place), notices + events)
            if events:
                return frame
            if place >= until:
                await tick.wait()
        return None

    def _notices(self, subscriber: "Subscription") -> list[bytes]:
        """What the subscriber must know before it reads on."""
        notices: list[bytes] = []
        if subscriber.resync:
            subscriber.resync = False
            notices.append(_dumps({"id": self.id_of(subscriber.place), "type": "resync"}))
        if subscriber.lost:
            notices.append(_dumps({"type": "lost", "count": subscriber.lost}))
            subscriber.lost = 0
        return notices

    def _encoded(self, selection: Selection, place: int, until: int) -> tuple[list[bytes], Frame]:
        """The events after `place` up to `until` for a selection; the same for all who ask in this tick."""
        told = self._frames.get((selection, place, until))
        if told is None:
            events = [
                _dumps({"id": self.id_of(number), **event.body()})
                for number, event in self._events(place, until)
                if concerns(event, selection)
            ]
            told = self._frames[selection, place, until] = events, _framed(self.id_of(until), events)
        return told

    def _events(self, place: int, until: int) -> Sequence[tuple[int, Event]]:
        first = self._count - len(self._history) + 1
        return [(number, self._history[number - first]) for number in range(place + 1, until + 1)]


class Subscription(AsyncIterator[Frame]):
    """A subscriber's place in the stream."""

    def __init__(self, stream: Stream, selection: Selection, place: int) -> None:
        self._stream = stream
        self.selection = selection
        self.place = place
        """The number of the last event that it was given or has lost."""
        self.lost = 0
        self.resync = False

    def miss(self, number: int, event: Event) -> None:
        """Learn that an event leaves the history."""
        if self.place < number:
            self.place = number
            self.lost += concerns(event, self.selection)

    def close(self) -> None:
        """Stop being told."""
        self._stream.forget(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Frame:
        frame = await self._stream.next_frame(self)
        if frame is None:
            raise StopAsyncIteration
        return frame


def concerns(event: Event, selection: Selection) -> bool:
    """Whether a subscriber with this selection is told of an event."""
    if event.device is None:
        return selection.general
    return selection.devices is None or event.device in selection.devices


def _framed(last_id: str, items: Sequence[bytes]) -> Frame:
    data = b'{"events":[' + b",".join(items) + b"]}"
    return Frame(last_id, data, data.decode())


_NOTHING: tuple[list[bytes], Frame] = [], Frame("", b"", "")


def _dumps(item: Json) -> bytes:
    return orjson.dumps(item, option=orjson.OPT_UTC_Z)
