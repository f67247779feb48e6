"""First run: a secret, printed in the log or at the terminal, with which the first administrator is made."""

from datetime import timedelta

from sunledger.access.attempts import Attempts
from sunledger.access.audit import REFUSED, TERMINAL, Event, nobody
from sunledger.access.errors import Spent
from sunledger.access.grants import EVERYTHING
from sunledger.access.made_secrets import digest, secret
from sunledger.access.trail import Trail
from sunledger.access.users import NO_ADMINISTRATOR, User, Users
from sunledger.sitetime import Clock
from sunledger.store.statements import OtherRows, Statements, Step

LASTS = timedelta(hours=1)
PAGE = "/setup"
_FORGET = "DELETE FROM access_setup"
_KEEP = "INSERT INTO access_setup (hash, expires_at) VALUES (:hash, :expires_at)"
_KNOWN = "SELECT 1 FROM access_setup WHERE hash = :hash AND expires_at > :now"
_SPEND = f"DELETE FROM access_setup WHERE hash = :hash AND expires_at > :now AND {NO_ADMINISTRATOR}"  # noqa: S608


class Setup:
    """Keeps the setup secret. All methods raise StoreError."""

    def __init__(
        self, statements: Statements, trail: Trail, users: Users, attempts: Attempts, clock: Clock
    ) -> None:
        self._attempts = attempts
        self._statements = statements
        self._trail = trail
        self._users = users
        self._clock = clock

    async def make(self) -> str | None:
        """A new secret, good for an hour, in place of any former one; None when there is an administrator."""
        if await self._users.has_administrator():
            return None
        made = secret()
        known = {"hash": digest(made), "expires_at": self._clock.now() + LASTS}
        event = Event(action="create", object_kind="setup_link")
        await self._trail.change([Step(_FORGET, {}), Step(_KEEP, known)], TERMINAL, event)
        return made

    async def complete(self, given: str, name: str, password: str, address: str) -> User:
        """Make the first administrator; of two who try at once one does.

        Raises `Spent`, `Invalid`, `Taken`, `Busy`.
        """
        known = {"hash": digest(given), "now": self._clock.now()}
        if not await self._statements.ask(_KNOWN, known):  # before a hash is computed for a stranger
            await self._refused(address)
        try:
            spend = Step(_SPEND, known, rows=1)
            return await self._users.create(name, password, EVERYTHING, nobody(address), spend)
        except OtherRows:
            await self._refused(address)
            raise

    async def _refused(self, address: str) -> None:
        if self._attempts.failed(address, self._clock.monotonic()) is not None:
            event = Event(action="create", object_kind="user", outcome=REFUSED)
            await self._trail.note(nobody(address), event)
        raise Spent(
            "this setup link is unknown, was used or is older than an hour; "
            "start Sunledger again or run sunledger admin create for a new one"
        )


def path_of(made: str) -> str:
    """Where the page is that takes a secret; behind the #, it never gets into a log of requests."""
    return f"{PAGE}#{made}"
