"""How the server, its DTUs and its store are doing: /health, /ready, /stats, /api/v1/system/health."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import PlainTextResponse, Response

from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.fields import ItemQuery, sparse
from sunledger.api.needs import PUBLIC, needs
from sunledger.api.shapes import COUNT, HEALTH, STATS, TEXT, answers, fixed, titled
from sunledger.api.sources import FromSources, Sources
from sunledger.live.health import DtuHealth, Status
from sunledger.live.state import State
from sunledger.measurements import INVERTER, PORT
from sunledger.store.protocol import Of, StoreError

routes = APIRouter(tags=["health"])

SYSTEM_HEALTH = titled("SystemHealth", fixed(overall_health=TEXT, active_devices=COUNT, total_devices=COUNT))
_UNAVAILABLE = 503
_ANSWERING = (State.LIVE, State.NIGHT)


@routes.get("/health", responses=answers(HEALTH), dependencies=[PUBLIC])
async def health(sources: FromSources) -> Json:
    """The server and its DTUs; 503 with the same body when every DTU is silent or the store cannot answer."""
    status, error = await _status(sources)
    healthy = status is not Status.UNHEALTHY
    body = {
        "healthy": healthy,
        "status": status,
        "error": error,
        "uptime_seconds": round(sources.health.uptime.total_seconds(), 3),
        "start_time": sources.started_at,
        "version": sources.settings.version,
        "dtus": {name: _dtu(dtu) for name, dtu in sources.health.dtus().items()},
        "mqtt": None if sources.mqtt is None else asdict(sources.mqtt()),
    }
    return Json(body, 200 if healthy else _UNAVAILABLE)


@routes.get("/ready", response_class=PlainTextResponse, dependencies=[PUBLIC])
async def ready(sources: FromSources) -> Response:
    """`OK` once the store answers, 503 before."""
    await sources.store.latest_time()
    return PlainTextResponse("OK")


@routes.get(
    "/stats", responses=answers(STATS), dependencies=[needs(Action.READ, everywhere=True, legacy=True)]
)
async def stats(sources: FromSources) -> Json:
    """How much is kept."""
    statistics = await sources.store.statistics()
    rows = {f"{kind.table}_entries": statistics.readings[Of(kind.name)] for kind in (INVERTER, PORT)}
    return Json(
        {
            "database_type": statistics.database_type,
            "database_size_bytes": statistics.database_size_bytes,
            "production_cache_entries": statistics.production_cache_entries,
            "config_cache_entries": statistics.config_cache_entries,
            "metrics_entries": await sources.system_metrics.count(),
            **rows,
            "inverters_count": statistics.inverters_count,
            "total_records": statistics.total_records,
        }
    )


@routes.get(
    "/api/v1/system/health",
    responses=answers(SYSTEM_HEALTH),
    dependencies=[needs(Action.READ, everywhere=True)],
)
async def system_health(query: Annotated[ItemQuery, Query()], sources: FromSources) -> Json:
    """The health of everything in three members; a device is active while it is live or it is night."""
    status, _error = await _status(sources)
    images = sources.latest.inverters()
    active = sum(sources.states.of(image) in _ANSWERING for image in images)
    devices = await sources.store.devices()
    told = {"overall_health": status, "active_devices": active, "total_devices": len(devices)}
    return Json(sparse(told, query.fields, SYSTEM_HEALTH))


async def _status(sources: Sources) -> tuple[Status, str | None]:
    """The status and the reason for it; a store that cannot be reached leaves nothing healthy."""
    try:
        await sources.store.latest_time()
    except StoreError as error:
        return Status.UNHEALTHY, "; ".join(filter(None, [str(error), sources.health.error]))
    return sources.health.status, sources.health.error


def _dtu(dtu: DtuHealth) -> dict[str, object]:
    return {
        "status": dtu.status,
        "last_successful_query": dtu.last_successful_query,
        "seconds_since_last_success": _rounded(dtu.seconds_since_last_success),
        "query_count": dtu.query_count,
        "error_count": dtu.error_count,
        "last_error": dtu.last_error,
        "last_error_time": dtu.last_error_time,
        "consecutive_failures": dtu.consecutive_failures,
        "circuit_breaker": dtu.breaker,
        "next_poll_in": _rounded(dtu.next_poll_in),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
