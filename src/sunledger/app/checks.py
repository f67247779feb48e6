"""What the model cannot see: an engine that this version lacks, and DTUs that are in each other's way."""

from collections.abc import Iterator, Mapping

from pydantic_core import PydanticCustomError

from sunledger.app.configuration import Database, Dtu
from sunledger.app.forms import tree_of
from sunledger.app.keys import declaration
from sunledger.app.problems import Problem, Setting

Settings = Mapping[str, Setting]

SERVER_KEYS = tuple(name for name, info in Database.model_fields.items() if declaration(info).later)
_POSTGRES = {"postgres", "postgresql", "timescaledb"}


def checked(settings: Settings) -> Iterator[Problem]:
    """The problems that only several keys together show."""
    asking = _asking_for_a_server(settings)
    if asking is not None:
        yield Problem(
            asking.name,
            asking.source,
            "asks for PostgreSQL, but this version keeps data in SQLite",
            "set DB_TYPE=sqlite, and DATABASE_PATH to choose the file",
        )
    if "dtu_configs" in settings:
        yield from _twins(settings["dtu_configs"])


def _asking_for_a_server(settings: Settings) -> Setting | None:
    """Whoever asks for PostgreSQL: DB_TYPE if it is set, else any key that names a server."""
    chosen = settings.get("db_type")
    if chosen is not None:
        return chosen if str(chosen.value).lower() in _POSTGRES else None
    for name in (*SERVER_KEYS, "data_storage"):
        if name in settings and (name != "data_storage" or _names_a_server(settings[name])):
            return settings[name]
    return None


def _names_a_server(nesting: Setting) -> bool:
    tree = _tree(nesting)
    block = tree.get("relational_db") if isinstance(tree, dict) else None
    return isinstance(block, dict) and str(block.get("type")).lower() in _POSTGRES


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
