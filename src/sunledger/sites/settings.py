"""Settings of the plant that can be changed while it runs, each by its name, in versions.

They act on what is shown only: what is stored and counted never changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sunledger.measurements import MEASUREMENTS
from sunledger.sites.entries import Content, Kind
from sunledger.sites.errors import Unknown
from sunledger.sites.fields import Fields
from sunledger.sites.roof import roof, roof_of_devices

Sees = Callable[[str], bool]
"""Whether somebody may read a device, by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The value of a setting; `id` is its name."""

    id: str
    value: Any

    def content(self) -> Content:
        """All fields but the id."""
        return {"value": self.value}

    def seen_by(self, sees: Sees) -> "Setting":
        """The part of it that tells of no device but those that somebody sees."""
        return replace(self, value=SETTINGS[self.id].seen(self.value, sees))


@dataclass(frozen=True, slots=True)
class Declared:
    """A setting that there is."""

    about: str
    read: Callable[[Fields, str], object]
    """A member of fields, by name, as the setting's value; raises `Invalid`."""
    seen: Callable[[Any, Sees], object] = lambda value, _: value
    """The part of a value that tells of no device but those that somebody sees."""


_FIELDS = sorted({measurement.name for measurement in MEASUREMENTS})


def _by_measurement(fields: Fields, name: str) -> Fields:
    """A mapping whose keys are names of measurements."""
    given = fields.take(name)
    return Fields({} if given is None else given, fields.at(f"{name}."))


def _multipliers(fields: Fields, name: str) -> dict[str, float]:
    members = _by_measurement(fields, name)
    found = {field: members.optional_number(field) for field in _FIELDS}
    members.refuse_others()
    return {field: factor for field, factor in found.items() if factor is not None}


def _names(fields: Fields, name: str) -> dict[str, str]:
    members = _by_measurement(fields, name)
    found = {field: members.text(field, default="") for field in _FIELDS}
    members.refuse_others()
    return {field: text for field, text in found.items() if text}


SETTINGS: Mapping[str, Declared] = {
    "value_multipliers": Declared("factor per measurement, in outputs only", _multipliers),
    "entity_friendly_names": Declared("label per measurement, in outputs only", _names),
    "roof": Declared(
        "tiles of the ports in columns and rows, as the user arranged them", roof, roof_of_devices
    ),
}


def setting_of(name: str, content: Mapping[str, object]) -> Setting:
    """A setting from its name and JSON members. Raises `Unknown`, `Invalid`."""
    declared = SETTINGS.get(name)
    if declared is None:
        raise Unknown(f"there is no setting {name}; known are {', '.join(SETTINGS)}")
    fields = Fields(content)
    value = declared.read(fields, "value")
    fields.refuse_others()
    return Setting(id=name, value=value)


SETTING = Kind("setting", setting_of, {}, grows=True)
