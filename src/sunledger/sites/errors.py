"""What can be wrong with a wish about sites; every message says the way out.

SitesError
  Invalid    a field has a value that cannot be used
  Unknown    there is no such entry
  Taken      the id is in use, or somebody else was quicker
  Pinned     the configuration sets this field
  InUse      others refer to the entry, or it has to be there
"""


class SitesError(Exception):
    """A wish that cannot be granted; nothing was changed. `field` names what it concerns, if one thing."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence if field is None else f"{field}: {sentence}")
        self.field = field


class Invalid(SitesError):
    """A field has a value that cannot be used."""


class Unknown(SitesError):
    """There is no such entry."""


class Taken(SitesError):
    """The id is in use, or somebody else has changed the entry meanwhile."""


class Pinned(SitesError):
    """The configuration sets this field, and only there it can be changed."""


class InUse(SitesError):
    """Other entries refer to this one, or it has to be there."""
