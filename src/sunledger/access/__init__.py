"""Who may do what: users, sessions, tokens and the trail of what they did."""

from sunledger.access.access import Access, Given
from sunledger.access.audit import TERMINAL, Actor, Event
from sunledger.access.errors import AccessError, Busy, Invalid, Needed, Spent, Taken, Unknown
from sunledger.access.principal import Action, Kind, Principal, Role

__all__ = [
    "TERMINAL",
    "Access",
    "AccessError",
    "Action",
    "Actor",
    "Busy",
    "Event",
    "Given",
    "Invalid",
    "Kind",
    "Needed",
    "Principal",
    "Role",
    "Spent",
    "Taken",
    "Unknown",
]
