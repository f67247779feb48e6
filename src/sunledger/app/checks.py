"""What the model cannot see: which engine several keys together mean, and DTUs in each other's way."""

from collections.abc import Iterator, Mapping

from pydantic_core import PydanticCustomError

from sunledger.app.configuration import Database, Dtu
from sunledger.app.forms import tree_of
from sunledger.app.problems import Problem, Setting

Settings = Mapping[str, Setting]

SERVER_KEYS = tuple(
    name
    for name in Database.model_fields
    if name not in {"db_type", "database_path", "db_compress_after_days", "spool_max_mb"}
)
"""The keys that name a PostgreSQL server or say how it is spoken to."""
_POSTGRES = {"postgres", "postgresql", "timescaledb"}


def checked(settings: Settings) -> Iterator[Problem]:
    """The problems that only several keys together show."""
    if "dtu_configs" in settings:
        yield from _twins(settings["dtu_configs"])


def engine_meant(settings: Settings) -> Settings:
    """The settings with those of the old nesting's server, and DB_TYPE where only other keys say it."""
    meant = {**_nested_server(settings), **settings}
    asking = next((meant[name] for name in SERVER_KEYS if name in meant), None)
    if asking is not None and "db_type" not in meant:
        meant["db_type"] = Setting(asking.name, asking.source, "postgres")
    return meant


def _nested_server(settings: Settings) -> Settings:
    """`data_storage.relational_db` of the old plan, as keys of ours."""
    nesting = settings.get("data_storage")
    tree = None if nesting is None else _tree(nesting)
    block = tree.get("relational_db") if isinstance(tree, dict) else None
    if nesting is None or not isinstance(block, dict) or str(block.get("type")).lower() not in _POSTGRES:
        return {}
    given = block.get("config")
    known = {"type": "postgres", **(given if isinstance(given, dict) else {})}
    return {
        _OLD_NAMES[name]: Setting(nesting.name, nesting.source, value)
        for name, value in known.items()
        if name in _OLD_NAMES
    }


_OLD_NAMES = {
    "type": "db_type",
    "url": "database_url",
    "host": "db_host",
    "port": "db_port",
    "database": "db_name",
    "user": "db_user",
    "username": "db_user",
    "password": "db_password",
}
"""The words of the old plan."""


def unused_server_keys(settings: Settings) -> Iterator[str]:
    """A line for each key of a server that is set although SQLite is chosen."""
    chosen = settings.get("db_type")
    if chosen is None or str(chosen.value).lower() in _POSTGRES:
        return
    for name in SERVER_KEYS:
        if name in settings:
            key = settings[name]
            yield f"{key.name} (from {key.source}): is not used, because {chosen.name} is {chosen.value}"


def _twins(setting: Setting) -> Iterator[Problem]:
    """DTUs of one name, and DTUs that are one device: it gets one connection and never two."""
    tree = _tree(setting)
    entries = [entry for entry in tree if isinstance(entry, dict)] if isinstance(tree, list) else []
    named = [str(entry.get("name", Dtu.model_fields["name"].default)) for entry in entries]
    for name in _repeated(named):
        yield _twin(setting, f"has more than one DTU named '{name}'", "give each a name of its own")
    for place in _repeated([_place(entry) for entry in entries if "host" in entry]):
        yield _twin(setting, f"has {place} more than once", "name each DTU once")


def _twin(setting: Setting, message: str, fix: str) -> Problem:
    return Problem(setting.name, setting.source, message, fix)


def _place(entry: Mapping[str, object]) -> str:
    return f"{entry['host']}:{entry.get('port', 502)} unit {entry.get('unit_id', 1)}"


def _repeated(words: list[str]) -> list[str]:
    return sorted({word for word in words if words.count(word) > 1})


def _tree(setting: Setting) -> object:
    try:
        return tree_of(setting.value)
    except PydanticCustomError:
        return None  # the model says what is wrong with it
