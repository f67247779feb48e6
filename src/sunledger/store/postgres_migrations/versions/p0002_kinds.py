"""Readings of energy, of weather and of what has no driver; series of every kind; energy by the hour."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
INT = sa.Integer()
LONG = sa.BigInteger()
FLOAT: sa.Double[float] = sa.Double()
NAME = sa.Text(collation="C")

ENERGY = (
    "battery_soc", "battery_temp", "battery_power", "pv_power", "grid_power", "consumption", "price",
    "cumulative_import", "cumulative_export", "cumulative_charge", "cumulative_discharge",
)  # fmt: skip
NARROW = {"battery_soc", "battery_temp", "temperature", "humidity", "irradiance", "wind_speed"}
WEATHER = ("temperature", "humidity", "irradiance", "wind_speed")
WORDS = ("total", "lowest", "highest", "last")


def upgrade() -> None:
    """Tell the kind of each series; create the other tables."""
    _series()
    for name, columns in (("energy", ENERGY), ("weather", WEATHER), ("telemetry", ("value",))):
        _kind(name, columns)
    _create(
        "energy_hour",
        *_required(TIME, "start"),
        *_required(INT, "series"),
        *_required(LONG, "energy"),
        key=("series", "start"),
    )
    for column in ("raw", "repaired"):  # a float is judged too, now
        op.alter_column("judgement", column, type_=FLOAT, schema="sunledger")


def _series() -> None:
    """In place, because views of users may stand on it."""
    op.drop_constraint("series_name", "series", schema="sunledger")
    op.alter_column("series", "serial_number", new_column_name="device", schema="sunledger")
    op.add_column("series", sa.Column("kind", sa.Text(), nullable=True), schema="sunledger")
    op.execute("UPDATE sunledger.series SET kind = CASE WHEN port_number > 0 THEN 'port' ELSE 'inverter' END")
    op.alter_column("series", "kind", nullable=False, schema="sunledger")
    for column in ("part", "place"):
        op.add_column(
            "series", sa.Column(column, NAME, nullable=False, server_default=""), schema="sunledger"
        )
    op.create_unique_constraint(
        "series_name",
        "series",
        ["site", "kind", "device", "port_number", "part", "place"],
        schema="sunledger",
    )


def _kind(name: str, columns: tuple[str, ...]) -> None:
    """Rows by month, their rollups and the latest of each series."""
    _create(
        f"{name}_reading",
        *_required(INT, "series"),
        *_required(TIME, "at"),
        *_values(name, columns),
        key=("series", "at"),
        postgresql_partition_by="RANGE (at)",
    )
    _create(
        f"{name}_latest",
        *_required(INT, "series"),
        *_required(TIME, "seen_at"),
        *_optional(TIME, "at"),
        *_values(name, columns),
        key=("series",),
        postgresql_with={"fillfactor": 50},
    )
    wide = FLOAT if name == "telemetry" else LONG
    _create(
        f"{name}_rollup",
        *_required(sa.SmallInteger(), "tier"),
        *_required(TIME, "start"),
        *_required(INT, "series", "readings"),
        *(
            summary
            for column in columns
            for summary in (
                *_optional(LONG, f"{column}_known"),
                *_optional(wide, *(f"{column}_{word}" for word in WORDS)),
            )
        ),
        key=("tier", "series", "start"),
    )


def _values(name: str, columns: tuple[str, ...]) -> list[sa.Column[Any]]:
    return [each for column in columns for each in _optional(_type(name, column), column)]


def _type(name: str, column: str) -> TypeEngine[Any]:
    if name == "telemetry":
        return FLOAT
    return INT if column in NARROW else LONG


def _create(name: str, *columns: sa.Column[Any], key: tuple[str, ...], **options: Any) -> None:
    """A table of ours: the site leads its key."""
    op.create_table(
        name,
        sa.Column("site", INT, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("site", *key),
        **options,
        schema="sunledger",
    )


def _required(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _optional(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=True) for name in names]
