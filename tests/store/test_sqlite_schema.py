"""The migrated schema is the catalogue's, and the views are those that people query."""

import asyncio
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from tests.store.answers import EVER, keep, totals
from tests.store.files import ask, served
from tests.store.plants import START, day, poll

from sunledger.ledger.fold import Count, State
from sunledger.measurements import PORT
from sunledger.sitetime import instant, milliseconds
from sunledger.store.protocol import StoreUnusable
from sunledger.store.shelf import Quarter
from sunledger.store.sqlite_file import HEAD, connect, migrate, refresh_views, schema_version
from sunledger.store.tables import (
    COLUMNS,
    LATEST_COLUMNS,
    LATEST_TABLES,
    QUARTER_COLUMNS,
    READING_TABLES,
    ROLLUP_COLUMNS,
    ROLLUP_TABLES,
    SERIES_COLUMNS,
    STATE_COLUMNS,
    quarter,
    quarter_row,
)
from sunledger.store.views import sqlite_views

VIEWS = {
    "inverters": "serial_number dtu_name first_seen last_seen inverter_type metadata",
    "inverter_data": "serial_number timestamp grid_voltage grid_frequency temperature operating_status "
    "alarm_code alarm_count link_status at",
    "port_data": "serial_number port_number timestamp pv_voltage pv_current pv_power today_production "
    "total_production at",
    "energy_data": "device_id data_source location timestamp battery_soc battery_temp battery_power pv_power "
    "grid_power consumption price cumulative_import cumulative_export cumulative_charge "
    "cumulative_discharge at",
    "weather_data": "location source timestamp temperature humidity irradiance wind_speed at",
    "telemetry_data": "device data_type timestamp value at",
    "production_cache": "serial_number port_number today_production total_production last_updated",
    "config_cache": "key value last_updated",
    "hourly_production": "hour serial_number port_number avg_power production at",
    "system_configs": "config_name config_data version is_active created_at updated_at",
    "charging_sessions": "session_id start_time end_time battery_soc_start battery_soc_end "
    "energy_charged_kwh average_price total_cost currency average_price_pln total_cost_pln status "
    "created_at at",
    "system_metrics": "timestamp metric_name metric_value tags at",
    "analytics_reports": "report_type report_date report_data created_at",
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with 90 minutes of two ports, closed."""
    path = tmp_path_factory.mktemp("kept") / "sunledger.db"

    async def fill() -> None:
        async with served(path) as store:
            await keep(store, *day(START + timedelta(milliseconds=7), 90))

    asyncio.run(fill())
    return path


@pytest.fixture
def path(kept: Path, tmp_path: Path) -> Path:
    """A copy of that file."""
    return Path(shutil.copy(kept, tmp_path))


def columns(path: Path, table: str) -> list[str]:
    return [row[1] for row in ask(path, f"PRAGMA table_info({table})")]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        *((table, ("at", "series", *COLUMNS[of])) for of, table in READING_TABLES.items()),
        *((table, LATEST_COLUMNS[of]) for of, table in LATEST_TABLES.items()),
        *((table, ROLLUP_COLUMNS[of]) for of, table in ROLLUP_TABLES.items()),
        ("energy_quarter", QUARTER_COLUMNS),
        ("series", SERIES_COLUMNS),
    ],
)
def test_every_field_of_the_catalogue_has_a_migrated_column(
    path: Path, table: str, expected: tuple[str, ...]
) -> None:
    assert set(columns(path, table)) == set(expected), "a new field of a reading needs a migration"
    types = {row[1]: row[2] for row in ask(path, f"PRAGMA table_info({table})")}
    words = {"kind", "device", "part", "place"}
    floats = {name for name in types if name.split("_")[0] == "value"} - {"value_known"}
    assert {types[name] for name in types.keys() - words - floats} <= {"INTEGER", "BIGINT"}
    assert {types[name] for name in floats} <= {"REAL"}


def test_the_fold_keeps_every_column_of_a_port() -> None:
    assert len([name for name in STATE_COLUMNS if name.startswith("last_")]) == len(PORT.columns)


registers = st.none() | st.integers(0, 65_535)
counts = st.none() | st.builds(
    Count, st.integers(0, 2**42), st.integers(0, 2**32), st.none() | st.integers(0, 65_535)
)
states = st.builds(
    State,
    seen_at=st.integers(-1, 2**42),
    accepted=counts,
    changed_at=st.integers(0, 2**42),
    candidate=counts,
    values=st.none()
    | st.tuples(*[st.integers(0, 65_535) | st.none()] * 2, st.integers(1, 9), *[st.none()] * 2),
    same_since=st.integers(0, 2**42),
)


@given(st.builds(Quarter, *[st.integers(0, 2**42)] * 7, state=states))
def test_a_quarter_comes_back_from_its_columns(given: Quarter) -> None:
    row = quarter_row(given)
    assert len(row) == len(QUARTER_COLUMNS)
    assert quarter(cast(tuple[int, ...], row)) == given


def test_the_head_that_this_program_knows_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "sunledger:store/migrations")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert sorted(revisions, reverse=True) == revisions, "versions are compared as text"
    assert {len(revision) for revision in revisions} == {len(HEAD)}


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "half.db"
    ask(path, "CREATE TABLE judgement (other)")  # in the way of the last step
    with pytest.raises(StoreUnusable, match="judgement"):
        migrate(path)
    assert ask(path, "SELECT name FROM sqlite_master") == [("judgement",)]


def test_a_path_with_signs_that_mean_something_in_addresses(tmp_path: Path) -> None:
    path = tmp_path / "50% of it?#.db"
    migrate(path)
    assert path.exists()
    assert schema_version(path) == HEAD


def test_the_views_have_the_names_and_columns_that_people_query(path: Path) -> None:
    views = {name for (name,) in ask(path, "SELECT name FROM sqlite_master WHERE type = 'view'")}
    assert views == set(VIEWS)
    for view, expected in VIEWS.items():
        assert columns(path, view) == expected.split()


def test_a_port_is_seen_in_its_units_with_its_time_as_text_and_as_number(path: Path) -> None:
    (row,) = ask(path, "SELECT * FROM port_data WHERE port_number = 2 ORDER BY at LIMIT 1")
    assert row == (
        "114100000001", 2, "2026-03-28T06:00:00.007Z", 33.1, 6.04, 200.0, None, 200_000,
        milliseconds(START) + 7,
    )  # fmt: skip


def test_an_inverter_is_seen_once_a_poll_in_its_units(path: Path) -> None:
    rows = ask(path, "SELECT * FROM inverter_data ORDER BY at")
    assert len(rows) == 90
    assert rows[1] == (
        "114100000001", "2026-03-28T06:01:00.007Z", 230.1, 49.98, 21.4, 3, 0, 0, 1,
        milliseconds(START) + 60_007,
    )  # fmt: skip
    assert ask(path, "SELECT * FROM inverters") == [
        ("114100000001", "roof", "2026-03-28T06:00:00.007Z", "2026-03-28T07:29:00.007Z", "hoymiles", "{}")
    ]


def test_production_and_settings_are_seen(path: Path) -> None:
    last = "2026-03-28T07:29:00.007Z"
    assert ask(path, "SELECT * FROM production_cache") == [
        ("114100000001", 1, 89 * 4, 100_000 + 89 * 4, last),
        ("114100000001", 2, 89 * 5, 200_000 + 89 * 5, last),
    ]
    assert ask(path, "SELECT key, value FROM config_cache ORDER BY key") == [
        ("reset_hour", "23"),
        ("zone", "Europe/Warsaw"),
    ]


async def test_hourly_production_is_the_energy_up_to_the_last_reading(path: Path) -> None:
    rows = ask(path, "SELECT * FROM hourly_production WHERE port_number = 1 ORDER BY at")
    assert rows == [
        ("2026-03-28T06:00:00.000Z", "114100000001", 1, 200.0, 59 * 4, milliseconds(START)),
        ("2026-03-28T07:00:00.000Z", "114100000001", 1, 200.0, 30 * 4, milliseconds(START) + 3_600_000),
    ]
    async with served(path) as store:
        sums = ask(path, "SELECT port_number, SUM(production) FROM hourly_production GROUP BY 1")
        assert dict(sums) == await totals(store, EVER)


@given(st.lists(st.integers(0, 4_102_444_799_999), min_size=1, max_size=20))
def test_the_text_of_a_time_is_exact_to_the_millisecond(times: list[int]) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE setting (key, value, last_updated)")
    connection.executemany("INSERT INTO setting VALUES ('', '', ?)", [(at,) for at in times])
    connection.execute(f"CREATE VIEW config_cache AS {sqlite_views()['config_cache']}")
    seen = [text for (text,) in connection.execute("SELECT last_updated FROM config_cache")]
    connection.close()
    assert seen == [instant(at).isoformat(timespec="milliseconds").replace("+00:00", "Z") for at in times]


def test_views_are_made_anew_when_they_have_changed_and_a_users_own_stay(path: Path) -> None:
    connection = connect(path, read_only=False)
    connection.execute("DROP VIEW port_data")
    connection.execute("CREATE VIEW port_data AS SELECT 1")
    connection.execute("CREATE VIEW mine AS SELECT pv_power FROM port_data")
    refresh_views(connection)
    connection.close()
    assert columns(path, "port_data") == VIEWS["port_data"].split()
    assert len(ask(path, "SELECT pv_power FROM mine")) == 180


async def test_missing_values_are_null_in_the_views(tmp_path: Path) -> None:
    path = tmp_path / "missing.db"
    async with served(path) as store:
        await keep(store, poll(datetime(2026, 6, 21, 12, tzinfo=UTC), (None, 5)))
    assert ask(path, "SELECT total_production, today_production FROM port_data ORDER BY port_number") == [
        (None, None),
        (5, None),
    ]
