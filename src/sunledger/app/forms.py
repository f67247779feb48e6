"""How the text that people write becomes a value.

The environment knows only text, and the YAML file is read as text too, so that both follow one set of rules:
an inverter's serial keeps its leading zero, and `off` means the same everywhere.
"""

import difflib
import json
from collections.abc import Callable, Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo
from pydantic_core import PydanticCustomError

OFF = frozenset({"", "false", "no", "off", "none", "null"})
"""What switches a thing off, besides 0 where 0 is not a value."""


def complaint(message: str, fix: str = "", /) -> PydanticCustomError:
    """The error of a value: what is wrong with it, and what to do if the key's form does not say it.

    The words may hold braces; pydantic's templates are not used.
    """
    return PydanticCustomError("complaint", "{said}", {"said": message, "fix": fix})


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def meant(word: str, known: Iterable[str]) -> str:
    """What to do about an unknown word among the known ones."""
    words = sorted(known)
    guess = nearest(word, words)
    return f"did you mean {guess}?" if guess else f"known are {', '.join(words)}"


def _off_is(value: object, *more: str) -> BeforeValidator:
    words = OFF | set(more)

    def convert(given: object) -> object:
        return value if isinstance(given, str) and given.lower() in words else given

    return BeforeValidator(convert)


def _cased(case: Callable[[str], str], **aliases: str) -> BeforeValidator:
    def convert(given: object) -> object:
        return aliases.get(case(given), case(given)) if isinstance(given, str) else given

    return BeforeValidator(convert)


def tree_of(given: object) -> object:
    """A tree as it is; text as the JSON that it should be, its scalars left as text."""
    if not isinstance(given, str):
        return given
    try:
        return _textual(json.loads(given, parse_int=str, parse_float=str, parse_constant=str))
    except json.JSONDecodeError as error:
        raise complaint(f"is not JSON ({error.msg} at character {error.pos + 1})") from None
    except RecursionError:
        raise complaint("is JSON nested too deeply") from None


def _textual(tree: object) -> object:
    if isinstance(tree, dict):
        return {key: _textual(value) for key, value in tree.items() if value is not None}
    if isinstance(tree, list):
        return [_textual(value) for value in tree]
    return str(tree).lower() if isinstance(tree, bool) else tree


def listed(given: object) -> object:
    """Text as a list: JSON, or words with commas between them."""
    if isinstance(given, str) and not given.startswith(("[", "{")):
        return [word.strip() for word in given.split(",") if word.strip()]
    return tree_of(given)


def _zone(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        return ZoneInfo(given)
    except (KeyError, ValueError, OSError):
        guess = nearest(given, available_timezones())
        raise complaint(f"'{given}' is no zone", f"did you mean {guess}?" if guess else "") from None


def _located(path: Path | None, info: ValidationInfo) -> Path | None:
    """The path made absolute, by the home and the working directory that the caller named."""
    if path is None or not isinstance(info.context, dict):
        return path
    if path.parts[:1] == ("~",):
        path = Path(info.context["home"], *path.parts[1:])
    return Path(info.context["working_directory"]) / path


def _network(given: str) -> str:
    try:
        return str(ip_network(given, strict=False))
    except ValueError:
        raise complaint(f"'{given}' is no address range") from None


def _postgres_url(url: SecretStr | None) -> SecretStr | None:
    if url is not None:
        try:
            parts = urlsplit(url.get_secret_value())
            named = parts.scheme.split("+")[0] in {"postgres", "postgresql"} and bool(parts.hostname)
        except ValueError:
            named = False
        if not named:
            raise complaint("is not the URL of a PostgreSQL server", "for SQLite set DATABASE_PATH instead")
    return url


Switch = Annotated[bool, _off_is("false")]
Text = Annotated[str | None, _off_is(None)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
OptionalName = Annotated[Name | None, _off_is(None)]
Secret = Annotated[SecretStr | None, _off_is(None)]
PostgresUrl = Annotated[Secret, AfterValidator(_postgres_url)]
File = Annotated[Path, AfterValidator(_located)]
OptionalFile = Annotated[Path | None, AfterValidator(_located), _off_is(None)]
Port = Annotated[int, Field(ge=1, le=65535)]
Count = Annotated[int, Field(ge=0), _off_is(0)]
Seconds = Annotated[float, Field(ge=0), _off_is(0)]
Automatic = _off_is(None, "auto")
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Level = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    _cased(str.upper, WARN="WARNING", FATAL="CRITICAL"),
]
OptionalLevel = Annotated[Level | None, _off_is(None)]
Lower = _cased(str.lower)
Engine = Annotated[
    Literal["sqlite", "postgres"],
    _cased(str.lower, postgresql="postgres", timescaledb="postgres", sqlite3="sqlite"),
]
Json = BeforeValidator(tree_of)
Words = Annotated[tuple[str, ...], BeforeValidator(listed)]
Networks = Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], BeforeValidator(listed)]
Duration = Annotated[str, Field(pattern=r"^(forever|[1-9]\d{0,4}[hdwmy])\Z")]
