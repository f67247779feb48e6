"""Which PostgreSQL server is meant, and how it is spoken to; needs no driver."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresAddress:
    """Where the server is and who we are to it.

    A `url` wins over host, port, name, user and password; the TLS settings hold for both.
    """

    url: str | None = field(default=None, repr=False)
    host: str = "localhost"
    port: int = 5432
    name: str = "sunledger"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    sslmode: str | None = None
    sslrootcert: Path | None = None
    sslcert: Path | None = None
    sslkey: Path | None = None
    pool_size: int = 10
    """Connections for questions that are kept open."""
    max_overflow: int = 20
    """Connections that are opened beyond those when all are busy."""
    cursors: type[Any] | None = field(default=None, repr=False, compare=False)
    """The class of psycopg's cursors that its connections have, for who wants to see the statements."""

    @property
    def libpq_url(self) -> str | None:
        """The URL without what SQLAlchemy adds: `postgresql+asyncpg://` is `postgresql://`."""
        if self.url is None:
            return None
        scheme, separator, rest = self.url.partition("://")
        return scheme.split("+")[0] + separator + rest
