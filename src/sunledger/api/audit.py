"""/api/v1/audit: who did what, when and from where; for administrators."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import Field

from sunledger.access.audit import Entry
from sunledger.access.principal import Action
from sunledger.access.trail import Wanted
from sunledger.api.accounts import Nothing
from sunledger.api.answers import Json
from sunledger.api.cursors import cursor, place
from sunledger.api.needs import needs
from sunledger.api.parameters import EARLIEST, LATEST, Cursor, End, Limit, Parameters, Start
from sunledger.api.shapes import COUNT, MOMENT, TEXT, TRUTH, answers, either_null, fixed, page
from sunledger.api.sources import FromAccess
from sunledger.sitetime import Span

routes = APIRouter(tags=["access"], dependencies=[needs(Action.ADMINISTER, everywhere=True)])

_WORD = Annotated[str | None, Field(max_length=200)]
_ENTRY = fixed(
    seq=COUNT,
    at=MOMENT,
    kind=TEXT | {"description": "What sort of credential was shown."},
    who=TEXT,
    address=TEXT,
    action=TEXT,
    object_kind=TEXT,
    object_id=TEXT,
    before={"type": ["object", "null"]},
    after={"type": ["object", "null"]},
    outcome=TEXT,
    hash=TEXT | {"description": "Of this entry and the hash of the one before it."},
)
_VERDICT = fixed(sound=TRUTH, seq=COUNT, hash=TEXT, fault=either_null(TEXT))


class AuditQuery(Parameters):
    """Which entries."""

    who: _WORD = None
    action: _WORD = None
    object_kind: _WORD = None
    object_id: _WORD = None
    start: Start | None = None
    end: End | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


@routes.get("/api/v1/audit", responses=answers(page(_ENTRY)))
async def audit(query: Annotated[AuditQuery, Query()], request: Request, access: FromAccess) -> Json:
    """Entries of the audit, newest first."""
    before = place(request, query.cursor, 1, int)
    found = await access.audit.page(
        _wanted(query), limit=query.limit + 1, before=before[0] if before else None
    )
    shown = found[: query.limit]
    more = cursor(request, shown[-1].seq) if len(found) > len(shown) else None
    return Json({"items": [_shown(entry) for entry in shown], "next_cursor": more})


@routes.get("/api/v1/audit/verification", responses=answers(_VERDICT))
async def verify_audit(_: Nothing, access: FromAccess) -> Json:
    """Follow the chain; the hash of its end, to be written down elsewhere, or the first broken entry."""
    verdict = await access.audit.verify()
    head = verdict.head
    return Json({"sound": verdict.fault is None, "seq": head.seq, "hash": head.hash, "fault": verdict.fault})


def _wanted(query: AuditQuery) -> Wanted:
    span = None
    if query.start is not None or query.end is not None:
        span = Span(query.start or EARLIEST, query.end or LATEST)
    return Wanted(query.who, query.object_kind, query.object_id, query.action, span)


def _shown(entry: Entry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "kind": entry.kind,
        "who": entry.who,
        "address": entry.address,
        "action": entry.action,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "before": _json(entry.before),
        "after": _json(entry.after),
        "outcome": entry.outcome,
        "hash": entry.hash,
    }


def _json(text: str | None) -> object:
    return None if text is None else orjson.Fragment(text)
