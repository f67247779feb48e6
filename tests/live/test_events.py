from datetime import timedelta

import orjson
from tests.live.roof import LEFT, NOON, Counters, inverter, port

from sunledger.ledger.judgement import Quality, Reason
from sunledger.live import (
    BreakerState,
    CorrectionEvent,
    DtuEvent,
    DtuHealth,
    DtuStatus,
    Event,
    LatestInverter,
    LatestPort,
    ReadingEvent,
    State,
)
from sunledger.measurements import INVERTER, PORT


def told(event: Event) -> dict[str, object]:
    """What a subscriber reads."""
    read: dict[str, object] = orjson.loads(orjson.dumps(event.body(), option=orjson.OPT_UTC_Z))
    return read


def image(*ports: LatestPort, with_inverter: bool = True) -> LatestInverter:
    reading = inverter() if with_inverter else None
    return LatestInverter(LEFT, "roof", reading, Quality.GOOD, linked=True, ports=ports, heard=0.0)


def test_a_reading_event_has_every_measurement_of_the_catalogue() -> None:
    counted = LatestPort(port(), Quality.FROZEN, Counters(LEFT, 1, NOON, 1204, 81_000))
    event = told(ReadingEvent(image(counted), State.STALE))
    assert event["type"] == "reading"
    assert event["serial_number"] == LEFT
    assert event["dtu_name"] == "roof"
    assert event["timestamp"] == "2026-06-21T12:00:00Z"
    assert event["state"] == "stale"
    assert event["quality"] == "good"
    assert event["pv_power"] == 200.4
    assert {name: event[name] for name in INVERTER.columns} == dict(
        zip(INVERTER.columns, INVERTER.values(inverter()), strict=True)
    )
    assert event["ports"] == [
        {
            "port_number": 1,
            "timestamp": "2026-06-21T12:00:00Z",
            "quality": "frozen",
            **dict(zip(PORT.columns, PORT.values(port()), strict=True)),
            "repaired": {"today_production": 1204, "total_production": 81_000},
        }
    ]


def test_what_is_not_known_is_null() -> None:
    event = told(ReadingEvent(image(LatestPort(port(), Quality.GOOD, None), with_inverter=False), State.LIVE))
    assert event["timestamp"] is None
    assert [event[name] for name in INVERTER.columns] == [None] * len(INVERTER.columns)
    ports = event["ports"]
    assert isinstance(ports, list)
    assert ports[0]["repaired"] is None
    assert ports[0]["pv_current"] is None


def test_a_dtu_event_tells_status_and_breaker_to_everybody() -> None:
    event = DtuEvent(
        DtuHealth(
            dtu_name="roof",
            status=DtuStatus.ERROR,
            silent_for=61.0,
            last_successful_query=NOON,
            seconds_since_last_success=61.0,
            query_count=7,
            error_count=1,
            consecutive_failures=1,
            last_error="no answer",
            last_error_time=NOON + timedelta(minutes=1),
            breaker=BreakerState.HALF_OPEN,
            next_poll_in=60.0,
        )
    )
    assert event.device is None
    assert told(event) == {
        "type": "dtu",
        "dtu_name": "roof",
        "status": "error",
        "breaker": "half_open",
        "last_successful_query": "2026-06-21T12:00:00Z",
        "consecutive_failures": 1,
        "last_error": "no answer",
    }


def test_a_correction_event_tells_what_was_found() -> None:
    event = CorrectionEvent(
        serial_number=LEFT,
        port_number=1,
        at=NOON,
        until=NOON,
        field="total_production",
        reason=Reason.COUNTER_FALL,
        raw=12,
        repaired=81_000,
        decided_at=NOON + timedelta(minutes=1),
    )
    assert event.device == LEFT
    assert told(event) == {
        "type": "correction",
        "serial_number": LEFT,
        "port_number": 1,
        "at": "2026-06-21T12:00:00Z",
        "until": "2026-06-21T12:00:00Z",
        "field": "total_production",
        "reason": "counter_fall",
        "raw": 12,
        "repaired": 81_000,
        "decided_at": "2026-06-21T12:01:00Z",
    }
