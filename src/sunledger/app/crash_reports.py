"""Crash reports to Sentry: errors that are logged, without secrets and without anything about people.

Neither requests nor variables nor what was logged before are sent. The library looks into nothing by itself,
so that a newer one looks into no more.
"""

import logging
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from sunledger import __version__
from sunledger.app.configuration import Configuration
from sunledger.app.problems import ConfigurationError, Problem
from sunledger.app.redaction import Redactor
from sunledger.app.secrets import literals

if TYPE_CHECKING:
    from sentry_sdk import Scope
    from sentry_sdk.types import Event

_PATIENCE = 2
"""Seconds that reports get to leave at the end of the program."""
_SENT = frozenset({
    "event_id", "timestamp", "level", "platform", "message", "exception", "release", "environment", "sdk",
    "tags",
})  # fmt: skip
"""Members of an event that leave."""


def report_crashes(configuration: Configuration) -> None:
    """Report errors from now on, where a DSN is set.

    Raises ConfigurationError where the library is missing or does not understand the DSN.
    """
    dsn = configuration.observation.sentry_dsn
    if dsn is None:
        return
    try:
        import sentry_sdk
    except ImportError as error:
        message, fix = f"Sentry's library is missing ({error})", "install it: pip install 'sunledger[sentry]'"
        raise ConfigurationError([Problem("SENTRY_DSN", "configuration", message, fix)]) from error
    try:
        _begin(dsn.get_secret_value(), Redactor(literals(configuration)))
    except sentry_sdk.utils.BadDsn:
        fix = "copy it from the project's settings in Sentry"
        problem = Problem("SENTRY_DSN", "configuration", "is no DSN of a Sentry project", fix)
        raise ConfigurationError([problem]) from None
    logging.getLogger().addHandler(_Crashes(sentry_sdk.get_current_scope()))


def _begin(dsn: str, redactor: Redactor) -> None:
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration

    sentry_sdk.init(
        dsn=dsn,
        release=f"sunledger@{__version__}",
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[ExcepthookIntegration(), AtexitIntegration(callback=lambda _pending, _timeout: None)],
        before_send=lambda event, _hint: cleaned(event, redactor),
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        auto_session_tracking=False,
        send_client_reports=False,
        enable_logs=False,
        enable_metrics=False,
        server_name="",
        shutdown_timeout=_PATIENCE,
    )


def cleaned(event: "Event", redactor: Redactor) -> "Event":
    """An event with what may leave, and without secrets."""
    return cast("Event", redactor.value({name: value for name, value in event.items() if name in _SENT}))


class _Crashes(logging.Handler):
    """Reports what is logged as an error, by the event's name and with its exception."""

    def __init__(self, scope: "Scope") -> None:
        super().__init__(logging.ERROR)
        self._scope = scope

    def emit(self, record: logging.LogRecord) -> None:
        """Report one."""
        if record.name.startswith(("sentry_sdk", "urllib3")):
            return  # it would report that it cannot report
        said: Mapping[str, Any] = record.msg if isinstance(record.msg, Mapping) else {}
        scope = self._scope.fork()
        scope.set_tag("logger", record.name)
        scope.set_tag("event", str(said.get("event", record.msg)))
        error = _error_of(record.exc_info or said.get("exc_info"))
        if error is None:
            scope.capture_message(str(said.get("event", record.msg)), "error")
        else:
            scope.capture_exception(error)


def _error_of(exc_info: object) -> BaseException | None:
    """The exception that a record tells of, in whichever way it does."""
    match exc_info:
        case BaseException():
            return exc_info
        case (_, BaseException() as error, _):
            return error
        case True:
            return sys.exc_info()[1]
    return None
