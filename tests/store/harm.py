"""Harm done to a database behind its store's back, and what verification finds of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.store.plants import WARSAW

from sunledger.store.audit import Audit
from sunledger.store.protocol import Accounting
from sunledger.store.sqlite_upkeep import verified

_HARM = {
    "a rollup of a quarter that is wrong": "UPDATE port_rollup SET pv_power_total = pv_power_total + 1 "
    "WHERE (tier, start, series) IN (SELECT tier, start, series FROM port_rollup WHERE tier = 0 LIMIT 1)",
    "an hour that is missing": "DELETE FROM port_rollup WHERE (tier, start, series) IN "
    "(SELECT tier, start, series FROM port_rollup WHERE tier = 1 LIMIT 1)",
    "days of a plant that never was": "INSERT INTO inverter_rollup ({site}tier, start, series, readings) "
    "SELECT {site}tier, start + {three_days}, series, 1 FROM inverter_rollup WHERE tier = 2",
    "all rollups gone": "DELETE FROM inverter_rollup",
    "energy that was not produced": "UPDATE energy_quarter SET energy = energy + 1000 WHERE start IN "
    "(SELECT MIN(start) FROM energy_quarter)",
    "a fold that stands elsewhere": "UPDATE energy_quarter SET accepted_total = accepted_total + 7",
    "quarters that are missing": "DELETE FROM energy_quarter WHERE {start} / 900000 % 3 = 0",
    "an hour with too much": "UPDATE energy_hour SET energy = energy + 1",
    "an hour that never was": "INSERT INTO energy_hour ({site}start, series, energy) "
    "SELECT {site}start + {three_days}, series, 3 FROM energy_hour",
    "a day with too much": "UPDATE energy_day SET energy = energy + 1",
    "a day that never was": "INSERT INTO energy_day ({site}day, series, energy) "
    "SELECT {site}day + 5, series, 3 FROM energy_day",
    "an hour of all ports with too much": "UPDATE plant_hour SET energy = energy + 1",
    "an hour of all ports that never was": "INSERT INTO plant_hour ({site}start, energy) "
    "SELECT {site}start + {three_days}, 3 FROM plant_hour",
    "days of all ports that are missing": "DELETE FROM plant_day",
    "a day of all ports that never was": "INSERT INTO plant_day ({site}day, energy) "
    "SELECT {site}day + 5, 3 FROM plant_day",
    "a judgement that is missing": "DELETE FROM judgement WHERE folded = {yes}",
    "a judgement twice": "INSERT INTO judgement ({site}series, at, until, field, reason, decided_at, folded) "
    "SELECT {site}series, at, at, 'pv_power', 'frozen', at, {yes} FROM port_reading LIMIT 1",
    "a lifetime that is wrong": "UPDATE port_latest SET lifetime = lifetime + 5, "
    "lifetime_offset = lifetime_offset + 5",
    "a today that is wrong": "UPDATE port_latest SET today = 77777",
    "an open quarter that is wrong": "UPDATE port_latest SET open_energy = 77777",
}


def _for(**words: str) -> dict[str, str]:
    return {name: sql.format(**words) for name, sql in _HARM.items()}


HARM = _for(site="", three_days="3 * 86400000", start="start", yes="1")
POSTGRES_HARM = _for(
    site="site, ",
    three_days="INTERVAL '3 days'",
    start="(extract(epoch FROM start) * 1000)::int8",
    yes="TRUE",
)


def harmed(path: Path, sql: str) -> None:
    """Change something that only the store may change."""
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(sql).rowcount > 0


def verify(path: Path, accounting: Accounting = WARSAW) -> Audit:
    """What verification finds."""
    return verified(path, accounting, lambda _fraction, _at: None)
