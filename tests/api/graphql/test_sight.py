"""Nobody sees another site by GraphQL, whichever way through the graph they take."""

from collections.abc import AsyncIterator

import pytest
from tests.api.credentials import Known
from tests.api.graphql.asking import PATH
from tests.api.plant import MINUTE, NOON, SERIALS, Plant, poll, serving

from sunledger.access.principal import Kind, Principal, Role
from sunledger.api.guard import Reach

OWN, OTHER = SERIALS
PEOPLE = {
    "everywhere": Principal(kind=Kind.USER, id="ada", role=Role.ADMINISTRATOR),
    "here": Principal(
        kind=Kind.USER, id="vito", role=Role.VIEWER, sites=frozenset({"here"}), roles={"here": Role.VIEWER}
    ),
}
EVERYTHING = f"""{{
    customers {{ nodes {{ id sites {{ nodes {{ id }} }} }} edges {{ node {{ id }} }} }}
    sites {{ nodes {{ id customer {{ id sites {{ nodes {{ id }} }} }}
                      devices {{ nodes {{ id site {{ id }} }} }} }} }}
    devices {{ nodes {{ id inverter {{ serialNumber dtuName }}
                        history(measurement: PV_POWER) {{ serialNumber }} }} }}
    inverters {{ id dtuName ports {{ serialNumber }} }}
    latest {{ inverter {{ serialNumber }} port {{ serialNumber }} }}
    total: energy {{ total }}
    energy(by: INVERTER) {{ serialNumber }} dtus: energy(by: DTU) {{ dtuName }}
    history(measurement: PV_POWER) {{ serialNumber points {{ mean }} }}
    customer(id: "theirs") {{ id }} site(id: "there") {{ id }}
    device(id: "{OTHER}") {{ id }} inverter(serialNumber: "{OTHER}") {{ id }}
}}"""


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    """Two devices at two sites of two customers."""
    async with serving(access=Known(PEOPLE), reach=Reach(loopback_only=False)) as plant:
        plant.client.headers["Authorization"] = "Bearer everywhere"
        for customer, site, device, dtu in (
            ("mine", "here", OWN, "roof"),
            ("theirs", "there", OTHER, "elsewhere"),
        ):
            await plant.client.post("/api/v1/customers", json={"id": customer, "name": customer})
            made = {"id": site, "name": site, "customer": customer}
            await plant.client.post("/api/v1/sites", json=made)
            for total in (1000, 1100):
                at = NOON + MINUTE * (total - 1000)
                await plant.intake.accept(poll(at, dtu=dtu, total=total, serials=[device]))
            await plant.client.patch(f"/api/v1/devices/{device}", json={"site": site})
        yield plant


async def test_somebody_of_one_site_sees_that_site_and_no_other(plant: Plant) -> None:
    everything = (await plant.client.post(PATH, json={"query": EVERYTHING})).json()
    plant.client.headers["Authorization"] = "Bearer here"
    own = (await plant.client.post(PATH, json={"query": EVERYTHING})).json()
    assert "errors" not in everything
    assert "errors" not in own
    for foreign in (OTHER, "there", "theirs", "elsewhere"):
        assert f'"{foreign}"' in str(everything).replace("'", '"')
        assert f'"{foreign}"' not in str(own).replace("'", '"'), own
    assert [each["id"] for each in own["data"]["inverters"]] == [OWN]
    assert (everything["data"]["total"], own["data"]["total"]) == ([{"total": 400}], [{"total": 200}])
    assert own["extensions"]["cost"] < everything["extensions"]["cost"]


async def test_a_device_of_another_site_does_not_exist(plant: Plant) -> None:
    plant.client.headers["Authorization"] = "Bearer here"
    for field in ("energy", "history(measurement: PV_POWER, device: $d)", "inverters", "latest"):
        asked = field.replace("$d", f'"{OTHER}"') if "(" in field else f'{field}(device: "{OTHER}")'
        answer = (await plant.client.post(PATH, json={"query": f"{{ {asked} {{ __typename }} }}"})).json()
        assert answer["errors"][0]["extensions"]["code"] == "urn:sunledger:problem:unknown-device"


async def test_nobody_without_a_credential_is_answered(plant: Plant) -> None:
    del plant.client.headers["Authorization"]
    for query in ("{ inverters { id } }", "{ __schema { types { name } } }"):
        posted = await plant.client.post(PATH, json={"query": query})
        assert posted.status_code == 401
        assert (await plant.get(PATH, query=query)).status_code == 401
