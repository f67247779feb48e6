"""Charging sessions and reports: read by span and page, and by the days of the site on the old path."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.api.plant import NOON, Plant

from sunledger.sites import ChargingSession, Report, SessionStatus

HOUR = timedelta(hours=1)
SESSION = ChargingSession(
    session_id="s1", start_time=NOON, end_time=NOON + HOUR, battery_soc_start=20, battery_soc_end=60,
    energy_charged_kwh=4.5, average_price=0.42, total_cost=1.89, currency="PLN",
    status=SessionStatus.COMPLETED,
)  # fmt: skip


async def test_without_a_planner_there_are_none(plant: Plant) -> None:
    assert (await plant.get("/api/charging-sessions")).json() == []
    for name in ("sessions", "reports"):
        assert (await plant.get(f"/api/v1/{name}")).json() == {"items": [], "next_cursor": None}


async def test_a_session_is_told_in_full(plant: Plant) -> None:
    await plant.journal.keep_session(SESSION)
    (told,) = (await plant.get("/api/charging-sessions")).json()
    assert told == {
        "session_id": "s1", "start_time": "2026-06-21T10:00:00Z", "end_time": "2026-06-21T11:00:00Z",
        "battery_soc_start": 20.0, "battery_soc_end": 60.0, "energy_charged_kwh": 4.5,
        "average_price": 0.42, "total_cost": 1.89, "currency": "PLN",
        "average_price_pln": 0.42, "total_cost_pln": 1.89, "status": "completed",
        "created_at": "2026-06-21T10:00:00Z",
    }  # fmt: skip
    await plant.journal.keep_session(replace(SESSION, currency="EUR"))
    (told,) = (await plant.get("/api/charging-sessions")).json()
    assert (told["average_price"], told["average_price_pln"], told["total_cost_pln"]) == (0.42, None, None)


async def test_a_day_of_the_old_path_is_one_of_the_site(plant: Plant) -> None:
    midnight = datetime(2026, 6, 20, 22, tzinfo=UTC)
    for name, start in (("yesterday", midnight - HOUR), ("first", midnight), ("last", midnight + 23 * HOUR)):
        await plant.journal.keep_session(replace(SESSION, session_id=name, start_time=start))

    async def found(start: str, end: str) -> list[str]:
        answer = await plant.get("/api/charging-sessions", start_date=start, end_date=end, user="anyone")
        return [session["session_id"] for session in answer.json()]

    assert await found("2026-06-21", "2026-06-21") == ["first", "last"]
    assert await found("2026-06-20", "2026-06-21") == ["yesterday", "first", "last"]
    assert await found("2026-06-21T00:00:00", "2026-06-21T22:00:00Z") == ["first", "last"]


@pytest.mark.parametrize(
    ("start", "end", "parameter"),
    [("june", "2026-06-21", "start_date"), ("2026-06-21", "9999-12-31", "end_date"),
     ("2026-06-22", "2026-06-21", "end_date")],
)  # fmt: skip
async def test_days_that_are_none_are_refused(plant: Plant, start: str, end: str, parameter: str) -> None:
    answer = await plant.get("/api/charging-sessions", start_date=start, end_date=end)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


async def test_pages_neither_lose_nor_repeat_a_session(plant: Plant) -> None:
    for number in range(5):
        session = replace(SESSION, session_id=f"s{number}", start_time=NOON - number // 2 * HOUR)
        await plant.journal.keep_session(session)
    whole = (await plant.get("/api/v1/sessions")).json()["items"]
    found: list[object] = []
    cursor = None
    while cursor is not None or not found:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await plant.get("/api/v1/sessions", **asked)).json()
        found += page["items"]
        cursor = page["next_cursor"]
    assert found == whole
    assert len(whole) == 5
    other = await plant.get("/api/v1/reports", cursor=(await _cursor(plant)))
    assert (other.status_code, other.json()["parameter"]) == (400, "cursor")


async def _cursor(plant: Plant) -> str:
    return str((await plant.get("/api/v1/sessions", limit=1)).json()["next_cursor"])


async def test_a_report_is_told(plant: Plant) -> None:
    report = Report(report_type="daily", report_date=date(2026, 6, 20), report_data={"energy_wh": 7})
    await plant.journal.keep_report(report)
    assert (await plant.get("/api/v1/reports")).json()["items"] == [
        {
            "report_type": "daily", "report_date": "2026-06-20", "report_data": {"energy_wh": 7},
            "created_at": "2026-06-21T10:00:00Z",
        }
    ]  # fmt: skip
    assert (await plant.get("/api/v1/reports", end="2026-06-20T00:00:00Z")).json()["items"] == []
