"""/api/v1/devices/{id}/telemetry: what devices push, answered when it is durable."""

import asyncio
import zlib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from sunledger.access.principal import Action
from sunledger.api.answers import MEDIA_TYPES, Json
from sunledger.api.needs import FromPrincipal, needs
from sunledger.api.parameters import NoParameters
from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import COUNT, Schema, answers, fixed, listed
from sunledger.api.sources import FromSources
from sunledger.api.writing import body_of
from sunledger.intake.telemetry import LONGEST_MESSAGE, Telemetry, read
from sunledger.intake.telemetry_reading import Sender

routes = APIRouter(tags=["devices"])

_KEPT = fixed(
    accepted=COUNT | {"description": "Readings that the message held; all of them are on a disk."},
    stored=COUNT | {"description": "Those that are new in the database, 0 while they wait in the spool."},
    repeated=COUNT | {"description": "Those that the database had already."},
)
_READING: Schema = {
    "type": "object",
    "description": "Fields of the catalogue (docs/push.md); `timestamp` where it was not taken just now.",
    "examples": [{"battery_soc": 81.2, "grid_power": -1200, "timestamp": "2026-06-21T10:00:00Z"}],
}
_CARRIED: Mapping[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"oneOf": [_READING, listed(_READING)]}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }
}
_GZIP = zlib.MAX_WBITS | 16


@routes.post(
    "/api/v1/devices/{id}/telemetry",
    status_code=201,
    responses=answers(_KEPT, status=201),
    openapi_extra=dict(_CARRIED),
    dependencies=[needs(Action.PUSH)],
)
async def push_telemetry(
    id: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Of the device.")],
    _: Annotated[NoParameters, Query()],
    request: Request,
    sources: FromSources,
    who: FromPrincipal,
) -> Json:
    """Take in one reading of a device, or a list of them: all, or none and what is wrong with each.

    The answer means that they are on a disk. A reading sent again changes nothing. JSON, or NDJSON with a
    reading on each line; also compressed (`Content-Encoding: gzip`). Up to 1 MiB and 10,000 readings at once.
    """
    if not who.may(Action.PUSH, sources.registry.device(id).entry.site, id):
        raise Problem(Trouble.FORBIDDEN, f"{who.kind} {who.id} may not push for the device {id}.")
    by_line = _is_by_line(request)
    message = await _message(request)
    said = await asyncio.to_thread(read, message, Sender(id, sources.clock.now()), by_line=by_line)
    if said.faults:
        raise _unusable(said)
    receipts = await sources.accept(said.polls) if said.polls else ()
    counts = {
        "accepted": said.readings,
        "stored": sum(receipt.stored for receipt in receipts),
        "repeated": sum(receipt.repeated for receipt in receipts),
    }
    return Json(counts, 201)


def _is_by_line(request: Request) -> bool:
    """Whether the request carries NDJSON. Raises `Problem` where it does not even carry JSON."""
    kind = MEDIA_TYPES.get(request.headers.get("content-type", "").partition(";")[0].strip().lower())
    if kind not in ("json", "ndjson"):
        detail = "Send JSON with Content-Type: application/json, or NDJSON with application/x-ndjson."
        raise Problem(Trouble.NOT_JSON, detail)
    return kind == "ndjson"


async def _message(request: Request) -> bytes:
    """What a request carries, uncompressed. Raises `Problem`."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise Problem(Trouble.NOT_JSON, f"Content-Encoding {encoding} is not known here; use gzip or none.")
    body = await body_of(request, LONGEST_MESSAGE)
    return _unzipped(body) if encoding == "gzip" else body


def _unzipped(body: bytes) -> bytes:
    unzip = zlib.decompressobj(_GZIP)
    try:
        message = unzip.decompress(body, LONGEST_MESSAGE + 1)
    except zlib.error as error:
        raise Problem(Trouble.INVALID_FIELD, f"body: not gzip ({error}).", parameter="body") from None
    if len(message) > LONGEST_MESSAGE:
        detail = f"body: longer than {LONGEST_MESSAGE} bytes when unzipped; send several messages."
        raise Problem(Trouble.TOO_LARGE, detail, parameter="body")
    if not unzip.eof or unzip.unused_data:
        raise Problem(Trouble.INVALID_FIELD, "body: not one whole gzip stream.", parameter="body")
    return message


def _unusable(said: Telemetry) -> Problem:
    count = said.readings + said.refused
    detail = f"{said.refused} of {count} readings cannot be used, so none was kept; {said.faults[0]}."
    return Problem(Trouble.UNUSABLE, detail, errors=[fault._asdict() for fault in said.faults])
