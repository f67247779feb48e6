"""Logs: one line an event, for people or as JSON, on the console and in a rotating file, never a secret.

Rooms log with `structlog.get_logger("sunledger.<room>")`; the event's name is the first word. Everything goes
through stdlib logging, so that what uvicorn and websockets say looks the same and is redacted the same.
"""

import logging
import logging.handlers
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from sunledger.app.configuration import ROOMS, Configuration, Logs
from sunledger.app.problems import ConfigurationError, Problem
from sunledger.app.redaction import Redactor
from sunledger.app.secrets import literals

OURS = "sunledger"
GUESTS = {
    "uvicorn": "api",
    "websockets": "api",
    "sqlalchemy": "store",
    "alembic": "store",
}
"""Libraries that log, each with the room whose own level it follows; else it says warnings only."""

_LEADING = ("event", "timestamp", "level", "logger")
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), 127) if code not in {9, 10}}


def configure(
    configuration: Configuration, *, secrets: Iterable[str] = (), console: TextIO | None = None
) -> None:
    """Send all logs where the configuration says; may be called again.

    The configuration's own secrets and `secrets` are taken out of every record. `console` is standard error
    unless given. Raises ConfigurationError when LOG_FILE cannot be written.
    """
    logs = configuration.logs
    redactor = Redactor([*literals(configuration), *secrets])
    handlers = list(_handlers(logs, redactor, console or sys.stderr))
    _replace_handlers(handlers)
    _set_levels(logs)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            *_stamped(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _stamped() -> list[Processor]:
    """What every record gets, ours or a library's."""
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


class _Console(logging.StreamHandler[TextIO]):
    """Our handler on the console; its own class, so that only ours is ever replaced."""


class _File(logging.handlers.RotatingFileHandler):
    """Our handler on a file."""


class _Readable(logging.Filter):
    """Renders a record whose arguments do not fit its message, before stdlib prints both unredacted."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, in a state that can be formatted."""
        try:
            record.getMessage()
        except (TypeError, ValueError, KeyError):
            record.msg, record.args = f"log_record_malformed {record.msg!r} {record.args!r}", ()
        return True


def _handlers(logs: Logs, redactor: Redactor, console: TextIO) -> Iterator[logging.Handler]:
    if logs.log_to_console:
        yield _formatted(_Console(console), logs, redactor, colours=console.isatty())
    if logs.log_file is not None:
        yield _formatted(_file(logs.log_file, logs), logs, redactor, colours=False)


def _file(path: Path, logs: Logs) -> _File:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _File(path, maxBytes=logs.log_max_bytes, backupCount=logs.log_backup_count, encoding="utf-8")
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror})"
        fix = "name a file in a directory that Sunledger may write to, or switch it off"
        raise ConfigurationError([Problem("LOG_FILE", "configuration", message, fix)]) from None


def _formatted(handler: logging.Handler, logs: Logs, redactor: Redactor, *, colours: bool) -> logging.Handler:
    handler.addFilter(_Readable())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_stamped(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.format_exc_info,
                _Redaction(redactor),
                *_rendered(logs, colours=colours),
            ],
        )
    )
    return handler


class _Redaction:
    """Leaves plain data without secrets; what is rendered afterwards cannot bring one back."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        clean = cast("EventDict", self._redactor.value(event))
        ordered = {name: clean.pop(name) for name in _LEADING if name in clean}
        return {**ordered, **clean}


def _rendered(logs: Logs, *, colours: bool) -> list[Processor]:
    if logs.log_format == "json":
        return [structlog.processors.JSONRenderer()]
    renderer = structlog.dev.ConsoleRenderer(
        colors=colours, exception_formatter=structlog.dev.plain_traceback, sort_keys=False
    )
    return [_printable, renderer]


def _printable(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Without the control characters by which a device's text could rewrite the terminal or forge a line."""
    event["event"] = str(event.get("event", "")).translate(_CONTROL).replace("\n", "\\n")
    return {
        name: value.translate(_CONTROL) if isinstance(value, str) else value for name, value in event.items()
    }


def _replace_handlers(handlers: Iterable[logging.Handler]) -> None:
    root = logging.getLogger()
    for old in list(root.handlers):
        if isinstance(old, _Console | _File):
            root.removeHandler(old)
            old.close()
    for handler in handlers:
        root.addHandler(handler)


def _set_levels(logs: Logs) -> None:
    """The general level for us, each room's own for the room and its guests, warnings of everybody else."""
    logging.getLogger(OURS).setLevel(logs.log_level)
    quiet = max(logging.WARNING, logging.getLevelNamesMapping()[logs.log_level])
    logging.getLogger().setLevel(quiet)
    for room in ROOMS:
        logging.getLogger(f"{OURS}.{room}").setLevel(logs.rooms.get(room, logging.NOTSET))
    for guest, room in GUESTS.items():
        logging.getLogger(guest).setLevel(logs.rooms.get(room, logging.NOTSET))
