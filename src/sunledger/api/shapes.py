"""The shapes of answers as JSON schemas for OpenAPI, derived from the catalogue.

Answers are written as bytes and pass through no model; a test holds them to these schemas.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sunledger.api.rows import names
from sunledger.ledger.judgement import Quality, Reason
from sunledger.live.health import BreakerState, DtuStatus, Status
from sunledger.live.state import State
from sunledger.measurements import INVERTER, KINDS, MEASUREMENTS, PORT, Kind, Measurement, ReadingKind
from sunledger.sites import SessionStatus

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
TRUTH: Schema = {"type": "boolean"}


def listed(items: Schema) -> Schema:
    """An array of something."""
    return {"type": "array", "items": items}


def either_null(schema: Schema) -> Schema:
    """Something or null."""
    known = schema["type"]
    types = [known] if isinstance(known, str) else known
    return schema | {"type": [*types, "null"] if "null" not in types else types}


def fixed(**properties: Schema) -> Schema:
    """An object with exactly these members."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def titled(title: str, schema: Schema) -> Schema:
    """An object that the description gives a name, which clients know it by."""
    return schema | {"title": title}


def partly(properties: Mapping[str, Schema], required: Sequence[str] = ()) -> Schema:
    """An object with some of these members and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def page(item: Schema) -> Schema:
    """A page of a list and the cursor of the next one, null on the last."""
    return fixed(items=listed(item), next_cursor=either_null(TEXT))


def measured(measurement: Measurement) -> Schema:
    """A value of the catalogue."""
    quantity = measurement.quantity
    unit = f" in {quantity.unit.symbol}" if quantity.unit.symbol else ""
    kind = "integer" if measurement.integral else "number"
    return {"type": [kind, "null"], "description": f"{quantity.label}{unit}; null when missing."}


def row(kind: ReadingKind[Any]) -> Schema:
    """A reading with its identity and time."""
    properties = {name: COUNT if name == "port_number" else TEXT for name in kind.identity}
    properties |= {"timestamp": MOMENT}
    properties |= {m.name: measured(m) for m in kind.measurements}
    shape = fixed(**{name: properties[name] for name in names(kind)})
    return titled(f"{kind.name.capitalize()}Reading", shape)


OWNERS: dict[str, Schema] = {
    name: COUNT if name == "port_number" else TEXT for kind in KINDS.values() for name in kind.identity
}
"""What can name whose values they are."""
PORT_ROW = row(PORT)
INVERTER_ROW = row(INVERTER)
ROWS = [PORT_ROW, *(row(kind) for kind in KINDS.values() if kind is not PORT)]
"""A reading of any kind."""
LATEST_ROW = {
    "properties": INVERTER_ROW["properties"] | {"timestamp": either_null(MOMENT)},
}
"""An inverter of which no reading is known has no timestamp."""

_DEVICE = {
    "serial_number": TEXT,
    "dtu_name": TEXT,
    "inverter_type": TEXT,
    "first_seen": MOMENT,
    "last_seen": MOMENT,
}

OLD_INVERTER = titled(
    "Inverter",
    fixed(
        **(
            _DEVICE
            | {"metadata": {"type": "object"}}
            | LATEST_ROW["properties"]
            | {"ports": listed(PORT_ROW)}
        )
    ),
)
HISTORY_ROW = titled(
    "HistoryReading",
    fixed(
        **INVERTER_ROW["properties"],
        pv_power={"type": ["number", "null"], "description": "Sum over the ports at that time, in W."},
    ),
)
PRODUCTION = titled(
    "Production",
    fixed(serial_number=TEXT, port_number=COUNT, today_production=COUNT, total_production=either_null(COUNT)),
)
QUALITY: Schema = {"type": "string", "enum": [quality.value for quality in Quality]}
_PINNED: Schema = {
    "type": "object",
    "description": "Where the configuration sets a field, by field; these cannot be changed here.",
    "additionalProperties": TEXT,
}
VERSIONED = {
    "version": COUNT | {"description": "Counts its changes; 0 for what nobody has changed yet."},
    "created_at": either_null(MOMENT),
    "updated_at": either_null(MOMENT),
    "pinned": _PINNED,
}
"""What is told of every entry besides its fields."""
NAMED = {
    "name": TEXT,
    "kind": either_null(TEXT) | {"description": "What sort of device, such as inverter, battery or meter."},
    "site": TEXT,
    "excluded": TRUTH | {"description": "True when its readings are not kept from now on."},
    "notes": TEXT | {"description": "Of several lines, 4,000 characters at most."},
    "port_names": {
        "type": "object",
        "description": "What its ports are called, by number; only those that have a name.",
        "additionalProperties": TEXT,
    },
}
"""What people say of a device."""
DEVICE = titled(
    "Device",
    fixed(
        **_DEVICE,
        **NAMED,
        pinned=_PINNED,
        ports=listed(COUNT),
        state={"type": "string", "enum": [state.value for state in State]},
        latest=fixed(
            inverter=fixed(**INVERTER_ROW["properties"], quality=QUALITY) | {"type": ["object", "null"]},
            ports=listed(
                fixed(
                    **PORT_ROW["properties"],
                    quality=QUALITY,
                    repaired=fixed(today_production=COUNT, total_production=either_null(COUNT))
                    | {
                        "type": ["object", "null"],
                        "description": "Counters in Wh that falls, jumps and wraps do not disturb.",
                    },
                )
            ),
        ),
    ),
)
CORRECTION = titled(
    "Correction",
    fixed(
        serial_number=TEXT,
        port_number=either_null(COUNT),
        at=MOMENT,
        until=MOMENT,
        field={"type": "string", "description": "Name of a measurement, or * for the whole reading."},
        reason={"type": "string", "enum": [reason.value for reason in Reason]},
        quality=QUALITY,
        raw={"type": ["number", "null"], "description": "What the device said."},
        repaired={"type": ["number", "null"], "description": "What it would have said without the fault."},
        decided_at=MOMENT,
    ),
)
_AMOUNT: Schema = {"type": ["number", "null"]}
SESSION = titled(
    "ChargingSession",
    fixed(
        session_id=TEXT,
        start_time=MOMENT,
        end_time=either_null(MOMENT),
        battery_soc_start=_AMOUNT,
        battery_soc_end=_AMOUNT,
        energy_charged_kwh=_AMOUNT,
        average_price=_AMOUNT,
        total_cost=_AMOUNT,
        currency=TEXT,
        average_price_pln=_AMOUNT | {"description": "null in other currencies."},
        total_cost_pln=_AMOUNT | {"description": "null in other currencies."},
        status={"type": "string", "enum": [status.value for status in SessionStatus]},
        created_at=MOMENT,
    ),
)
REPORT = titled(
    "Report", fixed(report_type=TEXT, report_date=TEXT, report_data={"type": "object"}, created_at=MOMENT)
)
MEASUREMENT = titled(
    "Measurement",
    fixed(
        name={"type": "string", "enum": sorted({m.name for m in MEASUREMENTS})},
        reading={"type": "string", "enum": list(KINDS)},
        label=TEXT,
        unit=TEXT,
        resolution={"type": ["number", "null"], "description": "null where any number is kept as it is."},
        kind={"type": "string", "enum": [kind.name.lower() for kind in Kind]},
        device_class=either_null(TEXT),
        state_class=either_null(TEXT),
        bits=COUNT,
        signed=TRUTH,
    ),
)
_SECONDS: Schema = {"type": "number"}
HEALTH = titled(
    "Health",
    fixed(
        healthy=TRUTH,
        status={"type": "string", "enum": [status.value for status in Status]},
        error=either_null(TEXT),
        uptime_seconds=_SECONDS,
        start_time=MOMENT,
        version=TEXT,
        dtus={
            "type": "object",
            "description": "By name.",
            "additionalProperties": fixed(
                status={"type": "string", "enum": [status.value for status in DtuStatus]},
                last_successful_query=either_null(MOMENT),
                seconds_since_last_success=either_null(_SECONDS),
                query_count=COUNT,
                error_count=COUNT,
                last_error=either_null(TEXT),
                last_error_time=either_null(MOMENT),
                consecutive_failures=COUNT,
                circuit_breaker={"type": "string", "enum": [state.value for state in BreakerState]},
                next_poll_in=_SECONDS,
            ),
        },
        mqtt=fixed(connected=TRUTH, error=either_null(TEXT), received=COUNT, refused=COUNT, queued=COUNT)
        | {"type": ["object", "null"], "description": "Messages since the start; null without MQTT_BROKER."},
    ),
)
STATS = titled(
    "Statistics",
    fixed(
        database_type=TEXT,
        database_size_bytes=COUNT,
        production_cache_entries=COUNT,
        config_cache_entries=COUNT,
        metrics_entries=COUNT,
        inverter_data_entries=COUNT,
        port_data_entries=COUNT,
        inverters_count=COUNT,
        total_records=COUNT | {"description": "Rows of readings of every kind."},
    ),
)
_FOUND = {
    "parameter": TEXT,
    "line": COUNT | {"description": "Which reading, from 1: the item of the list, or the line."},
    "field": either_null(TEXT) | {"description": "Of that reading; null where it is the whole of it."},
    "detail": TEXT,
}
PROBLEM: Schema = {
    "type": "object",
    "title": "Problem",
    "description": "Problem details (RFC 9457).",
    "properties": {
        "type": {"type": "string", "description": "Stable name of the kind of problem."},
        "title": TEXT,
        "status": COUNT,
        "detail": {"type": "string", "description": "What is wrong, and what to do instead."},
        "parameter": {"type": "string", "description": "The parameter it concerns, if any."},
        "errors": listed(partly(_FOUND, required=["detail"])),
    },
    "required": ["type", "title", "status", "detail"],
}


def answers(schema: Schema, *others: str, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The responses of an address for OpenAPI: its JSON, other media types of it, problems."""
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    content |= {other: {"schema": TEXT} for other in others}
    problems = {"application/problem+json": {"schema": PROBLEM}}
    return {
        status: {"description": "The answer"} | ({"content": content} if schema else {}),
        "4XX": {"description": "The request has a problem", "content": problems},
        "5XX": {"description": "The server has a problem", "content": problems},
    }
