"""The configuration: every key that this version knows, typed, with its default.

A key's name is the field's name: QUERY_PERIOD in the environment, `query_period` in the YAML file,
`--query-period` on the command line. `loading.load` fills the model; nothing else needs to.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from sunledger.app import reserved
from sunledger.app.broker import Mqtt
from sunledger.app.entrance import Entrance
from sunledger.app.exposure import Exposure
from sunledger.app.forms import (
    Automatic,
    Count,
    Engine,
    File,
    Json,
    Level,
    Lower,
    Name,
    OptionalFile,
    OptionalLevel,
    Port,
    PostgresUrl,
    Seconds,
    Secret,
    Switch,
    Text,
    Words,
    Zone,
    complaint,
    meant,
)
from sunledger.app.keys import Group, Key
from sunledger.app.observation import Observation
from sunledger.app.roles import Processes
from sunledger.measurements import MEASUREMENTS
from sunledger.sitetime import Place

FIELDS = frozenset(measurement.name for measurement in MEASUREMENTS)
ROOMS = (
    "access", "api", "app", "collector", "intake", "inverters", "ledger", "live", "simulator", "sites",
    "store", "transports",
)  # fmt: skip
"""The rooms that log; measurements and site time have nothing to say."""


def _among(known: Collection[str], kind: str) -> AfterValidator:
    def check(name: str) -> str:
        if name not in known:
            raise complaint(f"is no {kind}", meant(name, known))
        return name

    return AfterValidator(check)


FieldName = Annotated[str, _among(FIELDS, "measurement")]
RoomName = Annotated[str, _among(ROOMS, "room that logs")]


class Database(Group):
    """Where readings are kept."""

    db_type: Annotated[Engine, Key("unset: postgres where a server is named below, else sqlite")] = "sqlite"
    database_path: Annotated[
        File, Key("the SQLite file; ~/.local/share follows XDG_DATA_HOME", form="a path", pinned=False)
    ] = Path("~/.local/share/sunledger/sunledger.db")
    database_url: Annotated[
        PostgresUrl,
        Key(
            "a PostgreSQL server; wins over the parts below",
            form="a URL such as postgres://user:password@host:5432/sunledger",
            secret=True,
        ),
    ] = None
    db_host: Annotated[str, Key("host of the PostgreSQL server", pinned=False)] = "localhost"
    db_port: Annotated[Port, Key("its port", pinned=False)] = 5432
    db_name: Annotated[str, Key("name of the database", pinned=False)] = "sunledger"
    db_user: Annotated[Text, Key("user of the database", also=("db_username",))] = None
    db_password: Annotated[Secret, Key("that user's password", secret=True)] = None
    db_pool_size: Annotated[
        int, Field(ge=1), Key("connections for questions kept open to the server", pinned=False)
    ] = 10
    db_max_overflow: Annotated[
        Count, Key("connections opened beyond those when all are busy", pinned=False)
    ] = 20
    db_sslmode: Annotated[
        Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] | None,
        Key("TLS to the server"),
    ] = None
    db_sslrootcert: Annotated[OptionalFile, Key("its CA certificate", form="a path")] = None
    db_sslcert: Annotated[OptionalFile, Key("our certificate", form="a path")] = None
    db_sslkey: Annotated[OptionalFile, Key("our private key", form="a path")] = None
    db_compress_after_days: Annotated[
        Count,
        Key("days after which TimescaleDB, where a server has it, packs readings; 0 never", pinned=False),
    ] = 7
    spool_max_mb: Annotated[
        int,
        Field(ge=1),
        Key("megabytes that polls may take up beside DATABASE_PATH while the PostgreSQL server is away"),
    ] = 1024


class Dtu(Group):
    """One DTU to poll."""

    name: Annotated[Name, Key("", form="1 to 64 letters, digits, _ and -")] = "DTU"
    host: Annotated[str, Field(min_length=1), Key("", form="a host name or an address")]
    port: Port = 502
    unit_id: Annotated[int, Field(ge=1, le=255)] = 1
    current_scale: Annotated[Literal["auto", "tenths", "hundredths"], Lower] = "auto"
    register_step: Annotated[Literal[20, 40] | None, Automatic, Key("", form="auto, 20 or 40")] = None
    """None means learned by survey."""

    @field_validator("register_step", mode="before")
    @classmethod
    def _numeric(cls, given: object) -> object:
        return int(given) if isinstance(given, str) and given.isdecimal() else given


class Dtus(Group):
    """The DTUs and how they are asked."""

    dtu_host: Annotated[Text, Key("host or address of the DTU, if there is one", example="192.168.1.100")] = (
        None
    )
    dtu_port: Annotated[Port, Key("its Modbus TCP port")] = 502
    modbus_unit_id: Annotated[int, Field(ge=1, le=255), Key("its Modbus unit")] = 1
    dtu_configs: Annotated[
        tuple[Dtu, ...],
        Json,
        Key(
            "several DTUs, or one with options",
            form='a list such as [{"name": "roof", "host": "192.168.1.100", "port": 502, "unit_id": 1, '
            '"current_scale": "auto", "register_step": "auto"}]',
        ),
    ] = ()
    comm_timeout: Annotated[float, Field(ge=0.1, le=60), Key("seconds to wait for an answer of the DTU")] = (
        3.0
    )
    comm_retries: Annotated[Count, Field(le=10), Key("times a request is repeated")] = 3
    comm_reconnect_delay: Annotated[Seconds, Key("seconds before the first reconnection")] = 0.0
    comm_reconnect_delay_max: Annotated[Seconds, Key("seconds before a reconnection at most")] = 300.0
    request_gap: Annotated[Seconds, Field(le=10), Key("seconds between the starts of two requests")] = 0.05

    @field_validator("comm_reconnect_delay_max")
    @classmethod
    def _not_below_the_first(cls, longest: float, info: ValidationInfo) -> float:
        if longest < info.data.get("comm_reconnect_delay", 0.0):
            raise complaint("is less than COMM_RECONNECT_DELAY", "give at least as much")
        return longest

    @property
    def plant(self) -> tuple[Dtu, ...]:
        """The DTUs to poll: `dtu_configs`, else the single one, else none."""
        if self.dtu_configs or self.dtu_host is None:
            return self.dtu_configs
        return (Dtu(host=self.dtu_host, port=self.dtu_port, unit_id=self.modbus_unit_id),)


class Timing(Group):
    """When the DTUs are asked, and in which zone days are counted."""

    query_period: Annotated[float, Field(ge=5), Key("seconds between two polls of a DTU")] = 60.0
    reset_hour: Annotated[
        int, Field(ge=0, le=23), Key("local hour from which today's production is counted")
    ] = 23
    timezone: Annotated[Zone, Key("the site's zone", form="a zone such as Europe/Berlin")] = ZoneInfo("UTC")
    expire_after: Annotated[
        Seconds, Key("seconds after which an output calls a value unavailable; 0: never")
    ] = 0.0

    @field_validator("expire_after")
    @classmethod
    def _outlives_a_poll(cls, seconds: float, info: ValidationInfo) -> float:
        if 0 < seconds <= info.data.get("query_period", 0.0):
            raise complaint("is not more than QUERY_PERIOD", "give more seconds than that, or 0 for never")
        return seconds


class Filters(Group):
    """What is left out, and how outputs show it; what is stored and counted never changes."""

    exclude_inverters: Annotated[
        Words, Key("serial numbers of inverters not to keep", form="a list such as [116180001234]")
    ] = ()
    value_multipliers: Annotated[
        Mapping[FieldName, float],
        Json,
        Key("factor per measurement, in outputs only", form='a mapping such as {"pv_power": 0.001}'),
    ] = {}
    entity_friendly_names: Annotated[
        Mapping[FieldName, str],
        Json,
        Key("label per measurement", form='a mapping such as {"grid_voltage": "AC voltage"}'),
    ] = {}


class Server(Group):
    """The HTTP server and the store."""

    health_enabled: Annotated[Switch, Key("the HTTP server: health, API, metrics")] = True
    health_host: Annotated[
        str, Field(min_length=1), Key("address it listens on; 0.0.0.0 for every one, also the network's")
    ] = "127.0.0.1"
    health_port: Annotated[int, Field(ge=0, le=65535), Key("port it listens on; 0: any free one")] = 8080
    metrics_enabled: Annotated[Switch, Key("/metrics for Prometheus")] = True
    persistence_enabled: Annotated[Switch, Key("false: keep readings in memory only")] = True


class Site(Group):
    """The plant and its place; with the place known, night is told from the sun."""

    port_nameplate: Annotated[
        float, Field(ge=1), Key("watts that one port can give; counters that grow faster are checked")
    ] = 1000.0
    latitude: Annotated[
        float | None, Field(ge=-90, le=90), Key("degrees north, with LONGITUDE", example="52.52")
    ] = None
    longitude: Annotated[
        float | None, Field(ge=-180, le=180), Key("degrees east, with LATITUDE", example="13.4")
    ] = None

    @field_validator("longitude")
    @classmethod
    def _both_or_none(cls, longitude: float | None, info: ValidationInfo) -> float | None:
        if "latitude" in info.data and (info.data["latitude"] is None) != (longitude is None):
            raise complaint("makes a place only together with LATITUDE", "give both of them or neither")
        return longitude

    @property
    def place(self) -> Place | None:
        """Where the plant stands, if that was said."""
        if self.latitude is None or self.longitude is None:
            return None
        return Place(self.latitude, self.longitude)


class Faults(Group):
    """What counts as a fault, and what is done about it."""

    exponential_backoff: Annotated[Switch, Key("ask a silent DTU less and less often")] = True
    circuit_breaker_threshold: Annotated[
        Count, Key("failed polls after which a DTU is left alone for a while; 0: never")
    ] = 5
    dtu_offline_threshold: Annotated[
        float, Field(ge=1), Key("seconds without an answer after which a DTU is offline")
    ] = 300.0
    temperature_threshold: Annotated[float, Key("degrees Celsius at which an inverter is too hot")] = 80.0


class Logs(Group):
    """What is logged, and where."""

    log_level: Annotated[Level, Key("how much is said")] = "INFO"
    log_format: Annotated[
        Literal["standard", "json"], Lower, Key("standard for people, json for machines")
    ] = "standard"
    log_to_console: Annotated[Switch, Key("log to standard error")] = True
    log_file: Annotated[
        OptionalFile, Key("log to this file too", form="a path", example="/var/log/sunledger.log")
    ] = None
    log_max_bytes: Annotated[Count, Key("size at which the file is rotated; 0: never")] = 10_485_760
    log_backup_count: Annotated[Count, Key("rotated files that are kept")] = 5
    log_levels: Annotated[
        Mapping[RoomName, Level],
        Json,
        Key("level per room; a LOG_LEVEL_ key of the room wins", form='a mapping such as {"store": "DEBUG"}'),
    ] = {}
    log_level_access: Annotated[OptionalLevel, Key("level of users, tokens and log-ins")] = None
    log_level_api: Annotated[OptionalLevel, Key("level of the API and of uvicorn")] = None
    log_level_app: Annotated[OptionalLevel, Key("level of start, wiring and shutdown")] = None
    log_level_collector: Annotated[OptionalLevel, Key("level of the polls")] = None
    log_level_intake: Annotated[OptionalLevel, Key("level of checks and commits")] = None
    log_level_inverters: Annotated[OptionalLevel, Key("level of the drivers")] = None
    log_level_ledger: Annotated[OptionalLevel, Key("level of counters and energy")] = None
    log_level_live: Annotated[OptionalLevel, Key("level of health and streams")] = None
    log_level_simulator: Annotated[OptionalLevel, Key("level of the simulated DTU")] = None
    log_level_sites: Annotated[OptionalLevel, Key("level of changes to sites and settings")] = None
    log_level_store: Annotated[OptionalLevel, Key("level of the store")] = None
    log_level_transports: Annotated[OptionalLevel, Key("level of the links")] = None

    @property
    def rooms(self) -> Mapping[str, str]:
        """The level of each room that has one of its own."""
        own = {room: getattr(self, f"log_level_{room}") for room in ROOMS}
        return {**self.log_levels, **{room: level for room, level in own.items() if level is not None}}


class Running(Group):
    """How Sunledger runs."""

    dry_run: Annotated[Switch, Key("poll and serve, but keep nothing and send nothing")] = False


class Configuration(Group):
    """All of it."""

    database: Database = Database()
    dtu: Dtus = Dtus()
    timing: Timing = Timing()
    filters: Filters = Filters()
    server: Server = Server()
    exposure: Exposure = Exposure()
    site: Site = Site()
    faults: Faults = Faults()
    logs: Logs = Logs()
    observation: Observation = Observation()
    running: Running = Running()
    processes: Processes = Processes()
    access: Entrance = Entrance()
    mqtt: Mqtt = Mqtt()
    influx: reserved.Influx = reserved.Influx()
    backups: reserved.Backups = reserved.Backups()
    keeping: reserved.Keeping = reserved.Keeping()

    @property
    def names_zone(self) -> bool:
        """Whether the site's zone is known, and not just assumed."""
        return "timezone" in self.timing.model_fields_set

    @property
    def is_on_server(self) -> bool:
        """Whether readings are kept in a PostgreSQL server, which several processes can share."""
        return self.keeps_readings and self.database.db_type == "postgres"

    @property
    def keeps_readings(self) -> bool:
        """False when the memory store is to be used."""
        return self.server.persistence_enabled and not self.running.dry_run
