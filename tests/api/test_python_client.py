"""A typed Python client, generated from the description: it passes mypy and gets on with a running server."""

import asyncio
import os
import sys
from pathlib import Path

from tests.api.plant import SERIALS, Plant

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"
SETTINGS = "post_hooks: []\npackage_name_override: sunledger_client\n"
PROGRAM = """
import sys
from datetime import datetime

from sunledger_client import Client
from sunledger_client.api.devices import device, devices
from sunledger_client.api.energy import energy
from sunledger_client.api.history import history
from sunledger_client.api.readings import readings
from sunledger_client.api.sites import one_site
from sunledger_client.models import Device, EnergyStep, PortReading, Problem, Site
from sunledger_client.types import Unset

client = Client(base_url=sys.argv[1])
serial = sys.argv[2]

found = devices.sync(client=client, limit=1)
assert found is not None and not isinstance(found, Problem)
assert found.items[0].serial_number == serial and found.next_cursor is not None
more = devices.sync(client=client, limit=1, cursor=found.next_cursor)
assert more is not None and not isinstance(more, Problem) and more.items[0].serial_number != serial

one = device.sync(serial, client=client)
assert isinstance(one, Device)
state: str = one.state.value
assert state == "live"

rows = readings.sync(client=client, device=[serial], limit=2)
assert rows is not None and not isinstance(rows, Problem)
first = rows.items[0]
assert isinstance(first, PortReading)
taken: datetime = first.timestamp
power: float | None = first.pv_power
assert taken.tzinfo is not None and power == 300.0

hours = energy.sync(client=client, step=EnergyStep.VALUE_1)
assert hours is not None and not isinstance(hours, Problem)
total: int = sum(item.energy for item in hours.items)
assert total == 40

quarters = history.sync(client=client, measurement=["pv_power"])
assert quarters is not None and not isinstance(quarters, Problem)
assert quarters.items[0].mean == 300.0 and not isinstance(quarters.items[0].serial_number, Unset)

home = one_site.sync("home", client=client)
assert isinstance(home, Site) and home.name

refused = device.sync("999", client=client)
assert isinstance(refused, Problem) and refused.type_ == "urn:sunledger:problem:unknown-device"
print("OK")
"""


async def run(*command: str, directory: Path) -> str:
    environment = {**os.environ, "MYPYPATH": str(directory), "PYTHONPATH": str(directory)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=directory, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    return out.decode()


async def test_a_client_is_generated_typed_and_works(plant: Plant, tmp_path: Path) -> None:
    await plant.read(3)
    (tmp_path / "settings.yaml").write_text(SETTINGS)
    (tmp_path / "program.py").write_text(PROGRAM)
    await run(
        "-m", "openapi_python_client", "generate", "--path", str(KEPT), "--meta", "none",
        "--output-path", "sunledger_client", "--config", "settings.yaml", directory=tmp_path,
    )  # fmt: skip
    await run("-m", "mypy", "--strict", "--follow-imports=silent", "program.py", directory=tmp_path)
    said = await run("program.py", str(plant.client.base_url), SERIALS[0], directory=tmp_path)
    assert said == "OK\n"
