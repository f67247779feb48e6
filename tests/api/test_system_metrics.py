"""How Sunledger itself has been doing, over HTTP."""

from datetime import timedelta

from tests.api.plant import MINUTE, NOON, Plant

from sunledger.store.system_metrics import Sample, tagged

NAMES = ("memory_bytes", "polls")


async def sampled(plant: Plant, minutes: int) -> None:
    """Samples of the last minutes."""
    for minute in range(minutes):
        at = NOON - minute * MINUTE
        await plant.system_metrics.keep(
            [
                Sample(at, "memory_bytes", tagged(), 9e7 + minute),
                Sample(at, "polls", tagged(dtu_name="roof"), 1),
            ]
        )


async def test_a_sample_is_told_under_its_old_names(plant: Plant) -> None:
    await sampled(plant, 1)
    assert (await plant.get("/api/v1/system/metrics")).json() == {
        "items": [
            {
                "timestamp": "2026-06-21T10:00:00Z", "metric_name": "memory_bytes", "metric_value": 9e7,
                "tags": {},
            },
            {
                "timestamp": "2026-06-21T10:00:00Z", "metric_name": "polls", "metric_value": 1.0,
                "tags": {"dtu_name": "roof"},
            },
        ],
        "next_cursor": None,
    }  # fmt: skip


async def test_pages_neither_lose_nor_repeat_a_sample(plant: Plant) -> None:
    await sampled(plant, 4)
    whole = (await plant.get("/api/v1/system/metrics")).json()["items"]
    assert len(whole) == 8
    found: list[object] = []
    cursor: dict[str, str] = {}
    while cursor or not found:
        page = (await plant.get("/api/v1/system/metrics", limit=3, **cursor)).json()
        found += page["items"]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
    assert found == whole


async def test_even_the_longest_name_of_a_dtu_fits_into_a_cursor(plant: Plant) -> None:
    for minute in range(2):
        await plant.system_metrics.keep(
            [Sample(NOON - minute * MINUTE, "response_time_seconds", tagged(dtu_name="x" * 64), 1.0)]
        )
    first = (await plant.get("/api/v1/system/metrics", limit=1)).json()
    second = await plant.get("/api/v1/system/metrics", limit=1, cursor=first["next_cursor"])
    assert second.json()["items"][0]["timestamp"] == "2026-06-21T10:00:00Z"


async def test_one_name_and_a_span_can_be_chosen(plant: Plant) -> None:
    await sampled(plant, 5)
    start, end = NOON - 3 * MINUTE, NOON - MINUTE
    asked = {"name": "polls", "start": start.isoformat(), "end": end.isoformat()}
    items = (await plant.get("/api/v1/system/metrics", **asked)).json()["items"]
    assert [item["timestamp"][11:16] for item in items] == ["09:57", "09:58"]
    assert {item["metric_name"] for item in items} == {"polls"}


async def test_a_day_is_told_unless_asked_otherwise(plant: Plant) -> None:
    for age in (timedelta(hours=23), timedelta(hours=25)):
        await plant.system_metrics.keep([Sample(NOON - age, "rows", tagged(), 5.0)])
    assert len((await plant.get("/api/v1/system/metrics")).json()["items"]) == 1


async def test_a_name_that_cannot_be_one_and_a_foreign_cursor_are_refused(plant: Plant) -> None:
    await sampled(plant, 2)
    cursor = (await plant.get("/api/v1/system/metrics", limit=1)).json()["next_cursor"]
    for asked in (
        {"name": "Rows; --"},
        {"name": "polls", "cursor": cursor},
        {"cursor": "x"},
        {"metric": "a"},
    ):
        answer = await plant.get("/api/v1/system/metrics", **asked)
        assert (answer.status_code, answer.json()["parameter"]) == (400, [*asked][-1])


async def test_how_many_there_are_is_in_the_statistics(plant: Plant) -> None:
    await sampled(plant, 3)
    assert (await plant.get("/stats")).json()["metrics_entries"] == 6
