"""The journal: what happened at a site over a while, as charging sessions and reports.

A session that goes on, or a report that is made again, is kept anew under its id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from sunledger.sites.entries import Content
from sunledger.sites.errors import Taken
from sunledger.sites.fields import Fields, identifier
from sunledger.sitetime import Clock, Span, instant, milliseconds
from sunledger.store.documents import Document, Documents, Place, VersionTaken

SESSION = "charging_session"
REPORT = "analytics_report"


class SessionStatus(StrEnum):
    """How far a session has come."""

    PLANNED = "planned"
    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargingSession:
    """A battery charged from the grid for a while. Shares in percent, energy in kWh, money in `currency`."""

    session_id: str
    start_time: datetime
    end_time: datetime | None = None
    """None while it goes on."""
    battery_soc_start: float | None = None
    battery_soc_end: float | None = None
    energy_charged_kwh: float | None = None
    average_price: float | None = None
    """Of one kWh."""
    total_cost: float | None = None
    currency: str
    status: SessionStatus
    created_at: datetime | None = None
    """When it was kept first; None for one that is not kept yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found out about a day or a longer time that begins with it."""

    report_type: str
    report_date: date
    report_data: Mapping[str, object]
    created_at: datetime | None = None

    @property
    def id(self) -> str:
        """There is one report of a type and date."""
        return f"{self.report_type}-{self.report_date.isoformat()}"


class Journal:
    """Keeps sessions and reports, and answers about them. Raises StoreError too."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock

    async def keep_session(self, session: ChargingSession) -> None:
        """Keep a session, or what has become of it. Raises `Invalid`, `Taken`."""
        content = _session_content(session)
        session_of(identifier(session.session_id, "session_id"), session.start_time, content)
        await self._keep(SESSION, session.session_id, content, session.start_time)

    async def keep_report(self, report: Report) -> None:
        """Keep a report in place of an earlier one of its type and date. Raises `Invalid`, `Taken`."""
        content: Content = {
            "report_type": identifier(report.report_type, "report_type"),
            "report_date": report.report_date.isoformat(),
            "report_data": dict(report.report_data),
        }
        at = datetime.combine(report.report_date, time(), UTC)
        await self._keep(REPORT, identifier(report.id, "report_type"), content, at)

    async def sessions(
        self, span: Span, *, limit: int, after: Place | None = None
    ) -> tuple[Sequence[ChargingSession], Place | None]:
        """Sessions that began within a span, oldest first, and where to go on."""
        documents, onward = await self._page(SESSION, span, limit, after)
        return [_session(document) for document in documents], onward

    async def reports(
        self, span: Span, *, limit: int, after: Place | None = None
    ) -> tuple[Sequence[Report], Place | None]:
        """Reports whose dates begin, in UTC, within a span, oldest first, and where to go on."""
        documents, onward = await self._page(REPORT, span, limit, after)
        return [_report(document) for document in documents], onward

    async def _page(
        self, kind: str, span: Span, limit: int, after: Place | None
    ) -> tuple[Sequence[Document], Place | None]:
        found = await self._documents.timeline(kind, span, limit=limit + 1, after=after)
        return found[:limit], found[limit - 1].place if len(found) > limit else None

    async def _keep(self, kind: str, id_: str, content: Content, at: datetime) -> None:
        now = instant(milliseconds(self._clock.now()))
        newest = await self._documents.newest(kind, id_)
        document = (
            Document(kind=kind, id=id_, content=content, created_at=now, updated_at=now, at=at)
            if newest is None
            else newest.following(content, now, at)
        )
        try:
            await self._documents.append(document)
        except VersionTaken:
            raise Taken(f"somebody else has kept {kind} {id_} meanwhile; read it and try again") from None


def session_of(
    id_: str, start: datetime, content: Mapping[str, object], created: datetime | None = None
) -> ChargingSession:
    """A session from JSON members. Raises `Invalid`."""
    fields = Fields(content)
    session = ChargingSession(
        session_id=id_,
        start_time=start,
        end_time=fields.moment("end_time"),
        battery_soc_start=fields.optional_number("battery_soc_start", 0, 100),
        battery_soc_end=fields.optional_number("battery_soc_end", 0, 100),
        energy_charged_kwh=fields.optional_number("energy_charged_kwh", 0),
        average_price=fields.optional_number("average_price"),
        total_cost=fields.optional_number("total_cost"),
        currency=fields.currency("currency"),
        status=SessionStatus(fields.one_of("status", tuple(SessionStatus))),
        created_at=created,
    )
    fields.refuse_others()
    return session


def _session_content(session: ChargingSession) -> Content:
    end = session.end_time
    return {
        "end_time": None if end is None else _text(end),
        "battery_soc_start": session.battery_soc_start,
        "battery_soc_end": session.battery_soc_end,
        "energy_charged_kwh": session.energy_charged_kwh,
        "average_price": session.average_price,
        "total_cost": session.total_cost,
        "currency": session.currency,
        "status": session.status.value,
    }


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _session(document: Document) -> ChargingSession:
    return session_of(document.id, document.moment, document.content, document.created_at)


def _report(document: Document) -> Report:
    fields = Fields(document.content)
    data = fields.take("report_data")
    return Report(
        report_type=fields.text("report_type"),
        report_date=fields.day("report_date"),
        report_data=data if isinstance(data, Mapping) else {},
        created_at=document.created_at,
    )
