"""The journal: sessions that go on, and reports that are made again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sunledger.sites import ChargingSession, Invalid, Journal, Report, SessionStatus
from sunledger.sitetime import ManualClock, Span
from sunledger.store.memory_documents import MemoryDocuments

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BEGUN = ChargingSession(
    session_id="night-1", start_time=NOON, battery_soc_start=20, currency="PLN", status=SessionStatus.ACTIVE
)


@pytest.fixture
def journal() -> Journal:
    return Journal(MemoryDocuments(), ManualClock(NOON))


async def test_a_session_is_kept_and_becomes_what_it_was_in_the_end(journal: Journal) -> None:
    await journal.keep_session(BEGUN)
    ended = replace(
        BEGUN, end_time=NOON + HOUR, battery_soc_end=80, energy_charged_kwh=6.5, average_price=0.4,
        total_cost=2.6, status=SessionStatus.COMPLETED,
    )  # fmt: skip
    await journal.keep_session(ended)
    assert await journal.sessions(Span(NOON, NOON + HOUR), limit=10) == (
        [replace(ended, created_at=NOON)],
        None,
    )
    assert await journal.sessions(Span(NOON - HOUR, NOON), limit=10) == ([], None)


async def test_sessions_come_in_pages(journal: Journal) -> None:
    for number in range(5):
        await journal.keep_session(
            replace(BEGUN, session_id=f"s{number}", start_time=NOON + number // 2 * HOUR)
        )
    span = Span(NOON, NOON + 9 * HOUR)
    found: list[str] = []
    after = None
    while True:
        page, after = await journal.sessions(span, limit=2, after=after)
        found += [session.session_id for session in page]
        if after is None:
            break
    assert found == ["s0", "s1", "s2", "s3", "s4"]


@pytest.mark.parametrize(
    ("session", "told"),
    [
        (replace(BEGUN, battery_soc_start=120), "battery_soc_start: must be from 0 to 100"),
        (replace(BEGUN, energy_charged_kwh=-1), "energy_charged_kwh: must be at least 0"),
        (replace(BEGUN, total_cost=float("nan")), "total_cost: must be a number"),
        (replace(BEGUN, currency="zł"), "currency: not a currency"),
        (replace(BEGUN, session_id="a b"), "session_id: must be 1 to 64 letters"),
    ],
)
async def test_a_session_that_cannot_be_is_not_kept(
    journal: Journal, session: ChargingSession, told: str
) -> None:
    with pytest.raises(Invalid, match=told):
        await journal.keep_session(session)
    assert await journal.sessions(Span(NOON, NOON + HOUR), limit=10) == ([], None)


async def test_there_is_one_report_of_a_type_and_date(journal: Journal) -> None:
    report = Report(report_type="daily", report_date=date(2026, 6, 21), report_data={"energy_wh": 7})
    await journal.keep_report(report)
    await journal.keep_report(replace(report, report_data={"energy_wh": 9}))
    await journal.keep_report(replace(report, report_type="weekly"))
    found, onward = await journal.reports(Span(NOON - 12 * HOUR, NOON), limit=10)
    assert [(each.report_type, each.report_data["energy_wh"]) for each in found] == [
        ("daily", 9),
        ("weekly", 7),
    ]
    assert onward is None
