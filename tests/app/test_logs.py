"""Logs: one line an event, for people or machines, by level and room, and never a secret."""

import io
import json
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import structlog
from tests.app.desk import Desk

from sunledger.app import logs
from sunledger.app.configuration import Configuration
from sunledger.app.problems import ConfigurationError

SECRETS = {
    "API_TOKEN": "tok-en/with+odd=chars",
    "MQTT_PASSWORD": "quo\"te'd \\ pass wörd",
    "DB_PASSWORD": "pässword☀",
    "DATABASE_URL": "postgres://anna:urlpass%2Fword@db.example/sunledger",
    "SENTRY_DSN": "https://0123456789abcdef@sentry.example/1",
    "JWT_SECRET_KEY": "jwt-line-one\njwt-line-two",
}
TRACES = ("tok-en", "te'd", "pass wörd", "pässword", "urlpass", "0123456789abcdef", "jwt-line")

lazy = structlog.get_logger("sunledger.collector")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    loggers = [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    levels = [(logger, logger.level) for logger in loggers]
    yield
    logs.configure(Configuration.model_validate({"logs": {"log_to_console": False}}))
    structlog.reset_defaults()
    for logger in map(logging.getLogger, list(logging.root.manager.loggerDict)):
        logger.setLevel(logging.NOTSET)
    for logger, level in levels:
        logger.setLevel(level)


def written(desk: Desk, environ: Mapping[str, str] | None = None) -> io.StringIO:
    """Configures logging from these variables; what is logged then stands in the result."""
    console = io.StringIO()
    loaded = desk.load({"DB_TYPE": "sqlite", **(environ or {})})
    logs.configure(loaded.configuration, secrets=["registered-secret"], console=console)
    return console


def lines(console: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in console.getvalue().splitlines()]


class TestLines:
    def test_json_is_one_object_a_line_that_begins_with_the_event(self, desk: Desk) -> None:
        console = written(desk, {"LOG_FORMAT": "json"})
        lazy.info("poll_finished", dtu_name="roof", ports=4, seconds=0.25, error=None)
        (line,) = lines(console)
        assert list(line) == [
            "event", "timestamp", "level", "logger", "dtu_name", "ports", "seconds", "error",
        ]  # fmt: skip
        assert line["event"] == "poll_finished"
        assert (line["level"], line["logger"]) == ("info", "sunledger.collector")
        assert (line["dtu_name"], line["ports"], line["seconds"], line["error"]) == ("roof", 4, 0.25, None)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", str(line["timestamp"]))

    def test_standard_names_time_level_event_and_values(self, desk: Desk) -> None:
        console = written(desk)
        lazy.warning("counter_repaired", serial_number="1161", lost=12)
        assert re.fullmatch(
            r"\S+Z \[warning +\] counter_repaired +\[sunledger\.collector\] serial_number=1161 lost=12\n",
            console.getvalue(),
        )

    def test_an_exception_is_written_out(self, desk: Desk) -> None:
        console = written(desk, {"LOG_FORMAT": "json"})
        try:
            int("the reason")
        except ValueError:
            lazy.exception("poll_failed")
        (line,) = lines(console)
        assert "ValueError: invalid literal" in str(line["exception"])

    def test_a_library_s_record_looks_the_same(self, desk: Desk) -> None:
        console = written(desk, {"LOG_FORMAT": "json"})
        logging.getLogger("uvicorn.error").warning("Started %s", "server")
        (line,) = lines(console)
        assert (line["event"], line["logger"], line["level"]) == (
            "Started server",
            "uvicorn.error",
            "warning",
        )
        assert str(line["timestamp"]).endswith("Z")

    def test_a_record_that_does_not_fit_its_arguments_is_still_one_line(
        self, desk: Desk, capfd: pytest.CaptureFixture[str]
    ) -> None:
        console = written(desk, {"LOG_FORMAT": "json"})
        record = logging.LogRecord(
            "websockets", logging.WARNING, "", 0, "%d of %d", ("registered-secret",), None
        )
        (ours,) = (one for one in logging.getLogger().handlers if isinstance(one, logs._Console))
        ours.handle(record)  # pytest's own handler would raise
        (line,) = lines(console)
        assert str(line["event"]).startswith("log_record_malformed '%d of %d'")
        assert "registered-secret" not in console.getvalue() + "".join(capfd.readouterr())

    def test_a_device_s_text_cannot_forge_a_line_or_steer_the_terminal(self, desk: Desk) -> None:
        console = written(desk)
        logging.getLogger("websockets").warning("bad\n2026-01-01 all is well\x1b[2J")
        lazy.warning("poll_failed", error="bad\nforged\x1b[2J")
        assert console.getvalue().count("\n") == 2
        assert "\x1b" not in console.getvalue()

    @pytest.mark.parametrize("form", ["standard", "json"])
    def test_any_value_can_be_logged(self, desk: Desk, form: str) -> None:
        console = written(desk, {"LOG_FORMAT": form})
        lazy.info(
            "odd", a=object(), b={1: {2}}, c=b"\xff", d=Path("x"), e=2**80, f="\ud800", g=float("1e300")
        )
        assert console.getvalue().count("\n") == 1


class TestLevels:
    def test_the_general_level_holds_for_every_room(self, desk: Desk) -> None:
        console = written(desk, {"LOG_LEVEL": "WARNING", "LOG_FORMAT": "json"})
        lazy.info("quiet")
        structlog.get_logger("sunledger.store.sqlite").warning("loud")
        assert [line["event"] for line in lines(console)] == ["loud"]

    def test_a_room_may_have_its_own(self, desk: Desk) -> None:
        environ = {"LOG_LEVEL": "ERROR", "LOG_LEVEL_COLLECTOR": "DEBUG", "LOG_LEVELS": '{"live": "INFO"}'}
        console = written(desk, {**environ, "LOG_FORMAT": "json"})
        for room in ("collector", "collector.schedule", "live", "store"):
            structlog.get_logger(f"sunledger.{room}").debug(f"debug {room}")
            structlog.get_logger(f"sunledger.{room}").info(f"info {room}")
        assert [line["event"] for line in lines(console)] == [
            "debug collector", "info collector", "debug collector.schedule", "info collector.schedule",
            "info live",
        ]  # fmt: skip

    def test_libraries_say_warnings_only_unless_their_room_says_more(self, desk: Desk) -> None:
        console = written(desk, {"LOG_LEVEL": "DEBUG", "LOG_LEVEL_API": "DEBUG", "LOG_FORMAT": "json"})
        logging.getLogger("websockets.server").debug("bytes")
        logging.getLogger("sqlalchemy.engine").info("SELECT")
        logging.getLogger("elsewhere").info("chatter")
        assert [line["event"] for line in lines(console)] == ["bytes"]

    def test_configuring_again_replaces_what_was(self, desk: Desk) -> None:
        first = written(desk, {"LOG_LEVEL_COLLECTOR": "DEBUG"})
        second = written(desk)
        lazy.debug("unheard")
        lazy.info("heard")
        assert first.getvalue() == ""
        assert second.getvalue().count("\n") == 1

    def test_a_logger_works_before_anything_is_configured(self, capsys: pytest.CaptureFixture[str]) -> None:
        structlog.reset_defaults()
        structlog.get_logger("sunledger.store").warning("early", rows=3)
        assert "early" in capsys.readouterr().out


class TestFile:
    def test_the_file_gets_everything_and_is_rotated(self, desk: Desk) -> None:
        path = desk.directory / "logs" / "s.log"
        console = written(
            desk,
            {
                "LOG_FILE": str(path), "LOG_MAX_BYTES": "2000", "LOG_BACKUP_COUNT": "2",
                "LOG_TO_CONSOLE": "false", "LOG_FORMAT": "json",
            },
        )  # fmt: skip
        for count in range(100):
            lazy.info("poll_finished", count=count)
        assert console.getvalue() == ""
        assert sorted(file.name for file in path.parent.iterdir()) == ["s.log", "s.log.1", "s.log.2"]
        assert max(file.stat().st_size for file in path.parent.iterdir()) <= 2000
        assert json.loads(path.read_text().splitlines()[-1])["count"] == 99

    def test_a_file_that_cannot_be_written_is_a_problem_of_its_key(self, desk: Desk) -> None:
        (desk.directory / "taken").write_text("")
        with pytest.raises(ConfigurationError) as raised:
            written(desk, {"LOG_FILE": str(desk.directory / "taken" / "s.log")})
        assert str(raised.value).startswith("LOG_FILE ")


class Stubborn:
    """Something that tells a secret whenever it is asked to show itself."""

    def __repr__(self) -> str:
        return f"<link {SECRETS['API_TOKEN']}>"


def log_in(secret: str) -> None:
    """Fails with the secret in its message and in the message of the cause."""
    try:
        int(secret)
    except ValueError as error:
        raise RuntimeError(f"cannot log in with {secret}") from error


@pytest.mark.parametrize("form", ["standard", "json"])
@pytest.mark.parametrize("name", sorted(SECRETS))
def test_no_secret_is_logged_from_anywhere(desk: Desk, form: str, name: str) -> None:
    path = desk.directory / "s.log"
    console = written(desk, {**SECRETS, "LOG_FORMAT": form, "LOG_FILE": str(path), "LOG_LEVEL": "DEBUG"})
    secret = SECRETS[name]
    library = logging.getLogger("websockets")
    lazy.info(secret)
    lazy.info("event %s", secret)
    lazy.info("values", plain=secret, inside=f"<{secret}>", raw=secret.encode())
    lazy.info("deep", deep=[{"a": (secret, {secret: 1})}])
    lazy.info("named", password="x-named-x", nested={"Authorization": "x-named-x", "api_key": ["x-named-x"]})
    lazy.bind(context=secret).info("bound")
    lazy.info("object", thing=Stubborn(), error=ValueError(secret))
    lazy.info("written", quoted=repr(secret), coded=json.dumps(secret))
    lazy.info("address", url="redis://:x-named-x@cache/0", text="password=x-named-x registered-secret")
    library.warning("library %s %r", secret, {"token": "x-named-x", "value": secret})
    try:
        log_in(secret)
    except RuntimeError:
        lazy.exception("login_failed")
        library.exception("login failed")
    for text in (console.getvalue(), path.read_text(encoding="utf-8")):
        assert text.count("login") >= 2
        assert [trace for trace in (*TRACES, "x-named-x", "registered-secret") if trace in text] == []
