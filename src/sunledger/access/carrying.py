"""People and their credentials, taken over from one database into another of the same owner.

A simulated plant and one's own have a database each; whoever is known in one stays so in the other. The
audit is not taken over: each database tells what was done there.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NamedTuple

from sunledger.access.access import API_TOKEN
from sunledger.access.audit import Actor
from sunledger.access.principal import Kind
from sunledger.access.users import ADMINISTRATOR, key_of
from sunledger.sitetime import instant
from sunledger.store.statements import Statements, Step


class _Table(NamedTuple):
    """A table, its key first; what its columns hold where the two databases may not write it alike."""

    name: str
    columns: Sequence[str]
    times: frozenset[str]
    truths: frozenset[str] = frozenset()


_USER = _Table(
    "access_user",
    (
        "key", "name", "role", "memberships", "password_hash", "disabled", "generation", "created_at",
        "updated_at",
    ),
    frozenset({"created_at", "updated_at"}),
    frozenset({"disabled"}),
)  # fmt: skip
_SESSION = _Table(
    "access_session",
    ("id", "hash", "user_key", "created_at", "seen_at", "agent", "address"),
    frozenset({"created_at", "seen_at"}),
)
_TOKEN = _Table(
    "access_token",
    (
        "id", "hash", "name", "owner", "role", "sites", "scopes", "device", "created_by", "created_at",
        "expires_at", "last_used_at", "revoked_at",
    ),
    frozenset({"created_at", "expires_at", "last_used_at", "revoked_at"}),
)  # fmt: skip
_KEY = _Table("access_key", ("kid", "secret", "created_at"), frozenset({"created_at"}))
_SETUP = _Table("access_setup", ("hash", "expires_at"), frozenset({"expires_at"}))
TABLES = (_USER, _SESSION, _TOKEN, _KEY, _SETUP)


async def carry(source: Statements, target: Statements, *, replacing: bool) -> None:
    """Take over who is known in `source`, where anybody administers there. Raises StoreError.

    In place of all that is known in `target` where `replacing`, and beside it where nobody administers there.
    Else only what befell the sessions of those users who are the same in both, and which tokens were revoked:
    what was ended must not count again.
    """
    if await _is_administered(source):
        if replacing:
            steps = _replaced(source)
        else:
            steps = (_same if await _is_administered(target) else _added)(source, target)
        await target.change_together([step async for step in steps])


async def is_known(by: Actor, source: Statements, target: Statements) -> bool:
    """Whether who acts in `source` is the same in `target`, or nobody administers there yet.

    Whoever is at the machine itself may be anybody, where nobody administers in `source`.
    """
    if not await _is_administered(target) or by[:2] == (API_TOKEN.kind, API_TOKEN.id):
        return True
    users = [row for row in await _rows(source, _USER) if row["key"] == key_of(by.id)]
    return by.kind is Kind.USER and users != [] and users[0] in await _rows(target, _USER)


async def _is_administered(statements: Statements) -> bool:
    return bool(await statements.ask(ADMINISTRATOR, {}))


async def _replaced(source: Statements) -> AsyncIterator[Step]:
    for table in TABLES:
        yield Step(f"DELETE FROM {table.name}", {})  # noqa: S608 (a constant)
        for row in await _rows(source, table):
            yield _insertion(table, row)


async def _added(source: Statements, target: Statements) -> AsyncIterator[Step]:
    """What there was of a user of the same name was somebody else's, and ends."""
    there = await _rows(target, _USER)
    for row in await _rows(source, _USER):
        if row not in there:
            yield Step("DELETE FROM access_session WHERE user_key = :key", {"key": row["key"]})
            yield Step("DELETE FROM access_token WHERE owner = :key", {"key": row["key"]})
    yield Step("DELETE FROM access_setup", {})
    for table in TABLES:
        for row in await _rows(source, table):
            yield _deletion(table, row)
            yield _insertion(table, row)


async def _same(source: Statements, target: Statements) -> AsyncIterator[Step]:
    users = await _rows(target, _USER)
    same = {row["key"] for row in await _rows(source, _USER) if row in users}
    here, there = [
        {row["id"]: row for row in await _rows(each, _SESSION) if row["user_key"] in same}
        for each in (source, target)
    ]
    for id_ in there.keys() - here.keys():
        yield _deletion(_SESSION, there[id_])
    for id_ in here.keys() - there.keys():
        yield _insertion(_SESSION, here[id_])
    for row in await _rows(source, _TOKEN):
        if row["revoked_at"] is not None:
            yield Step(_REVOKE, {"id": row["id"], "at": instant(row["revoked_at"])})


_REVOKE = "UPDATE access_token SET revoked_at = :at WHERE id = :id AND revoked_at IS NULL"


async def _rows(statements: Statements, table: _Table) -> list[dict[str, Any]]:
    found = await statements.ask(f"SELECT {', '.join(table.columns)} FROM {table.name}", {})  # noqa: S608
    return [dict(zip(table.columns, row, strict=True)) for row in found]


def _deletion(table: _Table, row: Mapping[str, Any]) -> Step:
    key = table.columns[0]
    return Step(f"DELETE FROM {table.name} WHERE {key} = :{key}", {key: row[key]})  # noqa: S608


def _insertion(table: _Table, row: Mapping[str, Any]) -> Step:
    names = ", ".join(f":{name}" for name in table.columns)
    statement = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({names})"  # noqa: S608
    return Step(statement, {name: _value(table, name, value) for name, value in row.items()})


def _value(table: _Table, name: str, value: Any) -> Any:
    """A value as every database takes it."""
    if name in table.times and value is not None:
        return instant(value)
    return bool(value) if name in table.truths else value
