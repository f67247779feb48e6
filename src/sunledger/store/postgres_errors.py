"""What an error of PostgreSQL's means to an owner, and what to do."""

import psycopg
from psycopg import errors
from psycopg_pool import PoolClosed, PoolTimeout

from sunledger.store.postgres_address import PostgresAddress
from sunledger.store.postgres_connections import named

_BY_KIND: tuple[tuple[type[psycopg.Error], str], ...] = (
    (PoolTimeout, "no connection to {place} could be had in time; is it overloaded, or away?"),
    (PoolClosed, "the store is closed"),
    (errors.InvalidPassword, "{place} refuses the password; check DB_USER and DB_PASSWORD"),
    (errors.QueryCanceled, "{place} took too long and was stopped; is it overloaded?"),
    (errors.LockNotAvailable, "somebody else holds a lock in {place} for too long ({text})"),
    (errors.DiskFull, "{place} has no space left ({text}); free some and try again"),
    (errors.ReadOnlySqlTransaction, "{place} is read-only, as a standby is; name the primary server"),
    (
        errors.InsufficientPrivilege,
        "{place} does not let us do this ({text}); what it needs: docs/postgresql.md",
    ),
    (errors.TooManyConnections, "{place} has no connection left ({text}); lower DB_POOL_SIZE"),
)
_BY_WORD = (
    (
        "password authentication failed",
        "{place} refuses the user or the password; check DB_USER and DB_PASSWORD",
    ),
    ("no password supplied", "{place} wants a password; give it with DB_PASSWORD or DB_PASSWORD_FILE"),
    ('role "', "{place}: there is no such user ({text}); make it, or check DB_USER: docs/postgresql.md"),
    ("pg_hba.conf", "{place} does not let us in ({text}); see pg_hba.conf of the server, or DB_SSLMODE"),
    ('database "', "{place}: there is no such database ({text}); make it: docs/postgresql.md"),
    ("certificate", "{place}: TLS failed ({text}); check DB_SSLROOTCERT, DB_SSLCERT, DB_SSLKEY and DB_HOST"),
    ("SSL", "{place}: TLS failed ({text}); check DB_SSLMODE"),
    ("remaining connection slots", "{place} has no connection left ({text}); lower DB_POOL_SIZE"),
)
_HOPELESS = tuple(word for word, _ in _BY_WORD[:-1])


def explain(address: PostgresAddress, error: BaseException) -> str:
    """One sentence."""
    text = " ".join(str(error).split())
    known = {"place": f"PostgreSQL at {named(address)}", "text": text}
    for kind, sentence in _BY_KIND:
        if isinstance(error, kind):
            return sentence.format(**known)
    for word, sentence in _BY_WORD:
        if word in text:
            return sentence.format(**known)
    return "{place} cannot be used: {text}".format(**known)


def is_hopeless(error: BaseException) -> bool:
    """Whether waiting does not mend a connection that was refused: wrong password, name or certificate."""
    if isinstance(error, errors.InvalidPassword | errors.InsufficientPrivilege):
        return True
    refused = isinstance(error, psycopg.OperationalError) and error.sqlstate is None
    return refused and any(word in str(error) for word in _HOPELESS)
