"""The catalogue as the API shows it."""

from tests.api.plant import Plant

from sunledger.measurements import MEASUREMENTS


async def test_every_measurement_is_described(plant: Plant) -> None:
    items = (await plant.get("/api/v1/measurements")).json()["items"]
    assert [(item["reading"], item["name"]) for item in items] == [(m.reading, m.name) for m in MEASUREMENTS]
    for item, measurement in zip(items, MEASUREMENTS, strict=True):
        assert item["unit"] == measurement.quantity.unit.symbol
        assert item["resolution"] == measurement.quantity.resolution
        assert item["state_class"] == measurement.quantity.kind.value
        assert item["bits"] == measurement.quantity.bits


async def test_it_takes_no_parameters_and_says_so(plant: Plant) -> None:
    answer = await plant.get("/api/v1/measurements", unit="V")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "unit")
