"""Keys whose feature comes later, and keys that are gone.

An `.env` or YAML file of S-Miles, or of an older plan, carries over: the reserved keys are accepted and their
shape is checked, and one warning names those that were set but do nothing yet.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator

from sunledger.app.forms import (
    Count,
    Duration,
    Json,
    Lower,
    OptionalFile,
    Secret,
    Switch,
    Text,
    complaint,
)
from sunledger.app.keys import Group, Key

RETIRED: Mapping[str, str] = {
    "alerts_enabled": "alerts will be rules of their own; the thresholds DTU_OFFLINE_THRESHOLD and "
    "TEMPERATURE_THRESHOLD stay",
    "dump_data": "every reading is kept as the device sent it; `sunledger export` writes them out",
    "dump_data_path": "every reading is kept as the device sent it; `sunledger export` writes them out",
    "config_file": "the file is named by --config or SUNLEDGER_CONFIG",
}
"""Keys of the old systems without a successor, and why."""


class Influx(Group):
    """The mirror in InfluxDB (later)."""

    influxdb_enabled: Annotated[Switch, Key("write every reading to InfluxDB as well", later=True)] = False
    influxdb_host: Annotated[
        Text,
        Key("its URL", example="http://localhost:8086", also=("influxdb_url",), later=True),
    ] = None
    influxdb_token: Annotated[Secret, Key("its token", secret=True, later=True)] = None
    influxdb_database: Annotated[
        str, Key("its database or bucket", also=("influxdb_bucket",), later=True)
    ] = "sunledger"
    influxdb_org: Annotated[Text, Key("its organisation", later=True)] = None


class BackupPlan(Group):
    """How often the database is saved, and how long the copies are kept."""

    enabled: Switch = True
    interval_hours: Annotated[int, Field(ge=1)] = 24
    retention_days: Annotated[int, Field(ge=1)] = 30
    keep_daily: Count = 7
    keep_weekly: Count = 4
    keep_monthly: Count = 6
    compression: Switch = True
    encryption: Switch = True


class Backups(Group):
    """Backups (later)."""

    backup_schedule: Annotated[str, Key("when", later=True)] = "@daily"
    backup_keep_days: Annotated[Count, Key("daily copies that are kept", later=True)] = 7
    backup_keep_weeks: Annotated[Count, Key("weekly copies that are kept", later=True)] = 4
    backup_keep_months: Annotated[Count, Key("monthly copies that are kept", later=True)] = 6
    backup_dir: Annotated[OptionalFile, Key("where copies go", form="a path", later=True)] = None
    backup: Annotated[
        BackupPlan, Json, Key("the same as a block", form='a mapping such as {"keep_daily": 7}', later=True)
    ] = BackupPlan()


class RetentionPolicies(Group):
    """How long each tier is kept."""

    raw_data: Annotated[Duration, Key("", form="forever, or a duration such as 90d, 1y")] = "forever"
    hourly_aggregates: Annotated[Duration, Key("", form="forever, or a duration such as 1y")] = "forever"
    daily_aggregates: Annotated[Duration, Key("", form="forever, or a duration such as 5y")] = "forever"
    monthly_aggregates: Annotated[Duration, Key("", form="forever, or a duration such as 5y")] = "forever"


class CloudStorage(Group):
    """Where the archive lies."""

    provider: Annotated[Literal["aws_s3", "gcp", "azure", "local"], Lower] = "local"
    bucket: Text = None
    region: Text = None


class Archival(Group):
    """When raw readings move to the archive."""

    enabled: Switch = False
    strategy: Literal["tiered"] = "tiered"
    hot_retention_days: Annotated[int, Field(ge=1)] = 7
    warm_retention_days: Annotated[int, Field(ge=1)] = 90
    cold_retention_days: Annotated[int, Field(ge=1)] = 365
    cloud_storage: CloudStorage = CloudStorage()


class StorageEngine(Group):
    """A database of the old nested plan."""

    enabled: Switch = True
    type: Annotated[str, Lower] = "sqlite"
    config: Mapping[str, str] = {}


class TimeSeriesEngine(StorageEngine):
    """The time-series database of the old nested plan."""

    type: Annotated[str, Lower] = "timescaledb"

    @field_validator("type")
    @classmethod
    def _not_influx(cls, given: str) -> str:
        if given == "influxdb":
            raise complaint(
                "InfluxDB is not a store of Sunledger",
                "say timescaledb, and set INFLUXDB_ENABLED=true for a mirror in InfluxDB",
            )
        return given


class DataStorage(Group):
    """The old nested plan: the same blocks under one heading."""

    relational_db: StorageEngine | None = None
    timeseries_db: TimeSeriesEngine | None = None
    archival: Archival = Archival()
    backup: BackupPlan = BackupPlan()


class Keeping(Group):
    """Retention and archive (later; until then everything is kept for ever)."""

    retention_policies: Annotated[
        RetentionPolicies,
        Json,
        Key("how long each tier is kept", form='a mapping such as {"raw_data": "forever"}', later=True),
    ] = RetentionPolicies()
    archival: Annotated[
        Archival, Json, Key("the archive", form='a mapping such as {"enabled": true}', later=True)
    ] = Archival()
    data_storage: Annotated[
        DataStorage,
        Json,
        Key(
            "the old nesting: relational_db, timeseries_db, archival, backup",
            form='a mapping such as {"archival": {"enabled": true}}',
            later=True,
        ),
    ] = DataStorage()
