"""From flags, variables, secret files and the YAML file to one typed Configuration, or to every problem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from pydantic import ValidationError

from sunledger.app import dotenv_file, settings_file, sources
from sunledger.app.checks import checked, engine_meant, unused_server_keys
from sunledger.app.configuration import Configuration
from sunledger.app.keys import Declared
from sunledger.app.problems import ConfigurationError, Setting
from sunledger.app.roles import impossible
from sunledger.app.sources import ENVIRONMENT, KEYS, Settings, Surroundings, Variables
from sunledger.app.translation import translated

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration that can be used, what is odd about it, and where each value came from."""

    configuration: Configuration
    warnings: tuple[str, ...]
    origin: Mapping[str, str]
    """Key (`query_period`) to source (`environment`, `default`, a path, …)."""


def load(
    arguments: Mapping[str, object],
    environ: Mapping[str, str],
    *,
    working_directory: Path,
    secrets_directory: Path,
) -> Loaded:
    """The configuration that these sources give together.

    `arguments` are flags by key (`{"query_period": "30"}`), and `config` for the YAML file's path; None
    counts as not given. Raises ConfigurationError with every problem there is.
    """
    dotenv = dotenv_file.read(working_directory, environ)
    surroundings = Surroundings({**dotenv.variables, **environ}, working_directory, secrets_directory)
    flags = {name: value for name, value in arguments.items() if value is not None}
    path, tree = _yaml(flags.pop("config", None), surroundings)
    settings: Settings = {
        **sources.from_tree(tree, str(path), surroundings),
        **sources.from_secrets_directory(secrets_directory),
        **sources.from_credentials(environ),
        **sources.from_named_files(dotenv.variables, dotenv_file.NAME, working_directory),
        **sources.from_named_files(environ, ENVIRONMENT, working_directory),
        **sources.from_variables(dotenv.variables, dotenv_file.NAME),
        **sources.from_variables(environ, ENVIRONMENT),
        **sources.from_flags(flags),
    }
    settings = dict(engine_meant(settings))
    configuration = _validated(settings, surroundings)
    warnings = (
        *dotenv.warnings,
        *_unused(environ, ENVIRONMENT),
        *_unused(dotenv.variables, dotenv_file.NAME),
        *map(_gone, sources.retired(tree, str(path), str)),
        *_exposed(configuration, settings),
        *unused_server_keys(settings),
        *_idle(configuration, settings),
    )
    origin = {name: settings[name].source if name in settings else DEFAULT for name in KEYS}
    return Loaded(configuration, warnings, origin)


def _yaml(flag: object, surroundings: Surroundings) -> tuple[Path | None, Mapping[str, object]]:
    """The file that is named, or else lies where it is looked for, and its tree."""
    named = str(flag or surroundings.environ.get(settings_file.KEY) or "")
    if named:
        path = surroundings.working_directory / named
        return path, settings_file.read(path, "--config" if flag else settings_file.KEY)
    ours = surroundings.directory("XDG_CONFIG_HOME", ".config")
    found = settings_file.find(surroundings.working_directory, ours)
    return (None, {}) if found is None else (found, settings_file.read(found, "where it is looked for"))


def _validated(settings: Settings, surroundings: Surroundings) -> Configuration:
    problems = [setting.problem for setting in settings.values() if setting.problem]
    problems += checked(settings)
    tree: dict[str, dict[str, object]] = {"database": {"database_path": str(surroundings.database)}}
    for name, setting in settings.items():
        if setting.problem is None:
            tree.setdefault(KEYS[name].group, {})[name] = setting.value
    context = {"home": surroundings.home, "working_directory": surroundings.working_directory}
    try:
        configuration = Configuration.model_validate(tree, context=context)
    except ValidationError as error:
        raise ConfigurationError([*problems, *translated(error, settings, KEYS)]) from None
    problems += impossible(configuration.processes, settings, on_server=configuration.is_on_server)
    if problems:
        raise ConfigurationError(problems)
    return configuration


def _unused(variables: Variables, source: str) -> Iterator[str]:
    """Variables written for nobody: retired ones, and those that are nearly ours."""
    yield from map(_gone, sources.retired(variables, source))
    for name, ours in sorted(sources.misspelt(variables)):
        yield f"{name} (from {source}): is not read; did you mean {ours}?"


def _gone(setting: Setting) -> str:
    return f"{setting.name} (from {setting.source}): is no longer used; {setting.value}"


def _exposed(configuration: Configuration, settings: Settings) -> Iterator[str]:
    """Listening beyond the machine is the owner's word, and is answered with what it means."""
    host, exposure = configuration.server.health_host, configuration.exposure
    sealed = exposure.pair is not None or exposure.trusted_proxies
    if configuration.server.health_enabled and not sealed and not _is_loopback(host):
        setting = settings["health_host"]
        yield (
            f"{setting.name} (from {setting.source}): passwords and tokens come to {host} without TLS, so "
            "that others on the way can read them; set TLS_CERT and TLS_KEY, or a proxy in TRUSTED_PROXIES"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _idle(configuration: Configuration, settings: Settings) -> Iterator[str]:
    """What was set and does nothing: the single DTU beside a list of them, and reserved keys."""
    if configuration.dtu.dtu_configs and configuration.dtu.dtu_host:
        single, several = settings["dtu_host"], settings["dtu_configs"]
        yield f"{single.name} (from {single.source}): is not used, because {several.name} is set"
    if configuration.processes.redis_url is not None and not configuration.is_on_server:
        redis = settings["redis_url"]
        yield f"{redis.name} (from {redis.source}): is not used, because the database is for one process"
    reserved = [setting for name, setting in settings.items() if _is_idle(configuration, KEYS[name])]
    if reserved:
        listed = ", ".join(f"{setting.name} (from {setting.source})" for setting in reserved)
        yield f"set, but without effect in this version: {listed}"


def _is_idle(configuration: Configuration, key: Declared) -> bool:
    return key.key.later and key.value_in(configuration) != key.field.default
