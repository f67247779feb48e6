"""Access as the configuration has it: its secrets, its engine, the sites of its customers."""

from pathlib import Path

import pytest

from sunledger.access import TERMINAL, Event
from sunledger.app.access import make_access, sites_of_customers
from sunledger.app.configuration import Configuration
from sunledger.app.problems import ConfigurationError
from sunledger.sites import CUSTOMER, SITE, Registry
from sunledger.sitetime import SystemClock
from sunledger.store.memory_documents import MemoryDocuments

API_TOKEN = "s3cret-of-the-house"


async def no_sites(_: str) -> frozenset[str]:
    return frozenset()


def files_in(directory: Path) -> list[Path]:
    return list(directory.iterdir())


def configured(directory: Path, **access: str) -> Configuration:
    return Configuration.model_validate(
        {
            "database": {"database_path": directory / "sun.db"},
            "running": {"dry_run": True},
            "access": access,
        }
    )


async def test_a_dry_run_keeps_users_in_memory(tmp_path: Path) -> None:
    access = make_access(configured(tmp_path, api_token=API_TOKEN), no_sites)
    await access.open()
    assert await access.authenticate_bearer(API_TOKEN) is not None
    assert await access.setup_link() is not None
    await access.close()
    assert files_in(tmp_path) == []


async def test_the_audit_holds_no_secret_of_the_configuration(tmp_path: Path) -> None:
    access = make_access(configured(tmp_path, api_token=API_TOKEN), no_sites)
    await access.open()
    told = {"url": f"http://x/?k={API_TOKEN}", "mqtt_password": "geheim", "name": "meter"}
    entry = await access.audit.note(TERMINAL, Event(action="change", object_kind="setting", after=told))
    assert "geheim" not in str(entry)
    assert API_TOKEN not in str(entry)
    assert '"name":"meter"' in (entry.after or "")
    await access.close()


@pytest.mark.parametrize(
    ("key", "told"),
    [("jwt_secret_key", "must have at least 32 bytes"), ("api_token", "at least 16 characters")],
)
def test_a_short_secret_is_a_problem_of_the_configuration(tmp_path: Path, key: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        make_access(configured(tmp_path, **{key: "short"}), no_sites)
    (problem,) = raised.value.problems
    assert problem.key == key.upper()
    assert told in str(problem)
    assert "short" not in str(problem)


async def test_a_customer_has_the_sites_that_say_so() -> None:
    registry = Registry(MemoryDocuments(), SystemClock())
    await registry.open()
    await registry.create(CUSTOMER, "smith", {"name": "Smith"})
    for site, customer in (("mill", "smith"), ("barn", "smith"), ("lodge", None)):
        await registry.create(SITE, site, {"name": site, "customer": customer})
    sites_of = sites_of_customers(registry)
    assert await sites_of("smith") == {"mill", "barn"}
    assert await sites_of("jones") == frozenset()
