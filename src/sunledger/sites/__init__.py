"""Customers, sites, devices, DTUs and settings: names, zone, place, arrays and filters, in versions.

One site, `home`, exists by itself. Fields that the configuration sets are pinned: they show its values, and
can be changed only there. Names act on what is shown, never on what is stored or counted.
"""

from sunledger.sites.dtus import DTU, Address, DtuEntry
from sunledger.sites.entries import (
    CUSTOMER,
    DEVICE,
    HOME,
    SITE,
    Array,
    Customer,
    DeviceEntry,
    Entry,
    Kind,
    Site,
)
from sunledger.sites.errors import InUse, Invalid, Pinned, SitesError, Taken, Unknown
from sunledger.sites.journal import REPORT, SESSION, ChargingSession, Journal, Report, SessionStatus
from sunledger.sites.pins import Pin
from sunledger.sites.registry import Kept, Registry, kept_home
from sunledger.sites.settings import SETTING, SETTINGS, Setting

__all__ = [
    "CUSTOMER",
    "DEVICE",
    "DTU",
    "HOME",
    "REPORT",
    "SESSION",
    "SETTING",
    "SETTINGS",
    "SITE",
    "Address",
    "Array",
    "ChargingSession",
    "Customer",
    "DeviceEntry",
    "DtuEntry",
    "Entry",
    "InUse",
    "Invalid",
    "Journal",
    "Kept",
    "Kind",
    "Pin",
    "Pinned",
    "Registry",
    "Report",
    "SessionStatus",
    "Setting",
    "Site",
    "SitesError",
    "Taken",
    "Unknown",
    "kept_home",
]
