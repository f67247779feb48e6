"""What can be wrong with a wish about access; every message says the way out.

AccessError
  Invalid    a field has a value that cannot be used
  Unknown    there is no such user, session or token
  Taken      the name is in use, or somebody else was quicker
  Needed     it has to stay: the last administrator
  Spent      a setup secret that is unknown, used or too old
  Busy       too many log-ins at once
"""


class AccessError(Exception):
    """A wish that cannot be granted; nothing was changed. `field` names what it concerns, if one thing."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence if field is None else f"{field}: {sentence}")
        self.field = field


class Invalid(AccessError):
    """A field has a value that cannot be used."""


class Unknown(AccessError):
    """There is no such user, session or token."""


class Taken(AccessError):
    """The name is in use, or somebody else has changed it meanwhile."""


class Needed(AccessError):
    """Without it nobody could administer Sunledger any more."""


class Spent(AccessError):
    """The setup secret is unknown, was used or has expired."""


class Busy(AccessError):
    """Too many log-ins at once; each costs memory."""
