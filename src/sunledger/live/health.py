"""How the DTUs are doing, as far as their polls tell.

*State: a record per DTU that is to be polled*, changed only by the outcomes of its polls. What is asked of it
is computed at the moment of the question, so a collector that hangs shows as silence.
"""

from collections.abc import Callable, Iterable, KeysView
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from sunledger.live.patience import Patience
from sunledger.sitetime import Clock

STORAGE = "storage"
"""The `error_type` of a poll whose readings could not be kept; the DTU itself did answer."""


class BreakerState(Enum):
    """Whether a DTU is asked as usual, on probation, or left in peace."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOutcome:
    """How one poll ended."""

    dtu_name: str
    started_at: datetime
    seconds: float
    ports: int = 0
    inverters: int = 0
    failed_blocks: int = 0
    """Parts of the poll that failed while others answered."""
    error_type: str | None = None
    """`unreachable`, `refused`, `garbled`, `storage` or `internal`; None when the poll succeeded."""
    error: str | None = None
    """One clear sentence."""
    breaker: BreakerState = BreakerState.CLOSED
    """After this poll."""
    next_poll_in: float = 0.0
    """Seconds from the end of this poll, back-off included."""


PollListener = Callable[[PollOutcome], None]
"""Is told of each poll that was tried, in the order in which they ended."""


Alarm = Callable[[], str | None]
"""What is wrong elsewhere, in a sentence; None while all is well."""


class DtuStatus(StrEnum):
    """What the last poll of a DTU says of it."""

    ONLINE = "online"
    ERROR = "error"
    UNKNOWN = "unknown"
    """Not asked yet."""


class Status(StrEnum):
    """The application as a whole."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    """Some DTU is silent, readings could not be kept, or another room raises an alarm."""
    UNHEALTHY = "unhealthy"
    """Every DTU is silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DtuHealth:
    """A DTU's health at one moment."""

    dtu_name: str
    status: DtuStatus
    silent_for: float
    """Seconds since it was polled with success, or since it was to be polled if it never was."""
    last_successful_query: datetime | None
    seconds_since_last_success: float | None
    query_count: int
    error_count: int
    consecutive_failures: int
    last_error: str | None
    last_error_time: datetime | None
    breaker: BreakerState
    next_poll_in: float
    """Seconds from now."""


@dataclass(slots=True)
class _Record:
    """What is remembered of a DTU; moments in monotonic seconds."""

    since: float
    succeeded: float | None = None
    succeeded_at: datetime | None = None
    queries: int = 0
    errors: int = 0
    failures: int = 0
    last_error: str | None = None
    last_error_at: datetime | None = None
    breaker: BreakerState = BreakerState.CLOSED
    next_poll: float = 0.0


class Health:
    """The one owner of what is known about the DTUs' health.

    `changed` is told when a DTU's status or breaker has become another one. `alarms` are asked what else is
    wrong: a sentence, or None.
    """

    def __init__(
        self,
        clock: Clock,
        dtu_names: Iterable[str],
        patience: Patience,
        changed: Callable[[DtuHealth], None] | None = None,
        alarms: Iterable[Alarm] = (),
    ) -> None:
        self._clock = clock
        self._patience = patience
        self._changed = changed
        self._alarms = list(alarms)
        self._started = clock.monotonic()
        self._records: dict[str, _Record] = {}
        for name in dtu_names:
            self.expect(name)
        self._storage_error: str | None = None

    def expect(self, name: str) -> None:
        """A DTU is polled from now on, or is another device now."""
        now = self._clock.monotonic()
        self._records[name] = _Record(since=now, next_poll=now)

    def forget(self, name: str) -> None:
        """A DTU is polled no longer; its last poll may still be running."""
        self._records.pop(name, None)

    @property
    def names(self) -> KeysView[str]:
        """The DTUs that are polled; the same view for ever, with today's names."""
        return self._records.keys()

    def heard(self, outcome: PollOutcome) -> None:
        """Take note of a poll of a DTU that is expected; this is a `PollListener`."""
        name = outcome.dtu_name
        record = self._records.get(name)
        if record is None:
            return
        before = self._snapshot(name, record)
        self._note(record, outcome)
        if outcome.error_type in (None, STORAGE):
            self._storage_error = outcome.error
        after = self._snapshot(name, record)
        if self._changed is not None and _signature(before) != _signature(after):
            self._changed(after)

    def watch(self, alarm: Alarm) -> None:
        """Ask this one, too, what is wrong."""
        self._alarms.append(alarm)

    def dtu(self, name: str) -> DtuHealth | None:
        """A DTU's health now; None for one that nobody polls."""
        record = self._records.get(name)
        return None if record is None else self._snapshot(name, record)

    def dtus(self) -> dict[str, DtuHealth]:
        """The health of all DTUs now, by name."""
        return {name: self._snapshot(name, record) for name, record in self._records.items()}

    @property
    def uptime(self) -> timedelta:
        """How long this has been running, whatever the wall clock did."""
        return timedelta(seconds=self._clock.monotonic() - self._started)

    @property
    def status(self) -> Status:
        """The application's status. Night is healthy, and so is waiting for pushes without any DTU."""
        silent = len(self._silent())
        if silent and silent == len(self._records):
            return Status.UNHEALTHY
        return Status.DEGRADED if self.error else Status.HEALTHY

    @property
    def error(self) -> str | None:
        """Why the status is not healthy, in a line."""
        reasons = [self._complaint(dtu) for dtu in self._silent()]
        if self._storage_error:
            reasons.append(f"readings cannot be kept: {self._storage_error}")
        reasons += filter(None, [alarm() for alarm in self._alarms])
        return "; ".join(reasons) or None

    def _silent(self) -> list[DtuHealth]:
        limit = self._patience.offline_after
        return [dtu for dtu in self.dtus().values() if dtu.silent_for > limit]

    @staticmethod
    def _complaint(dtu: DtuHealth) -> str:
        return f"{dtu.dtu_name}: no successful poll for {dtu.silent_for:.0f} s" + (
            f" ({dtu.last_error})" if dtu.last_error else ""
        )

    def _note(self, record: _Record, outcome: PollOutcome) -> None:
        now = self._clock.monotonic()
        record.queries += 1
        record.breaker = outcome.breaker
        record.next_poll = now + outcome.next_poll_in
        if outcome.error_type is None:
            record.succeeded, record.succeeded_at = now, outcome.started_at
            record.failures = 0
            return
        record.errors += 1
        record.failures += 1
        record.last_error, record.last_error_at = outcome.error, outcome.started_at

    def _snapshot(self, name: str, record: _Record) -> DtuHealth:
        now = self._clock.monotonic()
        since_success = None if record.succeeded is None else now - record.succeeded
        silent_for = now - record.since if since_success is None else since_success
        return DtuHealth(
            dtu_name=name,
            status=self._status_of(record, silent_for),
            silent_for=silent_for,
            last_successful_query=record.succeeded_at,
            seconds_since_last_success=since_success,
            query_count=record.queries,
            error_count=record.errors,
            consecutive_failures=record.failures,
            last_error=record.last_error,
            last_error_time=record.last_error_at,
            breaker=record.breaker,
            next_poll_in=max(0.0, record.next_poll - now),
        )

    def _status_of(self, record: _Record, silent_for: float) -> DtuStatus:
        if record.queries == 0:
            return DtuStatus.UNKNOWN
        if record.failures or silent_for > self._patience.offline_after:
            return DtuStatus.ERROR
        return DtuStatus.ONLINE


def _signature(dtu: DtuHealth) -> tuple[DtuStatus, BreakerState]:
    return dtu.status, dtu.breaker
