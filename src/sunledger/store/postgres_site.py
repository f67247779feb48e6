"""One site in PostgreSQL, over a connection: how it is asked, and what its rows are told by."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection


def ends(table: str, column: str, where: str = "") -> str:
    """A SELECT of the first and the last value of a column in a site, by the key: a look for each series."""
    look = f"(SELECT {{0}}(t.{column}) FROM {table} t WHERE t.site = s.site{where} AND t.series = s.id)"
    first, last = look.format("MIN"), look.format("MAX")
    return f"SELECT MIN({first}), MAX({last}) FROM series s WHERE s.site = %s"


class PostgresSite:
    """A site over a connection that is in a transaction."""

    def __init__(self, connection: Connection, site: int) -> None:
        self.connection = connection
        self.site = site

    def ask(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of an answer, times in milliseconds."""
        return self.connection.execute(sql.encode(), parameters, binary=True).fetchall()

    def among(self, series: Sequence[int] | None) -> tuple[str, list[Any]]:
        """A condition on site and series: without series all of the site's, named so that the key is used."""
        if series is None:
            return "site = %s AND series = ANY(ARRAY(SELECT id FROM series WHERE site = %s))", [
                self.site,
                self.site,
            ]
        return "site = %s AND series = ANY(%s)", [self.site, list(series)]
