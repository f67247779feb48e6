"""The configuration's values: what is taken, and what is said about a bad one."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict
from tests.app.desk import HOME, Desk

from sunledger.app.configuration import Dtu
from sunledger.app.databases import address_of, make_records, make_store
from sunledger.app.listing import describe
from sunledger.app.loading import load
from sunledger.app.problems import ConfigurationError, Problem
from sunledger.app.sources import KEYS
from sunledger.sitetime import Place, SystemClock
from sunledger.store.postgres_connections import conninfo, named
from sunledger.store.protocol import StoreUnusable


class TestSwitches:
    @pytest.mark.parametrize("off", ["false", "FALSE", "0", "no", "off", "", " Off "])
    @pytest.mark.parametrize("name", sorted(name for name, key in KEYS.items() if key.is_switch))
    def test_a_false_like_value_switches_off(self, desk: Desk, name: str, off: str) -> None:
        loaded = desk.load({name.upper(): off})
        assert KEYS[name].value_in(loaded.configuration) is False

    @pytest.mark.parametrize("on", ["true", "True", "1", "yes", "on"])
    def test_a_true_like_value_switches_on(self, desk: Desk, on: str) -> None:
        assert desk.load({"DRY_RUN": on}).configuration.running.dry_run is True

    def test_off_also_means_none_and_never(self, desk: Desk) -> None:
        environ = {"LOG_FILE": "off", "CIRCUIT_BREAKER_THRESHOLD": "no", "EXPIRE_AFTER": "false"}
        configuration = desk.load(environ).configuration
        assert configuration.logs.log_file is None
        assert configuration.faults.circuit_breaker_threshold == 0
        assert configuration.timing.expire_after == 0

    @pytest.mark.parametrize("switch", ["DRY_RUN=true", "PERSISTENCE_ENABLED=false"])
    def test_dry_run_and_no_persistence_keep_no_readings(self, desk: Desk, switch: str) -> None:
        name, value = switch.split("=")
        assert not desk.load({name: value}).configuration.keeps_readings
        assert desk.load().configuration.keeps_readings


class TestDtus:
    def test_without_one_there_is_none(self, desk: Desk) -> None:
        assert desk.load().configuration.dtu.plant == ()

    def test_the_single_names_give_one(self, desk: Desk) -> None:
        environ = {"DTU_HOST": "10.0.0.5", "DTU_PORT": "1502", "MODBUS_UNIT_ID": "7"}
        assert desk.load(environ).configuration.dtu.plant == (
            Dtu(name="DTU", host="10.0.0.5", port=1502, unit_id=7),
        )

    def test_environment_and_yaml_say_the_same(self, desk: Desk) -> None:
        expected = (
            Dtu(name="east", host="a", port=502, unit_id=1, current_scale="tenths", register_step=20),
            Dtu(name="west", host="b", port=503, unit_id=2),
        )
        json = (
            '[{"name": "east", "host": "a", "current_scale": "tenths", "register_step": 20},'
            ' {"name": "west", "host": "b", "port": 503, "unit_id": 2, "register_step": "auto"}]'
        )
        assert desk.load({"DTU_CONFIGS": json}).configuration.dtu.plant == expected
        desk.yaml(
            "dtu_configs:\n"
            "  - {name: east, host: a, current_scale: TENTHS, register_step: 20}\n"
            "  - {name: west, host: b, port: 503, unit_id: 2, register_step: auto}\n"
        )
        assert desk.load().configuration.dtu.plant == expected

    def test_a_list_wins_over_the_single_names_and_says_so(self, desk: Desk) -> None:
        loaded = desk.load({"DTU_HOST": "x", "DTU_CONFIGS": '[{"name": "a", "host": "b"}]'})
        assert [dtu.name for dtu in loaded.configuration.dtu.plant] == ["a"]
        assert loaded.warnings == ("DTU_HOST (from environment): is not used, because DTU_CONFIGS is set",)

    def test_everything_wrong_with_a_list_is_said_at_once(self, desk: Desk) -> None:
        path = desk.yaml(
            "dtu_configs:\n"
            "  - {name: a b, host: h, port: 99999, unt_id: 3}\n"
            "  - {name: c, register_step: 30}\n"
            "  - {name: c, host: ''}\n"
            "  - {name: d, host: h, port: 99999}\n"
        )
        assert [str(problem).replace(str(path), "YAML") for problem in desk.problems()] == [
            "dtu_configs (from YAML): has more than one DTU named 'c'; give each a name of its own",
            "dtu_configs (from YAML): has h:99999 unit 1 more than once; name each DTU once",
            "dtu_configs[0].name (from YAML): 'a b' is not allowed; "
            "give 1 to 64 letters, digits, _ and -, such as DTU",
            "dtu_configs[0].port (from YAML): '99999' is too large; "
            "give a whole number from 1 to 65535, such as 502",
            "dtu_configs[0].unt_id (from YAML): is no key here; did you mean unit_id?",
            "dtu_configs[1].host (from YAML): is missing; give a host name or an address",
            "dtu_configs[1].register_step (from YAML): '30' is not known; give auto, 20 or 40",
            "dtu_configs[2].host (from YAML): '' is too short; give a host name or an address",
            "dtu_configs[3].port (from YAML): '99999' is too large; "
            "give a whole number from 1 to 65535, such as 502",
        ]

    @pytest.mark.parametrize("text", ["[{", '{"name": "a"}', "roof", "[" * 100_000, '["a"]', "null", "[3]"])
    def test_what_is_no_list_of_dtus_is_one_clear_line(self, desk: Desk, text: str) -> None:
        line = desk.problem({"DTU_CONFIGS": text})
        assert line.startswith("DTU_CONFIGS")
        assert "(from environment): " in line
        assert line.count("\n") == 0


class TestValues:
    def test_a_serial_number_keeps_its_leading_zero(self, desk: Desk) -> None:
        desk.yaml("exclude_inverters: [0116180001234, '1161E0001234', 116180001234]\n")
        filters = desk.load().configuration.filters
        assert filters.exclude_inverters == ("0116180001234", "1161E0001234", "116180001234")
        listed = desk.load({"EXCLUDE_INVERTERS": "011, 022"}).configuration.filters
        assert listed.exclude_inverters == ("011", "022")
        json = desk.load({"EXCLUDE_INVERTERS": '["011", 116180001234]'}).configuration.filters
        assert json.exclude_inverters == ("011", "116180001234")

    def test_multipliers_and_names_are_of_measurements(self, desk: Desk) -> None:
        path = desk.yaml(
            "value_multipliers: {pv_power: 0.001, pv_powr: 2, temperature: hot, pv_voltage: nan}\n"
            "entity_friendly_names: {grid_voltage: AC Voltage, volts: V}\n"
        )
        assert [str(problem).replace(str(path), "YAML").split(";")[0] for problem in desk.problems()] == [
            "value_multipliers.pv_powr (from YAML): is no measurement",
            "value_multipliers.temperature (from YAML): 'hot' is not a number",
            "value_multipliers.pv_voltage (from YAML): 'nan' is not a finite number",
            "entity_friendly_names.volts (from YAML): is no measurement",
        ]

    def test_a_place_is_both_degrees_or_none(self, desk: Desk) -> None:
        assert desk.load().configuration.site.place is None
        environ = {"LATITUDE": "0", "LONGITUDE": "-0.1"}
        assert desk.load(environ).configuration.site.place == Place(0.0, -0.1)
        assert "LONGITUDE" in desk.problem({"LATITUDE": "52"})
        assert "LONGITUDE" in desk.problem({"LONGITUDE": "13"})

    def test_a_room_s_own_level_wins_over_the_mapping(self, desk: Desk) -> None:
        desk.yaml("log_levels: {store: debug, api: ERROR}\nlog_level_live: warn\n")
        logs = desk.load({"LOG_LEVEL_API": "info"}).configuration.logs
        assert logs.rooms == {"store": "DEBUG", "api": "INFO", "live": "WARNING"}

    @pytest.mark.parametrize(
        ("environ", "line"),
        [
            ({"QUERY_PERIOD": "4.9"}, "'4.9' is too small; give a number of at least 5, such as 60"),
            (
                {"REQUEST_GAP": "inf"},
                "'inf' is not a finite number; give a number from 0 to 10, such as 0.05",
            ),
            ({"RESET_HOUR": "24"}, "'24' is too large; give a whole number from 0 to 23, such as 23"),
            (
                {"DTU_PORT": "true"},
                "'true' is not a whole number; give a whole number from 1 to 65535, such as 502",
            ),
            ({"TIMEZONE": "Europe/Berlyn"}, "'Europe/Berlyn' is no zone; did you mean Europe/Berlin?"),
            ({"TIMEZONE": "../../etc"}, "'../../etc' is no zone; give a zone such as Europe/Berlin"),
            (
                {"EXPIRE_AFTER": "60"},
                "is not more than QUERY_PERIOD; give more seconds than that, or 0 for never",
            ),
            ({"DRY_RUN": "perhaps"}, "'perhaps' is neither true nor false; give true or false"),
            ({"DB_TYPE": "mysql"}, "'mysql' is not known; give one of sqlite, postgres, such as sqlite"),
            ({"LOG_FORMAT": "xml"}, "'xml' is not known; give one of standard, json, such as standard"),
            (
                {"LEGACY_READ_FROM": "10.0.0.0/33"},
                "'10.0.0.0/33' is no address range; give ranges such as 192.168.1.0/24",
            ),
        ],
    )
    def test_a_bad_value_is_one_line_with_the_way_out(
        self, desk: Desk, environ: dict[str, str], line: str
    ) -> None:
        ((name, _),) = environ.items()
        assert desk.problem(environ).startswith(f"{name}")
        assert desk.problem(environ).endswith(f"(from environment): {line}")

    def test_all_problems_of_all_sources_are_said_at_once(self, desk: Desk) -> None:
        desk.yaml("query_periode: 10\nreset_hour: 99\nmqtt_broker: ${NOWHERE}\n")
        environ = {"TIMEZONE": "Mars/Olympus", "DB_PASSWORD_FILE": "/nowhere", "DATABASE_URL": "x"}
        keys = [problem.key for problem in desk.problems(environ, health_port="many")]
        assert sorted(keys) == [
            "--health-port", "DATABASE_URL", "DB_PASSWORD_FILE", "TIMEZONE", "mqtt_broker",
            "query_periode", "reset_hour",
        ]  # fmt: skip

    @given(name=st.sampled_from(sorted(KEYS)), text=st.text(max_size=30))
    def test_any_text_for_any_key_is_taken_or_explained(
        self, tmp_path_factory: pytest.TempPathFactory, name: str, text: str
    ) -> None:
        directory = tmp_path_factory.getbasetemp()
        places = {"working_directory": directory, "secrets_directory": directory / "none"}
        problems: tuple[Problem, ...] = ()
        try:
            describe(load({}, {**HOME, name.upper(): text}, **places))
        except ConfigurationError as error:
            problems = error.problems
        assert all(problem.key and problem.message and problem.fix for problem in problems)


class TestPostgres:
    @pytest.mark.parametrize(
        "environ",
        [
            {"DB_TYPE": "postgres"},
            {"DB_TYPE": "PostgreSQL"},
            {"DB_TYPE": "postgres", "DB_HOST": "db", "DB_PORT": "5432", "DB_PASSWORD": "pw"},
            {"DB_HOST": "db"},
            {"DB_USERNAME": "anna"},
            {"DATABASE_URL": "postgres://anna:pw@db/sunledger"},
            {"DATA_STORAGE": '{"relational_db": {"type": "postgresql"}}'},
        ],
    )
    def test_it_is_meant_by_its_name_or_by_any_key_of_a_server(
        self, desk: Desk, environ: dict[str, str]
    ) -> None:
        assert desk.load(environ).configuration.database.db_type == "postgres"
        assert desk.load(environ).origin["db_type"] == "environment"
        assert desk.load({**environ, "DB_TYPE": "sqlite"}).configuration.database.db_type == "sqlite"

    def test_without_any_of_them_sqlite_is(self, desk: Desk) -> None:
        loaded = desk.load({"DATABASE_PATH": "x.db", "SPOOL_MAX_MB": "5"})
        assert loaded.configuration.database.db_type == "sqlite"

    def test_keys_of_a_server_that_is_not_used_are_named(self, desk: Desk) -> None:
        assert desk.load({"DB_TYPE": "sqlite", "DB_HOST": "db"}).warnings == (
            "DB_HOST (from environment): is not used, because DB_TYPE is sqlite",
        )

    def test_the_old_nesting_names_one(self, desk: Desk) -> None:
        desk.yaml(
            "data_storage: {relational_db: {type: postgresql, config: "
            "{host: db, port: 5433, database: solar, user: anna, password: secret, sslmode: x}}}\n"
        )
        address = address_of(desk.load().configuration.database)
        assert (address.host, address.port, address.name, address.user, address.password) == (
            "db", 5433, "solar", "anna", "secret",
        )  # fmt: skip
        assert address_of(desk.load({"DB_HOST": "other"}).configuration.database).host == "other"

    def test_everything_that_is_said_of_a_server_reaches_it(self, desk: Desk) -> None:
        said = {
            "DATABASE_URL": "postgresql+asyncpg://anna:pw@db:5433/solar?application_name=mine",
            "DB_SSLMODE": "verify-full", "DB_SSLROOTCERT": "ca.pem", "DB_SSLCERT": "c.pem",
            "DB_SSLKEY": "k.pem", "DB_POOL_SIZE": "3", "DB_MAX_OVERFLOW": "4",
        }  # fmt: skip
        address = address_of(desk.load(said).configuration.database)
        told = conninfo_to_dict(conninfo(address))
        wanted = {
            "host": "db", "port": "5433", "dbname": "solar", "user": "anna", "password": "pw",
            "application_name": "mine",
        }  # fmt: skip
        assert {key: told[key] for key in wanted} == wanted
        assert (told["sslmode"], told["sslrootcert"]) == ("verify-full", str(desk.directory / "ca.pem"))
        assert (address.pool_size, address.max_overflow) == (3, 4)
        assert named(address) == "anna@db:5433/solar"

    def test_a_missing_driver_is_named_with_the_way_to_it(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "psycopg", None)
        configuration = desk.load({"DB_TYPE": "postgres"}).configuration
        for make in (lambda: make_store(configuration, SystemClock()), lambda: make_records(configuration)):
            with pytest.raises(StoreUnusable, match=r"pip install 'sunledger\[postgres\]'"):
                make()

    def test_influx_as_a_store_names_timescale_and_the_mirror(self, desk: Desk) -> None:
        desk.yaml("data_storage: {timeseries_db: {type: influxdb, config: {token: abc}}}\n")
        assert "timescaledb" in desk.problem()
        assert "INFLUXDB_ENABLED=true" in desk.problem()
