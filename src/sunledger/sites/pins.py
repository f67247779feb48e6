"""Pins: fields that the configuration sets. They show its value and can only be changed there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One field of one entry, set by the configuration."""

    kind: str
    id: str
    field: str
    value: object
    """As JSON knows it."""
    where: str
    """Where it is set, such as `TIMEZONE (environment)`."""
    seeds: bool = True
    """Whether the value stays when it is no longer set there; without, what was kept before counts again."""


class Pins:
    """All of them, by entry."""

    def __init__(self, pins: Iterable[Pin]) -> None:
        self._pins: dict[tuple[str, str], dict[str, Pin]] = {}
        for pin in pins:
            self._pins.setdefault((pin.kind, pin.id), {})[pin.field] = pin

    def of(self, kind: str, id: str) -> Mapping[str, Pin]:
        """The pins of an entry, by field."""
        return self._pins.get((kind, id), {})

    def entries(self, kind: str) -> list[str]:
        """The ids of pinned entries of a kind."""
        return [id_ for of, id_ in self._pins if of == kind]

    def seeds(self) -> list[tuple[str, str]]:
        """The entries that have values to keep, as (kind, id)."""
        return [key for key, pins in self._pins.items() if any(pin.seeds for pin in pins.values())]
