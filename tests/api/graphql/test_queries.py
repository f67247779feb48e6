"""What GraphQL answers, over a real socket."""

from collections.abc import AsyncIterator

import pytest
from tests.api.graphql.asking import asked
from tests.api.plant import MINUTE, NOON, SERIALS, Plant, inverter, port, serving

from sunledger.measurements import EnergyReading, Poll, TelemetryPoint, WeatherReading


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    """A plant with an hour of readings, a house and a boiler at the site home, and weather from the roof."""
    async with serving() as plant:
        await plant.client.post("/api/v1/customers", json={"id": "anna", "name": "Anna"})
        home = {"customer": "anna", "place": {"latitude": 52.5, "longitude": 13.4}, "zone": "Europe/Berlin"}
        await plant.client.patch("/api/v1/sites/home", json=home)
        await plant.read(61)
        await plant.client.patch(f"/api/v1/devices/{SERIALS[0]}", json={"name": "South"})
        now = plant.clock.now()
        await plant.intake.accept(
            Poll(
                dtu_name="house", taken_at=now,
                energy=[
                    EnergyReading(
                        device_id="house", taken_at=now, grid_power=-12.5, cumulative_import=2**40
                    )
                ],
                weather=[WeatherReading(location="roof", source="station", taken_at=now, temperature=21.5)],
                telemetry=[TelemetryPoint(device="boiler", data_type="flow", taken_at=now, value=4.25)],
            )
        )  # fmt: skip
        yield plant


async def test_the_query_of_hoymiles_smiles_plan_works(plant: Plant) -> None:
    data = await asked(plant, "{ inverters { serialNumber gridVoltage temperature } }")
    assert data["inverters"] == [
        {"serialNumber": serial, "gridVoltage": 230.4, "temperature": 41.5} for serial in SERIALS
    ]


async def test_an_inverter_tells_what_it_is_and_what_it_says_now(plant: Plant) -> None:
    data = await asked(
        plant,
        """{ inverter(serialNumber: "116180000001") {
            id name kind excluded dtuName inverterType firstSeen
            state quality timestamp pvPower operatingStatus
            ports { portNumber timestamp quality pvPower totalProduction
                    repaired { todayProduction totalProduction } }
            site { id name zone place { latitude } arrays { tilt } customer { name } }
        } }""",
    )
    found = data["inverter"]
    assert (found["id"], found["name"], found["kind"], found["excluded"]) == (
        SERIALS[0],
        "South",
        None,
        False,
    )
    assert (found["dtuName"], found["inverterType"], found["state"]) == ("roof", "hoymiles", "LIVE")
    assert (found["firstSeen"], found["timestamp"]) == ("2026-06-21T10:00:00Z", "2026-06-21T11:00:00Z")
    assert (found["pvPower"], found["operatingStatus"], found["quality"]) == (600.0, 3, "GOOD")
    assert found["ports"][1] == {
        "portNumber": 2, "timestamp": "2026-06-21T11:00:00Z", "quality": "GOOD", "pvPower": 300.0,
        "totalProduction": 1300, "repaired": {"todayProduction": 300, "totalProduction": 1300},
    }  # fmt: skip
    assert found["site"] == {
        "id": "home", "name": "Home", "zone": "Europe/Berlin", "place": {"latitude": 52.5}, "arrays": [],
        "customer": {"name": "Anna"},
    }  # fmt: skip


async def test_what_is_not_known_is_null_and_never_zero() -> None:
    async with serving() as plant:
        await plant.intake.accept(Poll(dtu_name="roof", taken_at=NOON, ports=[port(SERIALS[0], 1, NOON)]))
        data = await asked(
            plant,
            """{ inverters { gridVoltage timestamp quality pvPower } device(id: "x") { id }
                 inverter(serialNumber: "x") { id } site(id: "x") { id } customer(id: "x") { id } }""",
        )
    assert data == {
        "inverters": [{"gridVoltage": None, "timestamp": None, "quality": None, "pvPower": 300.0}],
        "device": None, "inverter": None, "site": None, "customer": None,
    }  # fmt: skip


async def test_the_graph_goes_from_a_customer_to_the_devices_and_back(plant: Plant) -> None:
    data = await asked(
        plant,
        """{ customers { nodes { id sites { nodes { id devices { nodes {
            id inverter { pvPower } energy { gridPower cumulativeImport } telemetry { dataType value }
            site { customer { id } } } } } } } } }""",
    )
    (customer,) = data["customers"]["nodes"]
    (site,) = customer["sites"]["nodes"]
    devices = {each["id"]: each for each in site["devices"]["nodes"]}
    assert (customer["id"], site["id"]) == ("anna", "home")
    assert list(devices) == [*SERIALS, "boiler", "house"]
    assert devices[SERIALS[0]]["inverter"] == {"pvPower": 600.0}
    assert devices["house"]["energy"] == [{"gridPower": -12.5, "cumulativeImport": 2**40}]
    assert devices["boiler"]["telemetry"] == [{"dataType": "flow", "value": 4.25}]
    assert devices["boiler"]["inverter"] is None
    assert devices["house"]["site"] == {"customer": {"id": "anna"}}


async def test_the_latest_readings_come_by_kind_of_all_or_of_some(plant: Plant) -> None:
    data = await asked(
        plant,
        """{ all: latest { inverter { serialNumber } port { portNumber } energy { deviceId }
                           weather { location source temperature timestamp } telemetry { device } }
             one: latest(device: "116180000002") {
                 inverter { serialNumber } port { serialNumber } energy { price } }
             none: latest(device: []) { port { portNumber } } }""",
    )
    assert [len(data["all"][kind]) for kind in ("inverter", "port", "energy", "weather", "telemetry")] == [
        2, 4, 1, 1, 1,
    ]  # fmt: skip
    assert data["all"]["weather"] == [
        {"location": "roof", "source": "station", "temperature": 21.5, "timestamp": "2026-06-21T11:01:00Z"}
    ]
    assert data["one"] == {
        "inverter": [{"serialNumber": SERIALS[1]}], "port": [{"serialNumber": SERIALS[1]}] * 2, "energy": [],
    }  # fmt: skip
    assert data["none"] == {"port": []}


async def test_energy_is_added_up_over_whom_one_asks_for(plant: Plant) -> None:
    data = await asked(
        plant,
        """{ plant: energy { total } dtus: energy(by: DTU) { dtuName total }
             inverters: energy(by: INVERTER, device: ["116180000001"]) { serialNumber portNumber total }
             ports: energy(by: PORT, port: [2]) { serialNumber portNumber total }
             none: energy(device: []) { total } }""",
    )
    assert data["plant"] == [{"total": 1200}]
    assert data["dtus"] == [{"dtuName": "roof", "total": 1200}]
    assert data["inverters"] == [{"serialNumber": SERIALS[0], "portNumber": None, "total": 600}]
    assert data["ports"] == [{"serialNumber": serial, "portNumber": 2, "total": 300} for serial in SERIALS]
    assert data["none"] == []


async def test_energy_by_period_is_that_of_rest(plant: Plant) -> None:
    data = await asked(
        plant, "{ energy(step: HOUR, zone: Berlin) { points { start end localStart localEnd energy } } }"
        .replace("Berlin", '"Europe/Berlin"'),
    )  # fmt: skip
    rest = (await plant.get("/api/v1/energy", step="1h", zone="Europe/Berlin")).json()["items"]
    assert [
        {"start": p["start"], "end": p["end"], "local_start": p["localStart"], "local_end": p["localEnd"],
         "energy": p["energy"]} for p in data["energy"][0]["points"]
    ] == rest  # fmt: skip
    assert len(rest) == 2


async def test_history_is_that_of_rest(plant: Plant) -> None:
    data = await asked(
        plant,
        """{ history(measurement: [PV_POWER, TOTAL_PRODUCTION],
                     device: "116180000001", port: 2, step: QUARTER) {
            kind serialNumber portNumber measurement unit deviceId
            points { start end localStart localEnd mean min max last count } } }""",
    )
    names = f"measurement=pv_power&measurement=total_production&device={SERIALS[0]}&port=2&step=15m"
    rest = (await plant.client.get(f"/api/v1/history?{names}")).json()["items"]
    flat = [
        {"start": p["start"], "end": p["end"], "local_start": p["localStart"], "local_end": p["localEnd"],
         "serial_number": s["serialNumber"], "port_number": s["portNumber"],
         "measurement": s["measurement"].lower(),
         **{name: p[name] for name in ("mean", "min", "max", "last", "count")}}
        for s in data["history"] for p in s["points"]
    ]  # fmt: skip
    assert sorted(flat, key=lambda row: (row["start"], row["measurement"])) == rest
    assert [(s["kind"], s["unit"], s["deviceId"]) for s in data["history"]] == [
        ("PORT", "W", None),
        ("PORT", "Wh", None),
    ]


async def test_each_device_has_its_own_energy_and_history(plant: Plant) -> None:
    later = plant.clock.now() + MINUTE
    hot = inverter(SERIALS[1], later, temperature=50)
    await plant.intake.accept(Poll(dtu_name="roof", taken_at=later, inverters=[hot]))
    data = await asked(
        plant,
        """{ inverters { energy { energy } history(measurement: TEMPERATURE) { serialNumber points { max } } }
             devices { nodes { id
                 history(measurement: GRID_POWER, kind: ENERGY) { deviceId points { last } } } } }""",
    )
    assert [each["energy"] for each in data["inverters"]] == [[{"energy": 600}]] * 2
    assert [[series["serialNumber"] for series in each["history"]] for each in data["inverters"]] == [
        [serial] for serial in SERIALS
    ]
    assert max(p["max"] for p in data["inverters"][1]["history"][0]["points"]) == 50
    measured = {each["id"]: each["history"] for each in data["devices"]["nodes"]}
    assert measured["house"] == [{"deviceId": "house", "points": [{"last": -12.5}]}]
    assert measured["boiler"] == []


async def test_lists_go_on_by_cursor(plant: Plant) -> None:
    query = """query ($after: String) { devices(first: 3, after: $after) {
        nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }"""
    first = (await asked(plant, query))["devices"]
    rest = (await asked(plant, query, after=first["pageInfo"]["endCursor"]))["devices"]
    assert [node["id"] for node in first["nodes"] + rest["nodes"]] == [*SERIALS, "boiler", "house"]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    again = (await asked(plant, query, after=first["edges"][1]["cursor"]))["devices"]
    assert [node["id"] for node in again["nodes"]] == ["boiler", "house"]


async def test_sites_and_customers_go_on_by_cursor(plant: Plant) -> None:
    for number in range(3):
        made = {"id": f"s{number}", "name": f"S{number}", "customer": "anna"}
        await plant.client.post("/api/v1/sites", json=made)
    found, after = [], None
    while True:
        query = """query ($after: String) { customer(id: "anna") { sites(first: 2, after: $after) {
            nodes { id } pageInfo { hasNextPage endCursor } } } }"""
        page = (await asked(plant, query, after=after))["customer"]["sites"]
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == ["home", "s0", "s1", "s2"]
    data = await asked(plant, "{ sites(first: 1) { nodes { name } } customers(first: 1) { nodes { name } } }")
    assert data == {"sites": {"nodes": [{"name": "Home"}]}, "customers": {"nodes": [{"name": "Anna"}]}}


async def test_the_catalogue_can_be_asked_for(plant: Plant) -> None:
    data = await asked(
        plant, "{ measurements { name reading unit label resolution behaviour stateClass deviceClass } }"
    )
    rest = (await plant.get("/api/v1/measurements")).json()["items"]
    assert [
        {"name": m["name"].lower(), "reading": m["reading"].lower(), "unit": m["unit"], "label": m["label"],
         "resolution": m["resolution"], "kind": m["behaviour"].lower(), "state_class": m["stateClass"],
         "device_class": m["deviceClass"]} for m in data["measurements"]
    ] == [{key: m[key] for key in m.keys() - {"bits", "signed"}} for m in rest]  # fmt: skip


async def test_notes_and_names_of_ports_are_told_where_there_are_any(plant: Plant) -> None:
    said = {"notes": "By the chimney.\nNew fuse.", "port_names": {"2": "Top row"}}
    await plant.client.patch(f"/api/v1/devices/{SERIALS[0]}", json=said)
    asking = '{ inverter(serialNumber: "116180000001") { notes ports { name } } }'
    data = await asked(plant, asking)
    assert data["inverter"] == {"notes": said["notes"], "ports": [{"name": None}, {"name": "Top row"}]}
