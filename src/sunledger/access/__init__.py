"""Who may do what: users, sessions, tokens and the trail of what they did."""

from sunledger.access.principal import Action, Kind, Principal, Role

__all__ = ["Action", "Kind", "Principal", "Role"]
