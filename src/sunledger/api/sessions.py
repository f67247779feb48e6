"""/api/v1/sessions and /api/v1/reports, and /api/charging-sessions of the GoodWe plan."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request

from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.cursors import timeline_onward, timeline_resumed
from sunledger.api.fields import Fields, all_sparse
from sunledger.api.local_days import local_span
from sunledger.api.needs import needs
from sunledger.api.parameters import Cursor, End, Limit, Parameters, Start, span_of
from sunledger.api.problems import Problem, Trouble
from sunledger.api.shapes import REPORT, SESSION, answers, listed, page
from sunledger.api.sources import FromSources
from sunledger.sites import ChargingSession, Report
from sunledger.sitetime import Span
from sunledger.sitetime.spans import day_of
from sunledger.store.documents import Place

routes = APIRouter(tags=["sessions"], dependencies=[needs(Action.READ, everywhere=True, legacy=True)])

USUAL = timedelta(days=30)
_AT_ONCE = 1000


class TimelineQuery(Parameters):
    """What began in which span."""

    start: Start | None = None
    end: End | None = None
    fields: Fields | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


Timeline = Annotated[TimelineQuery, Query()]


@routes.get("/api/v1/sessions", responses=answers(page(SESSION)))
async def sessions(query: Timeline, request: Request, sources: FromSources) -> Json:
    """Charging sessions that began in a span, by default the last 30 days, oldest first."""
    default = span_of(query.start, query.end, sources.clock.now(), USUAL)
    span, after = timeline_resumed(request, query.cursor) or (default, None)
    found, onward = await sources.journal.sessions(span, limit=query.limit, after=after)
    items = all_sparse(map(_session, found), query.fields, SESSION)
    return Json({"items": items, "next_cursor": timeline_onward(request, span, onward)})


@routes.get("/api/v1/reports", responses=answers(page(REPORT)))
async def reports(query: Timeline, request: Request, sources: FromSources) -> Json:
    """Reports whose dates begin, in UTC, in a span, by default the last 30 days, oldest first."""
    default = span_of(query.start, query.end, sources.clock.now(), USUAL)
    span, after = timeline_resumed(request, query.cursor) or (default, None)
    found, onward = await sources.journal.reports(span, limit=query.limit, after=after)
    items = all_sparse(map(_report, found), query.fields, REPORT)
    return Json({"items": items, "next_cursor": timeline_onward(request, span, onward)})


@routes.get("/api/charging-sessions", responses=answers(listed(SESSION)))
async def charging_sessions(
    sources: FromSources,
    start_date: Annotated[
        str | None, Query(description="First day, as 2026-06-01; or a moment. Default: 30 days back.")
    ] = None,
    end_date: Annotated[str | None, Query(description="Last day, or a moment. Default: today.")] = None,
) -> Json:
    """Charging sessions that began on some days of the site, oldest first."""
    zone, now = sources.settings.zone, sources.clock.now()
    first = local_span(start_date or str(day_of(now - USUAL, zone)), "start_date", zone).start
    last = local_span(end_date or str(day_of(now, zone)), "end_date", zone).end
    if first >= last:
        detail = "end_date: lies before start_date; choose a later one."
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter="end_date")
    found: list[ChargingSession] = []
    after: Place | None = None
    while True:
        some, after = await sources.journal.sessions(Span(first, last), limit=_AT_ONCE, after=after)
        found += some
        if after is None:
            return Json([_session(session) for session in found])


_ZLOTY = "PLN"


def _session(session: ChargingSession) -> Mapping[str, object]:
    """A session, and its amounts under their old names, which say złoty."""
    shown = {field.name: getattr(session, field.name) for field in fields(session)}
    in_zloty = session.currency == _ZLOTY
    return shown | {
        "average_price_pln": session.average_price if in_zloty else None,
        "total_cost_pln": session.total_cost if in_zloty else None,
    }


def _report(report: Report) -> Mapping[str, object]:
    return {
        "report_type": report.report_type,
        "report_date": report.report_date.isoformat(),
        "report_data": report.report_data,
        "created_at": report.created_at,
    }
