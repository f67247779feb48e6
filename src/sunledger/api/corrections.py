"""/api/v1/corrections: what is wrong with stored readings, why, and what they would have been."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from sunledger.api.answers import Json
from sunledger.api.cursors import onward, resumed
from sunledger.api.parameters import Cursor, End, Limit, Parameters, Serial, Start, span_of
from sunledger.api.shapes import CORRECTION, answers, page
from sunledger.api.sources import FromSources, require_devices
from sunledger.ledger.judgement import quality
from sunledger.store.records import Correction

routes = APIRouter(tags=["corrections"])


class CorrectionsQuery(Parameters):
    """Corrections of which readings."""

    device: Serial | None = None
    start: Start | None = Field(
        None, description="Of readings from then on. Default: 30 days before the end."
    )
    end: End | None = Field(None, description="Of readings before then. Default: now.")
    cursor: Cursor | None = None
    limit: Limit = 100


@routes.get("/api/v1/corrections", responses=answers(page(CORRECTION)))
async def corrections(
    query: Annotated[CorrectionsQuery, Query()], request: Request, sources: FromSources
) -> Json:
    """Judgements on stored readings, oldest first. The readings themselves stay as the device sent them."""
    if query.device is not None:
        require_devices(sources, [query.device])
    default = span_of(query.start, query.end, sources.clock.now(), timedelta(days=30))
    span, after = resumed(request, query.cursor) or (default, None)
    found, position = await sources.store.corrections(query.device, span, limit=query.limit, after=after)
    return Json({"items": [_described(c) for c in found], "next_cursor": onward(request, span, position)})


def _described(correction: Correction) -> dict[str, object]:
    return {
        "serial_number": correction.serial_number,
        "port_number": correction.port_number,
        "at": correction.at,
        "until": correction.until,
        "field": correction.field,
        "reason": correction.reason,
        "quality": quality(correction.reason),
        "raw": correction.raw,
        "repaired": correction.repaired,
        "decided_at": correction.decided_at,
    }
