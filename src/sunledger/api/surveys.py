"""What the API knows of the survey of a DTU, which `app` makes: an address goes in, findings come out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How much a finding matters."""

    GOOD = "good"
    NOTE = "note"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class Found:
    """One sentence, what shows it, and what to change."""

    level: Weight
    said: str
    shown: Sequence[str]
    changes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Inverter:
    """An inverter that a DTU lists, and the numbers of its ports."""

    serial_number: str
    ports: Sequence[int]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What was seen of a DTU."""

    findings: Sequence[Found]
    gateway_serial: str | None
    inverters: Sequence[Inverter]
    seconds: float
    """How long it took."""


Survey = Callable[[str, int, int], Awaitable[Surveyed]]
"""Examines what answers at a host, port and unit.

Raises `NotADtu` for an address that is none, `AlreadyRead` for that of a DTU that is being read, and
`Surveying` while another survey is made.
"""


class NotADtu(Exception):
    """An address at which no DTU can be."""


class AlreadyRead(Exception):
    """The DTU is being read now, and takes one connection only."""


class Surveying(Exception):
    """Another DTU is being examined."""
