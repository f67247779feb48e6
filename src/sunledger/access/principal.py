"""A principal: whoever asks for something, and what it may do.

Everything is refused that is not granted. Users and tokens have a role on all sites or on some; a device's
token may only push for its device.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; each includes those before it."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do all that the other may."""
        return _RANK[self] >= _RANK[other]


_RANK = {role: rank for rank, role in enumerate(Role)}


class Action(StrEnum):
    """What somebody wants to do."""

    READ = "read"
    """Readings, energy, devices, sites."""
    PUSH = "push"
    """Telemetry of a device."""
    CHANGE = "change"
    """Names, settings, sessions, reports."""
    OPERATE = "operate"
    """Rebuilding, vacuuming, long jobs."""
    ADMINISTER = "administer"
    """Users, tokens, the audit."""

    @property
    def role(self) -> Role:
        """The least role that may do it."""
        return _NEEDED[self]


_NEEDED = {
    Action.READ: Role.VIEWER,
    Action.PUSH: Role.OPERATOR,
    Action.CHANGE: Role.OPERATOR,
    Action.OPERATE: Role.OPERATOR,
    Action.ADMINISTER: Role.ADMINISTRATOR,
}


class Kind(StrEnum):
    """What sort of credential says who it is."""

    OWNER = "owner"
    """Whoever is at the machine itself, while nobody else can reach Sunledger."""
    USER = "user"
    TOKEN = "token"  # noqa: S105 (a kind, not a secret)
    DEVICE = "device"
    LEGACY = "legacy"
    """A scraper or component that never sends a credential, from a network that may read."""
    COMMAND = "command"
    """The command line, run by who can read the database anyway."""
    ANONYMOUS = "anonymous"
    """Nobody known: may do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whoever asks."""

    kind: Kind
    id: str
    """The name of a user, the id of a token or device, else what the kind is called."""
    role: Role | None = None
    """The role, the greatest one where roles differ by site; None for who has none."""
    sites: frozenset[str] | None = None
    """Where; None: everywhere."""
    roles: Mapping[str, Role] | None = field(default=None, hash=False)
    """The role on each of `sites`, where they may differ; None: `role` on all."""
    device: str | None = None
    """The one device that a device's token pushes for."""
    scopes: frozenset[Action] | None = None
    """To what a token is narrowed; None: to nothing but its role."""
    session: str | None = None
    """The id of the browser session, for who came with a cookie."""

    def may(self, action: Action, site: str | None = None, device: str | None = None) -> bool:
        """Whether it may do this on a site, to a device there; without a site: on the whole system."""
        if not self._in_scope(action):
            return False
        if self.device is not None:
            return action is Action.PUSH and device == self.device
        return _suffices(self.role_at(site), action)

    def may_somewhere(self, action: Action) -> bool:
        """Whether there is a site or device where it may; what it gets must then be narrowed to those."""
        if not self._in_scope(action):
            return False
        if self.device is not None:
            return action is Action.PUSH
        nowhere = self.sites is not None and not self.sites
        return not nowhere and _suffices(self.role, action)

    def role_at(self, site: str | None) -> Role | None:
        """The role on a site; without a site: on the whole system."""
        if self.sites is None:
            return self.role
        if site is None or site not in self.sites:
            return None
        return self.role if self.roles is None else self.roles.get(site)

    def _in_scope(self, action: Action) -> bool:
        return self.scopes is None or action in self.scopes


def _suffices(role: Role | None, action: Action) -> bool:
    return role is not None and role.includes(action.role)


OWNER = Principal(kind=Kind.OWNER, id="loopback", role=Role.ADMINISTRATOR)
"""Who uses Sunledger on its own machine, while it listens there only."""
COMMAND_LINE = Principal(kind=Kind.COMMAND, id="command line", role=Role.ADMINISTRATOR)
LEGACY = Principal(kind=Kind.LEGACY, id="legacy", role=Role.VIEWER, scopes=frozenset({Action.READ}))
ANONYMOUS = Principal(kind=Kind.ANONYMOUS, id="anonymous")
