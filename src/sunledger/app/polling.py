"""Which DTUs are polled: those that the registry knows of, brought into step with collector and health."""

import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sunledger.app.configuration import Configuration, Dtus
from sunledger.app.tracing.tracer import Tracer
from sunledger.collector import Collector, DtuCollector, DtuSettings
from sunledger.intake.exclusion import Accept
from sunledger.inverters.hoymiles import Hoymiles
from sunledger.inverters.hoymiles_block import CurrentScale
from sunledger.live import Health, PollListener, PollOutcome
from sunledger.measurements import Poll
from sunledger.sites import DTU, DtuEntry, Pin, Registry
from sunledger.sites.whereabouts import is_plausible
from sunledger.sitetime import Clock, Stamps
from sunledger.store.records import Receipt
from sunledger.transports import CommParams, ModbusTcp

SIMULATOR = "--simulate"
"""Where the simulated DTU is set."""

Polls = Callable[[DtuEntry, PollListener], DtuCollector]
"""Makes what polls a DTU, and first tells that listener."""

_NEVER = sys.maxsize
"""Failures that no DTU reaches: a breaker that stays closed."""


def dtu_pins(configuration: Configuration, origin: Mapping[str, str]) -> Iterator[Pin]:
    """The DTUs of the configuration: entries that are gone with it, so that no old one is polled again."""
    for dtu in configuration.dtu.plant:
        content = {
            "host": dtu.host, "port": dtu.port, "unit_id": dtu.unit_id,
            "register_step": dtu.register_step, "current_scale": dtu.current_scale,
        }  # fmt: skip
        for field, value in content.items():
            key = "dtu_configs" if configuration.dtu.dtu_configs else _KEYS.get(field, "dtu_host")
            where = f"{key.upper()} ({origin.get(key, 'configuration')})"
            if origin.get("dtu_configs") == SIMULATOR:
                where = SIMULATOR
            yield Pin(kind=DTU.name, id=dtu.name, field=field, value=value, where=where, seeds=False)


_KEYS = {"port": "dtu_port", "unit_id": "modbus_unit_id"}


def comm_of(dtus: Dtus) -> CommParams:
    """How DTUs are asked."""
    return CommParams(
        timeout=dtus.comm_timeout,
        retries=dtus.comm_retries,
        reconnect_delay=dtus.comm_reconnect_delay,
        reconnect_delay_max=dtus.comm_reconnect_delay_max,
        gap=dtus.request_gap,
    )


@dataclass(frozen=True, slots=True)
class Polling:
    """What the loops of all DTUs share."""

    configuration: Configuration
    clock: Clock
    stamps: Stamps
    accept: Accept
    registry: Registry
    listeners: Sequence[PollListener]
    tracer: Tracer

    def of(self, dtu: DtuEntry, heard: PollListener) -> DtuCollector:
        """What polls one of them."""
        configuration = self.configuration
        settings = DtuSettings(
            name=dtu.id,
            place=f"{dtu.address.host}:{dtu.port}",
            query_period=configuration.timing.query_period,
            exponential_backoff=configuration.faults.exponential_backoff,
            breaker_threshold=configuration.faults.circuit_breaker_threshold or _NEVER,
            register_step=dtu.register_step,
            exclude_inverters=self.registry.excluded,
        )
        driver = self.tracer.driver(Hoymiles(CurrentScale(dtu.current_scale)))
        allows = None if self.registry.dtus.is_pinned(dtu.id) else is_plausible
        comm = comm_of(configuration.dtu)
        link = ModbusTcp(dtu.host, dtu.port, dtu.unit_id, self.clock, comm, allows)
        jitter = random.Random()  # noqa: S311  spreads polls, keeps no secret
        listeners = (heard, *self.listeners)
        return self.tracer.collector(
            settings, driver, link, self.clock, self.stamps, self._accept_one, jitter, listeners
        )

    async def _accept_one(self, poll: Poll) -> Receipt:
        (receipt,) = await self.accept([poll])
        return receipt


class Following:
    """Begins and ends loops as DTUs come, change and go; without `polls` another process has them.

    *State: what was followed last.*
    """

    def __init__(self, collector: Collector, health: Health, polls: Polls | None) -> None:
        self._collector = collector
        self._health = health
        self._polls = polls
        self._followed: dict[str, DtuEntry] = {}

    def follow(self, dtus: Sequence[DtuEntry]) -> None:
        """These are to be polled from now on."""
        before, self._followed = self._followed, {dtu.id: dtu for dtu in dtus}
        for name in before.keys() - self._followed.keys():
            self._collector.remove(name)
            self._health.forget(name)
        for name, dtu in self._followed.items():
            if before.get(name) != dtu:
                self._health.expect(name)
                if self._polls is not None:
                    self._collector.put(self._polls(dtu, partial(self._heard, dtu)))

    def _heard(self, dtu: DtuEntry, outcome: PollOutcome) -> None:
        """The last poll of a DTU that was changed meanwhile says nothing of what it is now."""
        if self._followed.get(dtu.id) == dtu:
            self._health.heard(outcome)
