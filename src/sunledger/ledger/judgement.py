"""Judgements: what was found out about stored readings, which themselves stay as the device sent them."""

from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why a stored value is not taken as it is."""

    ZERO_GLITCH = "zero_glitch"
    """All fields zero while neighbours produce (wasilukm/hoymiles-mqtt#14)."""
    IMPLAUSIBLE = "implausible"
    """No such value can be measured: a sentinel such as 0xFFFF, or a counter seen only once."""
    FROZEN = "frozen"
    """The same values, to the last digit, for long while producing (suaveolent/ha-hoymiles-wifi#31)."""
    COUNTER_FALL = "counter_fall"
    """A lifetime counter fell and counted on from there (ArekKubacki/Hoymiles-Plant-DTU-Pro#21)."""
    COUNTER_JUMP = "counter_jump"
    """A lifetime counter rose by more than the panel can have given and counted on from there."""
    COUNTER_WRAP = "counter_wrap"
    """A lifetime counter passed the end of its register."""
    SUSPECT_TIME = "suspect_time"
    """The wall clock could not be trusted when the reading was stamped."""
    REPLACED_VALUE = "replaced_value"
    """The reading came again with another value: the later one is stored, the earlier one stands here."""


class Quality(StrEnum):
    """What a stored reading is worth, for those who do not ask why."""

    GOOD = "good"
    ZERO_GLITCH = "zero_glitch"
    IMPLAUSIBLE = "implausible"
    FROZEN = "frozen"
    CORRECTED = "corrected"


_QUALITY = {
    Reason.ZERO_GLITCH: Quality.ZERO_GLITCH,
    Reason.IMPLAUSIBLE: Quality.IMPLAUSIBLE,
    Reason.FROZEN: Quality.FROZEN,
    Reason.COUNTER_FALL: Quality.CORRECTED,
    Reason.COUNTER_JUMP: Quality.CORRECTED,
    Reason.COUNTER_WRAP: Quality.CORRECTED,
    Reason.REPLACED_VALUE: Quality.CORRECTED,
}


def quality(reason: Reason) -> Quality:
    """The quality of a reading that has a judgement with this reason; a suspect time leaves values good."""
    return _QUALITY.get(reason, Quality.GOOD)


class Judgement(NamedTuple):
    """One finding about one series. Times are milliseconds since 1970 in UTC.

    `at` … `until` (inclusive) are the readings concerned, one or a run; `decided_at` is the reading that gave
    the proof. Values are stored integers at the resolution of `field`.
    """

    at: int
    until: int
    field: str
    reason: Reason
    raw: int | None
    repaired: int | None
    """What the value would have been without the fault, as far as that can be known; None where it cannot."""
    decided_at: int
