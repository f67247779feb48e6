"""Loading a configuration: where values come from, which wins, and what is said about the rest."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.app.desk import Desk

import sunledger
from sunledger.app.configuration import ROOMS, Configuration, Dtu
from sunledger.app.databases import address_of
from sunledger.app.listing import describe
from sunledger.app.reserved import RETIRED
from sunledger.app.sources import KEYS


class TestDefaults:
    def test_nothing_said_gives_the_model_s_defaults(self, desk: Desk) -> None:
        loaded = desk.load()
        database = loaded.configuration.database
        assert database.database_path == Path("/home/anna/.local/share/sunledger/sunledger.db")
        plain = loaded.configuration.model_copy(update={"database": Configuration().database})
        assert plain == Configuration()
        assert loaded.warnings == ()
        assert set(loaded.origin.values()) == {"default"}

    def test_the_names_and_defaults_people_rely_on(self) -> None:
        expected = {
            "DB_TYPE": "sqlite", "DB_HOST": "localhost", "DB_PORT": 5432, "DB_NAME": "sunledger",
            "DB_PASSWORD": None, "DB_POOL_SIZE": 10, "DB_MAX_OVERFLOW": 20, "DATABASE_URL": None,
            "DTU_HOST": None, "DTU_PORT": 502, "MODBUS_UNIT_ID": 1, "COMM_TIMEOUT": 3, "COMM_RETRIES": 3,
            "COMM_RECONNECT_DELAY": 0, "COMM_RECONNECT_DELAY_MAX": 300, "QUERY_PERIOD": 60, "RESET_HOUR": 23,
            "TIMEZONE": ZoneInfo("UTC"), "EXPIRE_AFTER": 0, "MQTT_BROKER": None, "MQTT_PORT": 1883,
            "HEALTH_ENABLED": True, "HEALTH_HOST": "127.0.0.1", "HEALTH_PORT": 8080, "METRICS_ENABLED": True,
            "PERSISTENCE_ENABLED": True, "EXPONENTIAL_BACKOFF": True, "CIRCUIT_BREAKER_THRESHOLD": 5,
            "DTU_OFFLINE_THRESHOLD": 300, "TEMPERATURE_THRESHOLD": 80, "LOG_LEVEL": "INFO",
            "LOG_FORMAT": "standard", "LOG_FILE": None, "LOG_TO_CONSOLE": True, "INFLUXDB_ENABLED": False,
            "BACKUP_SCHEDULE": "@daily", "BACKUP_KEEP_DAYS": 7, "BACKUP_KEEP_WEEKS": 4,
            "BACKUP_KEEP_MONTHS": 6, "API_TOKEN": None, "DRY_RUN": False,
        }  # fmt: skip
        assert {name: KEYS[name.lower()].field.default for name in expected} == expected

    @pytest.mark.parametrize(
        ("environ", "path"),
        [
            ({"XDG_DATA_HOME": "/x"}, "/x/sunledger/sunledger.db"),
            ({"SUNLEDGER_DATA": "/data"}, "/data/sunledger.db"),
            ({"DATABASE_PATH": "~/my.db"}, "/home/anna/my.db"),
            ({"DATABASE_PATH": "/srv/s.db", "SUNLEDGER_DATA": "/data"}, "/srv/s.db"),
        ],
    )
    def test_the_database_lies_where_it_is_said(self, desk: Desk, environ: dict[str, str], path: str) -> None:
        assert desk.load(environ).configuration.database.database_path == Path(path)

    def test_a_relative_path_is_taken_from_the_working_directory(self, desk: Desk) -> None:
        logs = desk.load({"LOG_FILE": "logs/s.log"}).configuration.logs
        assert logs.log_file == desk.directory / "logs/s.log"

    def test_every_room_that_logs_has_a_level(self) -> None:
        rooms = {path.parent.name for path in Path(sunledger.__file__).parent.glob("*/__init__.py")}
        assert set(ROOMS) == rooms - {"measurements", "sitetime"}


class TestPrecedence:
    def test_flags_win_over_environment_over_yaml_over_defaults(self, desk: Desk) -> None:
        path = desk.yaml("query_period: 10\nreset_hour: 10\nexpire_after: 100\n")
        loaded = desk.load({"QUERY_PERIOD": "20", "RESET_HOUR": "20"}, query_period="30")
        timing = loaded.configuration.timing
        assert (timing.query_period, timing.reset_hour, timing.expire_after) == (30, 20, 100)
        assert loaded.origin["query_period"] == "command line"
        assert loaded.origin["reset_hour"] == "environment"
        assert loaded.origin["expire_after"] == str(path)
        assert loaded.origin["timezone"] == "default"

    def test_a_secret_comes_from_each_of_its_places_in_turn(self, desk: Desk) -> None:
        def token(environ: dict[str, str]) -> str:
            secret = desk.load(environ).configuration.access.api_token
            assert secret is not None
            return secret.get_secret_value()

        named = desk.directory / "named"
        named.write_text("from-named-file\n")
        desk.yaml("api_token: from-yaml\n")
        assert token({}) == "from-yaml"
        desk.secret("api_token", "from-secrets\n")
        assert token({}) == "from-secrets"
        assert token({"API_TOKEN_FILE": str(named)}) == "from-named-file"
        assert token({"API_TOKEN_FILE": str(named), "API_TOKEN": "from-variable"}) == "from-variable"

    @pytest.mark.parametrize("name", sorted(name for name, key in KEYS.items() if key.key.secret))
    def test_every_secret_comes_from_files_and_shows_in_no_text(self, desk: Desk, name: str) -> None:
        forms = {
            "database_url": "postgres://anna:{}@db/sunledger", "sentry_dsn": "https://{}@sentry.example/1",
            "otel_exporter_otlp_headers": "authorization={}", "redis_url": "redis://:{}@cache/0",
        }  # fmt: skip
        value = forms.get(name, "{}").format("s3cr3t-w0rd")
        desk.secret(name, value)
        loaded = desk.load({"DB_TYPE": "sqlite"})
        assert loaded.origin[name] == str(desk.secrets / name)
        listed = {row.key: row.value for row in describe(loaded)}
        assert listed[name.upper()] == "********"
        assert "s3cr3t" not in f"{loaded!r} {loaded.warnings} {listed}"

    def test_a_yaml_key_may_name_a_secret_s_file(self, desk: Desk) -> None:
        desk.yaml("mqtt_password_file: pw.txt\n")
        (desk.directory / "pw.txt").write_text("word")
        secret = desk.load().configuration.mqtt.mqtt_password
        assert secret is not None
        assert secret.get_secret_value() == "word"

    def test_an_alias_gives_way_to_the_key_s_own_name(self, desk: Desk) -> None:
        environ = {"DB_TYPE": "sqlite", "DB_USERNAME": "old"}
        assert desk.load(environ).configuration.database.db_user == "old"
        assert desk.load({**environ, "DB_USER": "new"}).configuration.database.db_user == "new"

    def test_an_empty_variable_says_nothing_and_lets_the_next_source_speak(self, desk: Desk) -> None:
        desk.yaml("dtu_host: 10.0.0.1\n")
        assert desk.load({"DTU_HOST": "", "QUERY_PERIOD": ""}).configuration.dtu.dtu_host == "10.0.0.1"

    def test_the_nearer_yaml_file_is_read(self, desk: Desk) -> None:
        far = desk.directory / "xdg" / "sunledger"
        far.mkdir(parents=True)
        (far / "config.yaml").write_text("reset_hour: 1")
        environ = {"XDG_CONFIG_HOME": str(far.parent)}
        assert desk.load(environ).configuration.timing.reset_hour == 1
        desk.yaml("reset_hour: 2")
        assert desk.load(environ).configuration.timing.reset_hour == 2
        desk.yaml("reset_hour: 3", "third.yaml")
        assert desk.load({**environ, "SUNLEDGER_CONFIG": "third.yaml"}).configuration.timing.reset_hour == 3
        desk.yaml("reset_hour: 4", "fourth.yaml")
        named = desk.load({"SUNLEDGER_CONFIG": "third.yaml"}, config="fourth.yaml")
        assert named.configuration.timing.reset_hour == 4


class TestYaml:
    def test_variables_are_replaced(self, desk: Desk) -> None:
        desk.yaml(
            "dtu_host: ${HOST}\nhealth_host: '${A:-127.0.0.}${B:-1}'\n"
            "entity_friendly_names: {pv_power: 'a $${b} $c'}\ndtu_configs: [{host: '${HOST}'}]\n"
        )
        configuration = desk.load({"HOST": "10.0.0.9", "A": ""}).configuration
        assert configuration.dtu.dtu_host == "10.0.0.9"
        assert configuration.server.health_host == "127.0.0.1"
        assert configuration.filters.entity_friendly_names == {"pv_power": "a ${b} $c"}
        assert configuration.dtu.dtu_configs[0].host == "10.0.0.9"

    @pytest.mark.parametrize("value", ["${NOPE}", "a${NOPE", "${1a}", "${}", "[x, {y: '${NOPE}'}]"])
    def test_a_variable_that_is_missing_is_an_error_of_its_key(self, desk: Desk, value: str) -> None:
        path = desk.yaml(f"mqtt_user: {value}\n" if value[0] == "[" else f"mqtt_user: '{value}'\n")
        assert desk.problem().startswith(f"mqtt_user (from {path}): ")

    def test_a_missing_variable_does_not_matter_where_another_source_wins(self, desk: Desk) -> None:
        desk.yaml("dtu_host: ${NOPE}\n")
        assert desk.load({"DTU_HOST": "10.0.0.1"}).configuration.dtu.dtu_host == "10.0.0.1"

    def test_an_unknown_key_is_an_error_with_the_nearest_one(self, desk: Desk) -> None:
        path = desk.yaml("querry_period: 10\nxyzzy: 1\nDTU_HOST: a\nreset_hour_file: x\n")
        assert [str(problem).replace(str(path), "YAML") for problem in desk.problems()] == [
            "querry_period (from YAML): is no key of the configuration; did you mean query_period?",
            "xyzzy (from YAML): is no key of the configuration; remove it; config.yaml.example has every key",
            "DTU_HOST (from YAML): is no key of the configuration; did you mean dtu_host?",
            "reset_hour_file (from YAML): is no key of the configuration; did you mean reset_hour?",
        ]

    @pytest.mark.parametrize(
        "text",
        ["- a\n", "just words", "a: [", "a: 1\na: 2\n", "? {a: b}\n: c\n", "a: &x [*x]", "\t", "a: *hidden"],
    )
    def test_a_file_that_is_no_mapping_of_keys_is_one_error(self, desk: Desk, text: str) -> None:
        path = desk.yaml(text)
        line = desk.problem()
        assert line.startswith(f"{path} (from ")
        assert "hidden" not in line

    def test_a_named_file_that_is_missing_is_an_error(self, desk: Desk) -> None:
        assert "no.yaml (from --config): cannot be read (No such file" in desk.problem(config="no.yaml")
        assert "(from SUNLEDGER_CONFIG)" in desk.problem({"SUNLEDGER_CONFIG": "no.yaml"})

    def test_a_file_that_is_not_utf8_is_an_error(self, desk: Desk) -> None:
        (desk.directory / "config.yaml").write_bytes(b"dtu_host: \xff\xfe\n")
        assert "is not UTF-8" in desk.problem()

    def test_nulls_and_an_empty_file_say_nothing(self, desk: Desk) -> None:
        desk.yaml("mqtt_user: null\nlog_file: ~\nhealth_enabled:\ndtu_configs: [{host: a, port: null}]\n")
        configuration = desk.load().configuration
        assert configuration.server.health_enabled
        assert configuration.dtu.plant[0].port == 502
        desk.yaml("")
        assert desk.load().configuration.dtu.plant == ()


class TestSecretFiles:
    @pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff"])
    def test_a_file_without_a_secret_is_an_error(self, desk: Desk, content: bytes | None) -> None:
        path = desk.directory / "token"
        if content is not None:
            path.write_bytes(content)
        assert desk.problem({"API_TOKEN_FILE": str(path)}).startswith("API_TOKEN_FILE (from environment): ")

    def test_a_directory_is_no_secret(self, desk: Desk) -> None:
        (desk.secrets / "api_token").mkdir()
        assert desk.problem().startswith("API_TOKEN (from ")

    @pytest.mark.parametrize("name", ["DATABASE_URL", "DTU_CONFIGS", "DTU_PORT"])
    def test_no_error_repeats_a_secret(self, desk: Desk, name: str) -> None:
        line = "\n".join(map(str, desk.problems({name: "mysql://anna:s3cr3t@db/x"})))
        assert "s3cr3t" not in line


class TestWarnings:
    def test_reserved_keys_that_are_set_are_named_in_one_line(self, desk: Desk) -> None:
        path = desk.yaml("mqtt_topic_prefix: ha\nretention_policies: {raw_data: 90d}\n")
        environ = {"INFLUXDB_ENABLED": "false", "INFLUXDB_BUCKET": "x", "INFLUXDB_ORG": "y"}
        assert desk.load(environ).warnings == (
            f"set, but without effect in this version: mqtt_topic_prefix (from {path}), retention_policies "
            f"(from {path}), INFLUXDB_BUCKET (from environment), INFLUXDB_ORG (from environment)",
        )

    @pytest.mark.parametrize("name", sorted(RETIRED))
    def test_a_retired_key_warns_with_the_reason(self, desk: Desk, name: str) -> None:
        path = desk.yaml(f"{name}: false\n")
        assert desk.load({name.upper(): "true"}).warnings == (
            f"{name.upper()} (from environment): is no longer used; {RETIRED[name]}",
            f"{name} (from {path}): is no longer used; {RETIRED[name]}",
        )

    @pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "solar.local"])
    def test_listening_beyond_the_machine_warns(self, desk: Desk, host: str) -> None:
        (warning,) = desk.load({"HEALTH_HOST": host}).warnings
        assert "without TLS" in warning

    def test_listening_behind_a_proxy_does_not(self, desk: Desk) -> None:
        environ = {"HEALTH_HOST": "0.0.0.0", "TRUSTED_PROXIES": "192.168.1.2"}
        assert desk.load(environ).warnings == ()

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
    def test_listening_on_the_machine_itself_does_not(self, desk: Desk, host: str) -> None:
        assert desk.load({"HEALTH_HOST": host}).warnings == ()

    def test_a_variable_that_is_nearly_ours_warns_and_others_do_not(self, desk: Desk) -> None:
        environ = {"QUERY_PERIODE": "5", "PATH": "/bin", "DB_DSN": "x", "SHELL": "sh", "POSTGRES_DB": "x"}
        assert desk.load(environ).warnings == (
            "QUERY_PERIODE (from environment): is not read; did you mean QUERY_PERIOD?",
        )


def test_an_env_file_of_s_miles_carries_over(desk: Desk) -> None:
    environ = {
        "DB_TYPE": "postgres", "DB_HOST": "postgres", "DB_PORT": "5432", "DB_NAME": "hoymiles",
        "DB_USER": "hoymiles", "DB_PASSWORD": "hoymiles_password", "POSTGRES_DB": "hoymiles",
        "DTU_HOST": "192.168.1.100", "DTU_PORT": "502", "MODBUS_UNIT_ID": "1", "COMM_TIMEOUT": "3",
        "QUERY_PERIOD": "60", "RESET_HOUR": "23", "TIMEZONE": "America/New_York", "HEALTH_ENABLED": "true",
        "HEALTH_HOST": "0.0.0.0", "LOG_LEVEL": "INFO", "LOG_TO_CONSOLE": "true", "METRICS_ENABLED": "true",
    }  # fmt: skip
    loaded = desk.load(environ)
    address = address_of(loaded.configuration.database)
    assert (address.host, address.name, address.user) == ("postgres", "hoymiles", "hoymiles")
    assert loaded.configuration.dtu.plant == (Dtu(host="192.168.1.100"),)
    assert loaded.configuration.timing.timezone == ZoneInfo("America/New_York")
    assert len(loaded.warnings) == 1
