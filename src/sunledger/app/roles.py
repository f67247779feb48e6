"""The keys of several processes on one database: what each does, and how they hear of each other."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

from sunledger.app.forms import Secret, complaint, listed, meant
from sunledger.app.keys import Group, Key
from sunledger.app.problems import Problem, Setting


class Role(StrEnum):
    """What a process does."""

    API = "api"
    """Answers over HTTP; without it a process tells only of its health and metrics."""
    INTAKE = "intake"
    """Writes: what is pushed, over MQTT too, and what other processes hand over. One process does."""
    COLLECTOR = "collector"
    """Polls the DTUs. One process at a time does, the others wait for their turn."""
    JOBS = "jobs"
    """Does the chores of the store and samples its own health; the same."""


ALL = tuple(Role)
_SCHEMES = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}


def _role(given: str) -> Role:
    word = given.lower()
    if word not in ALL:
        raise complaint(f"'{given}' is no role", meant(word, ALL))
    return Role(word)


def _some(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    if not roles:
        raise complaint("names no role", f"give some of {', '.join(ALL)}")
    return roles


def _redis_url(url: SecretStr | None) -> SecretStr | None:
    if url is not None:
        try:
            parts = urlsplit(url.get_secret_value())
            good = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good:
            raise complaint(
                "is not the URL of a Redis or Valkey", "give one such as redis://localhost:6379/0"
            )
    return url


class Processes(Group):
    """Several processes on one PostgreSQL database (docs/several-processes.md)."""

    roles: Annotated[
        tuple[Annotated[Role, BeforeValidator(_role)], ...],
        BeforeValidator(listed),
        AfterValidator(_some),
        Key("what this process does", form="a list of api, intake, collector, jobs"),
    ] = ALL
    redis_url: Annotated[
        Secret,
        AfterValidator(_redis_url),
        Key(
            "Redis or Valkey that the processes share; needs sunledger[redis]",
            form="a URL such as redis://localhost:6379/0",
            secret=True,
        ),
    ] = None

    @property
    def does(self) -> AbstractSet[Role]:
        """What this process does."""
        return frozenset(self.roles)

    @property
    def leads(self) -> bool:
        """Whether it is the one that writes."""
        return Role.INTAKE in self.roles

    @property
    def redis(self) -> str | None:
        """The URL as the library knows it."""
        if self.redis_url is None:
            return None
        scheme, rest = self.redis_url.get_secret_value().split(":", 1)
        return f"{_SCHEMES[scheme]}:{rest}"


def impossible(
    processes: Processes, settings: Mapping[str, Setting], *, on_server: bool
) -> Iterator[Problem]:
    """What stands in the way of doing only some of the roles."""
    if processes.does == set(ALL):
        return
    setting = settings.get("roles", Setting("ROLES", "default"))
    said = f"does only {', '.join(sorted(processes.does))}"
    if not on_server:
        fix = "only processes on one PostgreSQL server can share the work: set DB_TYPE=postgres, or no ROLES"
        yield Problem(setting.name, setting.source, f"{said}, but the database is for one process", fix)
    elif processes.redis_url is None:
        fix = "set REDIS_URL, the same for all of them, or no ROLES"
        yield Problem(setting.name, setting.source, f"{said}, but would hear nothing of the others", fix)
