"""Readings of energy, of weather and of what has no driver; series of every kind; energy by the hour."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ENERGY = (
    "battery_soc", "battery_temp", "battery_power", "pv_power", "grid_power", "consumption", "price",
    "cumulative_import", "cumulative_export", "cumulative_charge", "cumulative_discharge",
)  # fmt: skip
WEATHER = ("temperature", "humidity", "irradiance", "wind_speed")
WORDS = ("total", "lowest", "highest", "last")


def upgrade() -> None:
    """Make series anew, with the kind of each; create the other tables."""
    _series()
    for name, columns in (("energy", ENERGY), ("weather", WEATHER), ("telemetry", ("value",))):
        _kind(name, columns, sa.REAL() if name == "telemetry" else INT)
    op.create_table(
        "energy_hour",
        *_required("start", "series", "energy"),
        sa.PrimaryKeyConstraint("start", "series"),
        sqlite_with_rowid=False,
    )


def _series() -> None:
    """The table with its rows, under its own name: renaming would look into the views that use it."""
    select = sa.text("SELECT id, serial_number, port_number FROM series")
    rows = [tuple(row) for row in op.get_bind().execute(select)]
    op.drop_table("series")
    series = op.create_table(
        "series",
        sa.Column("id", INT, primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        *_required("port_number"),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.UniqueConstraint("kind", "device", "port_number", "part", "place"),
    )
    known = [
        {
            "id": number,
            "kind": "port" if port else "inverter",
            "device": serial,
            "port_number": port,
            "part": "",
            "place": "",
        }
        for number, serial, port in rows
    ]
    op.bulk_insert(series, known)


def _kind(name: str, columns: tuple[str, ...], value: TypeEngine[Any]) -> None:
    """Rows, their rollups and the latest of each series."""
    op.create_table(
        f"{name}_reading",
        *_required("at", "series"),
        *_optional(value, *columns),
        sa.PrimaryKeyConstraint("at", "series"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        f"{name}_latest",
        sa.Column("series", INT, primary_key=True),
        *_required("seen_at"),
        *_optional(INT, "at"),
        *_optional(value, *columns),
    )
    summaries = [
        summary
        for column in columns
        for summary in (
            *_optional(INT, f"{column}_known"),
            *_optional(value, *(f"{column}_{word}" for word in WORDS)),
        )
    ]
    op.create_table(
        f"{name}_rollup",
        *_required("tier", "start", "series", "readings"),
        *summaries,
        sa.PrimaryKeyConstraint("tier", "start", "series"),
        sqlite_with_rowid=False,
    )


def _required(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, INT, nullable=False) for name in names]


def _optional(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=True) for name in names]
