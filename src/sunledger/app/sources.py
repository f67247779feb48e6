"""Where values come from: flags > environment > .env > NAME_FILE > secrets directories > YAML > defaults.

Each source answers with `Setting`s by key; joining them is one dictionary union, in that order.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sunledger.app import settings_file
from sunledger.app.configuration import Configuration
from sunledger.app.forms import meant, nearest
from sunledger.app.keys import Declared, declared
from sunledger.app.problems import Problem, Setting
from sunledger.app.reserved import RETIRED
from sunledger.app.secrets import from_file
from sunledger.app.settings_file import Unresolved

ENVIRONMENT = "environment"
COMMAND_LINE = "command line"

KEYS: Mapping[str, Declared] = {key.name: key for key in declared(Configuration)}
ALIASES: Mapping[str, str] = {alias: key.name for key in KEYS.values() for alias in key.key.also}
DATA = "SUNLEDGER_DATA"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
ONLY_IN_ENVIRONMENT: Mapping[str, str] = {
    settings_file.KEY: "the YAML file to read instead of ./config.yaml or ~/.config/sunledger/config.yaml",
    DATA: "the directory of DATABASE_PATH's default, such as /data in a container",
}

Settings = Mapping[str, Setting]
Variables = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the process was started with; read once, by `main`."""

    environ: Variables
    """The environment's, over those of the `.env` file."""
    working_directory: Path
    secrets_directory: Path

    @property
    def home(self) -> Path:
        """The user's home; a service without one has its working directory."""
        return Path(self.environ.get("HOME") or self.working_directory)

    def directory(self, variable: str, otherwise: str) -> Path:
        """An XDG directory of ours: by its variable, else at its usual place under the home."""
        return Path(self.environ.get(variable) or self.home / otherwise) / "sunledger"

    @property
    def database(self) -> Path:
        """Where the database is when nobody says so."""
        named = self.environ.get(DATA)
        return Path(named or self.directory("XDG_DATA_HOME", ".local/share")) / "sunledger.db"


def names() -> Iterator[tuple[str, Declared]]:
    """Every name of every key, aliases first, so that a key's own name overrides them."""
    yield from ((alias, KEYS[name]) for alias, name in ALIASES.items())
    yield from KEYS.items()


def from_flags(flags: Mapping[str, object]) -> Settings:
    """What was said on the command line."""
    found = {}
    for name, value in flags.items():
        flag = f"--{name.replace('_', '-')}"
        if name not in KEYS:
            problem = Problem(flag, COMMAND_LINE, "is no flag", meant(name, KEYS))
            found[name] = Setting(flag, COMMAND_LINE, problem=problem)
        elif (text := _given(KEYS[name], str(value))) is not None:
            found[name] = Setting(flag, COMMAND_LINE, text)
    return found


def from_variables(variables: Variables, source: str) -> Settings:
    """What variables say. An empty variable is one that is not set, but turns a switch off."""
    found = {}
    for name, key in names():
        text = _given(key, variables.get(name.upper()))
        if text is not None:
            found[key.name] = Setting(name.upper(), source, text)
    return found


def from_named_files(variables: Variables, source: str, working_directory: Path) -> Settings:
    """Secrets whose file is named by a variable NAME_FILE."""
    found = {}
    for name, key in names():
        variable = f"{name.upper()}_FILE"
        if key.key.secret and variables.get(variable):
            found[key.name] = from_file(working_directory / variables[variable], variable, source)
    return found


def from_secrets_directory(directory: Path) -> Settings:
    """Secrets that lie under their lower-case names in a directory such as /run/secrets."""
    return {
        key.name: from_file(directory / name, key.variable, str(directory / name))
        for name, key in names()
        if key.key.secret and (directory / name).exists()
    }


def from_credentials(environ: Variables) -> Settings:
    """Secrets that systemd hands to a service (LoadCredential=), in a directory that it names."""
    named = environ.get(CREDENTIALS)
    return from_secrets_directory(Path(named)) if named else {}


def from_tree(tree: Mapping[str, object], source: str, surroundings: Surroundings) -> Settings:
    """What stands in the YAML file, by key; an unknown key is a setting with a problem."""
    found: dict[str, Setting] = {}
    for name, value in sorted(tree.items(), key=lambda item: item[0] in KEYS):
        key = KEYS.get(ALIASES.get(name, name))
        if name in RETIRED or (value is None and key is not None):
            continue
        setting = _from_node(name, key, value, source, surroundings)
        if setting is not None:
            found[key.name if key else _target(name)] = setting
    return found


def retired(
    written: Mapping[str, object], source: str, spelt: Callable[[str], str] = str.upper
) -> Iterator[Setting]:
    """The variables, or with `str` the YAML keys, that are set but gone."""
    for name, why in RETIRED.items():
        if written.get(spelt(name), "") != "":
            yield Setting(spelt(name), source, why)


def misspelt(variables: Variables) -> Iterator[tuple[str, str]]:
    """Variables that differ from one of ours by a letter or two, with the name that was probably meant."""
    ours = {name.upper() for name, _ in names()} | ONLY_IN_ENVIRONMENT.keys()
    ours |= {f"{name}_FILE" for name in ours} | {name.upper() for name in RETIRED}
    shortened = {short: name for name in sorted(ours) for short in _one_letter_less(name)}
    for name in variables.keys() - ours:
        guess = next((shortened[short] for short in _one_letter_less(name) if short in shortened), None)
        if guess and len(name) >= _LONG:
            yield name, guess


_LONG = 7


def _one_letter_less(name: str) -> Iterator[str]:
    yield name
    yield from (name[:at] + name[at + 1 :] for at in range(len(name)))


def _given(key: Declared, text: str | None) -> str | None:
    """The text as the model wants it, or None for nothing said."""
    if text is None or key.key.secret:
        return text or None
    return text.strip() or ("false" if key.is_switch else None)


def _from_node(
    name: str, key: Declared | None, value: object, source: str, surroundings: Surroundings
) -> Setting | None:
    if key is None and not _names_a_file(name):
        guess = nearest(name.lower(), KEYS)
        fix = f"did you mean {guess}?" if guess else "remove it; config.yaml.example has every key"
        return Setting(name, source, problem=Problem(name, source, "is no key of the configuration", fix))
    try:
        value = settings_file.resolved(value, surroundings.environ)
    except Unresolved as error:
        return Setting(name, source, problem=Problem(name, source, error.message, error.fix))
    if key is None:
        return from_file(surroundings.working_directory / str(value), name, source)
    text = _given(key, value) if isinstance(value, str) else value
    return None if text is None else Setting(name, source, text)


def _names_a_file(name: str) -> bool:
    key = KEYS.get(_target(name))
    return name.endswith("_file") and key is not None and key.key.secret


def _target(name: str) -> str:
    """The key that a `…_file` name speaks of; any other name itself."""
    bare = name.removesuffix("_file")
    return ALIASES.get(bare, bare) if ALIASES.get(bare, bare) in KEYS else name
