"""The sites of a running Sunledger: opened beside the store, with what the configuration pins."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sunledger.app.configuration import Configuration
from sunledger.app.problems import ConfigurationError, Problem
from sunledger.sites import DEVICE, HOME, SETTING, SITE, Invalid, Journal, Pin, Registry, kept_home
from sunledger.sitetime import Clock
from sunledger.store.documents import Documents
from sunledger.store.memory_documents import MemoryDocuments
from sunledger.store.sqlite_documents import SqliteDocuments, has_documents

Origin = Mapping[str, str]
"""Where each key of the configuration was set."""


@dataclass(frozen=True, slots=True)
class Sites:
    """What is known of the sites, and what happened there."""

    registry: Registry
    journal: Journal


def make_documents(configuration: Configuration) -> Documents:
    """Documents beside the store that the configuration asks for, not open yet."""
    if configuration.keeps_readings:
        return SqliteDocuments(configuration.database.database_path)
    return MemoryDocuments()


async def open_sites(documents: Documents, clock: Clock, pins: tuple[Pin, ...] = ()) -> Sites:
    """The sites over open documents. Raises ConfigurationError when a pinned value cannot be used."""
    registry = Registry(documents, clock, pins)
    try:
        await registry.open()
    except Invalid as error:
        where = ", ".join(sorted({pin.where for pin in pins}))
        fix = "give another value where it is set"
        raise ConfigurationError([Problem(error.field or "sites", where, str(error), fix)]) from None
    return Sites(registry, Journal(documents, clock))


async def at_home(configuration: Configuration) -> Configuration:
    """The configuration with the zone and place of the site that is kept, where it names none itself."""
    path = configuration.database.database_path
    if not configuration.keeps_readings or not await asyncio.to_thread(has_documents, path):
        return configuration
    documents = SqliteDocuments(path, read_only=True)
    try:
        await documents.open()
        home = await kept_home(documents)
    finally:
        await documents.close()
    if home is None:
        return configuration
    timing, site = configuration.timing, configuration.site
    if not _names_zone(configuration):
        timing = timing.model_copy(update={"timezone": home.zone})
    if site.place is None and home.place is not None:
        place = {"latitude": home.place.latitude, "longitude": home.place.longitude}
        site = site.model_copy(update=place)
    return configuration.model_copy(update={"timing": timing, "site": site})


def pins_of(configuration: Configuration, origin: Origin) -> tuple[Pin, ...]:
    """What the configuration itself sets, and therefore pins."""
    return (*_of_home(configuration, origin), *_of_filters(configuration, origin))


def _of_home(configuration: Configuration, origin: Origin) -> Iterator[Pin]:
    if _names_zone(configuration):
        zone = configuration.timing.timezone.key
        yield Pin(kind=SITE.name, id=HOME, field="zone", value=zone, where=_where(origin, "timezone"))
    place = configuration.site.place
    if place is not None:
        value = {"latitude": place.latitude, "longitude": place.longitude}
        where = _where(origin, "latitude", "longitude")
        yield Pin(kind=SITE.name, id=HOME, field="place", value=value, where=where)


def _of_filters(configuration: Configuration, origin: Origin) -> Iterator[Pin]:
    filters = configuration.filters
    for serial in filters.exclude_inverters:
        yield Pin(
            kind=DEVICE.name, id=serial, field="excluded", value=True,
            where=_where(origin, "exclude_inverters"), seeds=False,
        )  # fmt: skip
    settings = {
        "value_multipliers": filters.value_multipliers,
        "entity_friendly_names": filters.entity_friendly_names,
    }
    for name, value in settings.items():
        if value:
            yield Pin(
                kind=SETTING.name, id=name, field="value", value=dict(value), where=_where(origin, name)
            )  # fmt: skip


def _names_zone(configuration: Configuration) -> bool:
    return "timezone" in configuration.timing.model_fields_set


def _where(origin: Origin, *keys: str) -> str:
    """The keys, and the source that set the first of them."""
    return f"{', '.join(key.upper() for key in keys)} ({origin.get(keys[0], 'configuration')})"
