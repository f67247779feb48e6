"""What is said of the site over HTTP, in a server as its owner runs it: pinned, kept, and in force."""

import csv
import json
from pathlib import Path
from typing import Any

import httpx
from tests.app.desk import Desk
from tests.app.running import Running, start

from sunledger.app.configuration import Configuration
from sunledger.app.configuration import Running as Switches
from sunledger.app.databases import make_records
from sunledger.app.sites import at_home, open_sites, pins_of
from sunledger.sites import HOME, SITE, Pin
from sunledger.sitetime import SystemClock

SIMULATED = ("serve", "--simulate", "--start", "2026-06-21T10:00:00Z", "--speed", "60")


def change(server: Running, path: str, members: dict[str, Any]) -> httpx.Response:
    return httpx.patch(server.url + path, json=members)


def test_a_zone_that_was_changed_counts_from_the_next_start_on(tmp_path: Path) -> None:
    with start(tmp_path, *SIMULATED, "--for", "20m") as server:
        assert change(server, "/api/v1/sites/home", {"zone": "Australia/Lord_Howe"}).status_code == 200
        server.await_event("poll_finished", 3)
        (day,) = server.get("/api/v1/energy", step="1d", by="plant")["items"]
        assert day["start"] == "2026-06-21T00:00:00Z"
        assert server.stop() == 0
    with start(tmp_path, "serve", DATABASE_PATH=str(tmp_path / "sun-simulated.db")) as server:
        asked = {"start": "2026-06-20T00:00:00Z", "end": "2026-06-23T00:00:00Z", "step": "1d", "by": "plant"}
        (day,) = server.get("/api/v1/energy", **asked)["items"]
        assert day["start"] == "2026-06-20T13:30:00Z", "midnight there"
        assert server.get("/api/v1/sites/home")["zone"] == "Australia/Lord_Howe"
    with start(tmp_path, "export", "--what", "energy", "--step", "1d", "--simulated") as export:
        assert export.ended() == 0
        starts = {row["start"] for row in csv.DictReader(export.said.splitlines())}
        assert starts == {"2026-06-20T13:30:00Z"}


def test_what_the_environment_sets_says_so_and_stays(tmp_path: Path) -> None:
    with start(tmp_path, "serve", TIMEZONE="Europe/Berlin", LATITUDE="52.5", LONGITUDE="13.4") as server:
        home = server.get("/api/v1/sites/home")
        assert (home["zone"], home["place"]) == ("Europe/Berlin", {"latitude": 52.5, "longitude": 13.4})
        assert home["pinned"] == {
            "zone": "TIMEZONE (environment)",
            "place": "LATITUDE, LONGITUDE (environment)",
        }
        refused = change(server, "/api/v1/sites/home", {"zone": "UTC"})
        assert (refused.status_code, refused.json()["parameter"]) == (409, "zone")
        assert change(server, "/api/v1/sites/home", {"name": "Roof"}).status_code == 200
    with start(tmp_path, "serve") as server:
        home = server.get("/api/v1/sites/home")
        assert (home["name"], home["zone"], home["pinned"]) == ("Roof", "Europe/Berlin", {})


def test_a_device_that_is_excluded_is_read_no_longer_from_the_next_poll_on(tmp_path: Path) -> None:
    with start(tmp_path, *SIMULATED) as server:
        assert server.await_event("poll_finished")[0]["inverters"] == 3
        serial = server.get("/api/v1/devices")["items"][0]["serial_number"]
        assert change(server, f"/api/v1/devices/{serial}", {"excluded": True}).status_code == 200
        so_far = len(server.events("poll_finished"))
        assert server.await_event("poll_finished", so_far + 2)[-1]["inverters"] == 2
        change(server, f"/api/v1/devices/{serial}", {"excluded": False})
        so_far = len(server.events("poll_finished"))
        assert server.await_event("poll_finished", so_far + 2)[-1]["inverters"] == 3
        (first, second) = server.events("entry_kept")[-2:]
        assert (first["kind"], first["id"], second["version"]) == ("device", serial, 2)


def test_every_pin_says_where_it_is_set(desk: Desk) -> None:
    desk.yaml("exclude_inverters: ['0116']\nvalue_multipliers: {pv_power: 0.001}\n")
    loaded = desk.load({"TIMEZONE": "Asia/Tokyo", "ENTITY_FRIENDLY_NAMES": json.dumps({"pv_power": "P"})})
    yaml = str(desk.directory / "config.yaml")
    assert list(pins_of(loaded.configuration, loaded.origin)) == [
        Pin(kind="site", id=HOME, field="zone", value="Asia/Tokyo", where="TIMEZONE (environment)"),
        Pin(
            kind="device", id="0116", field="excluded", value=True, where=f"EXCLUDE_INVERTERS ({yaml})",
            seeds=False,
        ),
        Pin(
            kind="setting", id="value_multipliers", field="value", value={"pv_power": 0.001},
            where=f"VALUE_MULTIPLIERS ({yaml})",
        ),
        Pin(
            kind="setting", id="entity_friendly_names", field="value", value={"pv_power": "P"},
            where="ENTITY_FRIENDLY_NAMES (environment)",
        ),
    ]  # fmt: skip


async def test_in_memory_the_configuration_is_all_there_is() -> None:
    configuration = Configuration(running=Switches(dry_run=True))
    assert await at_home(configuration) is configuration
    documents = make_records(configuration).documents
    await documents.open()
    sites = await open_sites(documents, SystemClock())
    assert (await sites.registry.get(SITE, HOME)).entry.zone.key == "UTC"
    await documents.close()
