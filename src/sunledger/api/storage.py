"""/api/v1/storage: what is kept, how fast it grows, how long the disk will do, and a rebuild."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from sunledger.access.audit import Event
from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.fields import ItemQuery, sparse
from sunledger.api.needs import needs
from sunledger.api.parameters import NoParameters
from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import (
    COUNT,
    MOMENT,
    TEXT,
    TRUTH,
    Schema,
    answers,
    either_null,
    fixed,
    listed,
    titled,
)
from sunledger.api.sources import FromSources, Sources
from sunledger.store.protocol import StoreError
from sunledger.store.storage import TIERS, Compressed, Piece, Storage
from sunledger.store.tending import Rebuilding, Stage

routes = APIRouter(tags=["storage"], dependencies=[needs(Action.READ, everywhere=True)])

_OK, _ACCEPTED = 200, 202
_NOT_REBUILT = (
    "What is in memory only is not rebuilt, nor what another process writes: ask the one with intake."
)
_TIER: Schema = {"type": "string", "enum": list(TIERS)}
_PIECE = {
    "tier": _TIER, "rows": COUNT, "bytes": COUNT, "oldest": either_null(MOMENT), "newest": either_null(MOMENT)
}  # fmt: skip
_RATE: Schema = {"type": ["number", "null"]}
_HEALTH = fixed(healthy=TRUTH, error=either_null(TEXT))
_REBUILD = fixed(
    state={"type": "string", "enum": [stage.value for stage in Stage]},
    progress={"type": "number", "description": "From 0 to 1."},
    mended=either_null(COUNT) | {"description": "Differences that were put right; null before the end."},
    error=either_null(TEXT),
    started_at=MOMENT,
    finished_at=either_null(MOMENT),
)
_SPOOL = fixed(
    polls=COUNT,
    rows=COUNT,
    bytes=COUNT,
    limit_bytes=COUNT | {"description": "What it may hold at most."},
    oldest=either_null(MOMENT),
    full=TRUTH,
    set_aside=COUNT,
) | {"type": ["object", "null"], "description": "What waits for the store; null where there is no spool."}
_COMPRESSION = fixed(
    chunks=COUNT, compressed_chunks=COUNT, bytes_before=COUNT, bytes_after=COUNT, error=either_null(TEXT)
) | {
    "type": ["object", "null"],
    "description": "Chunks of time of readings; the bytes are of those compressed. Null without TimescaleDB.",
}
STORAGE = titled(
    "Storage",
    fixed(
        engine=TEXT,
        bytes=COUNT,
        reusable_bytes=COUNT | {"description": "Inside the database; new rows use them again."},
        disk=fixed(total_bytes=COUNT, free_bytes=COUNT)
        | {
            "type": ["object", "null"],
            "description": "The file system of the data; null where it is not known.",
        },
        disk_unknown=either_null(TEXT) | {"description": "Why nothing is known of the disk."},
        oldest=either_null(MOMENT),
        newest=either_null(MOMENT),
        rows_per_day=_RATE | {"description": "Readings, over the latest seven days that have any."},
        bytes_per_day=_RATE,
        days_until_full=_RATE
        | {"description": "At that rate; null where nothing grows or no disk is known."},
        exact=TRUTH
        | {"description": "Whether sizes by table were measured; else they are shares of the whole."},
        counted=TRUTH | {"description": "Whether all rows were counted; else large tables' are estimates."},
        tiers=listed(fixed(**_PIECE)),
        tables=listed(fixed(name=TEXT, **_PIECE)),
        health=fixed(store=_HEALTH, rollups=_HEALTH),
        compression=_COMPRESSION,
        rebuild=_REBUILD | {"type": ["object", "null"], "description": "The latest since the start."},
        spool=_SPOOL,
    ),
)


@routes.get("/api/v1/storage", responses=answers(STORAGE))
async def storage(query: Annotated[ItemQuery, Query()], sources: FromSources) -> Json:
    """Sizes by table and tier, growth, and health of the store; measured once a minute at most."""
    error = None
    try:
        found = await sources.tending.storage()
        await sources.store.latest_time()
    except StoreError as failed:
        found, error = Storage(engine="unknown", size=0), str(failed)
    rebuilding = sources.tending.rebuilding
    rebuild_error = None if rebuilding is None else rebuilding.error
    health = {
        "store": {"healthy": error is None, "error": error},
        "rollups": {"healthy": rebuild_error is None, "error": rebuild_error},
    }
    others = {
        "health": health,
        "compression": _compression(found.compressed, sources.tending.chore_error),
        "rebuild": _rebuild(rebuilding),
        "spool": _spool(sources),
    }
    return Json(sparse(_described(found) | others, query.fields, STORAGE))


@routes.post(
    "/api/v1/storage/rollups/rebuild",
    dependencies=[needs(Action.OPERATE, everywhere=True)],
    status_code=_ACCEPTED,
    responses={_ACCEPTED if code == _OK else code: each for code, each in answers(_REBUILD).items()},
)
async def rebuild_rollups(_: Annotated[NoParameters, Query()], sources: FromSources) -> Json:
    """Begin to make all rollups, energy and judgements anew; `GET /api/v1/storage` tells how far it is.

    Polls are committed meanwhile. Only from the machine itself; one that runs already goes on.
    """
    if not sources.tending.can_rebuild:
        raise Problem(Trouble.NOT_OFFERED, _NOT_REBUILT)
    await sources.note(Event(action="rebuild", object_kind="rollups"))  # before it has the database's writer
    return Json(_rebuild(sources.tending.rebuild()), _ACCEPTED)


def _described(found: Storage) -> dict[str, Any]:
    tiers = found.tiers
    raw = tiers.get("raw")
    disk = found.disk
    return {
        "engine": found.engine,
        "bytes": found.size,
        "reusable_bytes": found.reusable,
        "disk": None if disk is None else {"total_bytes": disk.total, "free_bytes": disk.free},
        "disk_unknown": found.disk_unknown,
        "oldest": None if raw is None else raw.oldest,
        "newest": None if raw is None else raw.newest,
        "rows_per_day": found.rows_a_day,
        "bytes_per_day": found.bytes_a_day,
        "days_until_full": found.days_until_full,
        "exact": found.exact,
        "counted": found.counted,
        "tiers": [_piece(piece) for piece in tiers.values()],
        "tables": [{"name": piece.table} | _piece(piece) for piece in found.pieces],
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "tier": piece.tier, "rows": piece.rows, "bytes": piece.size,
        "oldest": piece.oldest, "newest": piece.newest,
    }  # fmt: skip


def _compression(state: Compressed | None, error: str | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {
        "chunks": state.chunks, "compressed_chunks": state.compressed,
        "bytes_before": state.before, "bytes_after": state.after, "error": error,
    }  # fmt: skip


def _rebuild(state: Rebuilding | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {
        "state": state.stage,
        "progress": round(state.fraction, 4),
        "mended": state.mended,
        "error": state.error,
        "started_at": state.started_at,
        "finished_at": state.finished_at,
    }


def _spool(sources: Sources) -> dict[str, Any] | None:
    if sources.spool is None:
        return None
    now = sources.spool()
    return {
        "polls": now.polls, "rows": now.rows, "bytes": now.bytes, "limit_bytes": now.limit,
        "oldest": now.oldest, "full": now.full, "set_aside": now.set_aside,
    }  # fmt: skip
