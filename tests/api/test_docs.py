"""The description of the API: true, complete, and readable without a network."""

import re
from typing import Any

from tests.api.openapi_changes import resolved
from tests.api.plant import MINUTE, NOON, SERIALS, Plant, poll, serving

ANSWERS = {
    "/health": "/health",
    "/stats": "/stats",
    "/api/inverters": "/api/inverters",
    "/api/inverters/{serial_number}": f"/api/inverters/{SERIALS[0]}",
    "/api/inverters/{serial_number}/history": f"/api/inverters/{SERIALS[0]}/history",
    "/api/inverters/{serial_number}/ports": f"/api/inverters/{SERIALS[0]}/ports",
    "/api/ports": "/api/ports",
    "/api/production/current": "/api/production/current",
    "/api/v1/measurements": "/api/v1/measurements",
    "/api/v1/devices": "/api/v1/devices?limit=1",
    "/api/v1/devices/{serial_number}": f"/api/v1/devices/{SERIALS[0]}",
    "/api/v1/customers": "/api/v1/customers",
    "/api/v1/sites": "/api/v1/sites",
    "/api/v1/sites/{id}": "/api/v1/sites/home",
    "/api/v1/sites/{id}/versions": "/api/v1/sites/home/versions",
    "/api/v1/settings": "/api/v1/settings",
    "/api/v1/settings/{id}": "/api/v1/settings/value_multipliers",
    "/api/v1/sessions": "/api/v1/sessions",
    "/api/v1/reports": "/api/v1/reports",
    "/api/charging-sessions": "/api/charging-sessions",
    "/api/energy-data": "/api/energy-data",
    "/api/v1/readings": "/api/v1/readings?kind=inverter",
    "/api/v1/history": "/api/v1/history?measurement=pv_power&measurement=total_production",
    "/api/v1/energy": "/api/v1/energy?by=plant&step=1d",
    "/api/v1/trends": "/api/v1/trends?measurement=energy&end=2026-06-22T00:00:00Z",
    "/api/v1/storage": "/api/v1/storage",
    "/api/v1/system/metrics": "/api/v1/system/metrics",
    "/api/v1/corrections": "/api/v1/corrections",
    "/api/v1/quality": "/api/v1/quality",
    "/api/v1/system/health": "/api/v1/system/health",
}
TYPES: dict[str, tuple[type, ...]] = {
    "null": (type(None),), "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,),
    "array": (list,), "object": (dict,),
}  # fmt: skip


def conforms(value: object, schema: dict[str, Any]) -> bool:
    """Whether a value is what a schema (of the few kinds that are used here) describes."""
    if not schema:
        return True
    if "oneOf" in schema:
        return any(conforms(value, each) for each in schema["oneOf"])
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, TYPES[name]) for name in names):
        return False
    if isinstance(value, list):
        return all(conforms(item, schema["items"]) for item in value)
    if isinstance(value, dict):
        return _members(value, schema)
    return value is None or value in schema.get("enum", [value])


def _members(value: dict[str, object], schema: dict[str, Any]) -> bool:
    known, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    if not set(schema.get("required", [])) <= value.keys():
        return False
    if others is False and not value.keys() <= known.keys():
        return False
    return all(conforms(member, known.get(name, others)) for name, member in value.items())


async def test_every_answer_is_what_the_description_says() -> None:
    async with serving() as plant:
        for minute, total in enumerate((1000, 1005, 3, 8)):
            await plant.intake.accept(poll(NOON + minute * MINUTE, total=total))
        await plant.clock.advance(240)
        described = resolved((await plant.get("/openapi.json")).json())["paths"]
        for template, address in ANSWERS.items():
            schema = described[template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            answer = await plant.get(address)
            assert answer.status_code == 200
            assert conforms(answer.json(), schema), (address, answer.text[:500])


async def test_every_address_is_described_with_its_problems(plant: Plant) -> None:
    described = (await plant.get("/openapi.json")).json()
    assert ANSWERS.keys() <= described["paths"].keys()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], (method, path)
            assert "422" not in operation["responses"]
    span = {parameter["name"] for parameter in described["paths"]["/api/v1/energy"]["get"]["parameters"]}
    assert span == {"device", "port", "by", "start", "end", "step", "zone", "format"} | {
        "fields", "cursor", "limit",
    }  # fmt: skip


async def test_the_page_needs_nothing_from_elsewhere_and_nothing_inline(plant: Plant) -> None:
    page = await plant.get("/docs")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"https?://|<style|<script>|\son\w+=", page.text)
    for found in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        part = await plant.get(f"/{found}")
        assert part.status_code == 200
        assert "http" not in part.text or found == "openapi.json"
    assert (await plant.get("/docs/docs.js")).headers["content-type"].startswith("text/javascript")
