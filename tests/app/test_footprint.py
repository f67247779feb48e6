"""What `serve` imports, which is most of what it weighs: what is not needed is not there."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from tests.app.running import environment

PROGRAM = """
import sys
from sunledger.app.main import main
assert main(sys.argv[1:]) == 0
print("IMPORTED", *{name.partition(".")[0] for name in sys.modules})
"""
ALWAYS = {"annotated_types", "dotenv", "orjson", "pydantic", "pydantic_core", "structlog", "yaml"} | {
    "typing_extensions", "typing_inspection",  # pydantic's
    "rich", "pygments", "attr",  # structlog takes rich where it is installed, and rich attrs
}  # fmt: skip
SIMULATED = {"astral"}
SERVER = {"fastapi", "starlette", "uvicorn", "websockets", "h11"} | {
    "annotated_doc", "anyio", "click", "opentelemetry",  # those of fastapi and uvicorn
}  # fmt: skip
METRICS = {"prometheus_client"}
MIGRATION = {"alembic", "mako", "markupsafe", "sqlalchemy"}

INSTALLED = packages_distributions().keys() - {"sunledger"}


def imported(directory: Path, *arguments: str) -> set[str]:
    """The top-level packages of others that a short run of `serve` has imported at its end."""
    command = [sys.executable, "-c", PROGRAM, "serve", "--for", "0.2s", *arguments]
    done = subprocess.run(
        command, cwd=directory, env=environment(directory), capture_output=True, text=True, check=True
    )
    (names,) = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("IMPORTED ")]
    return {name for name in names if name in INSTALLED and not name.startswith("_")}


def test_with_all_its_defaults(tmp_path: Path) -> None:
    first = imported(tmp_path)
    assert first >= MIGRATION
    assert first - MIGRATION <= ALWAYS | SERVER | METRICS
    assert imported(tmp_path) <= ALWAYS | SERVER | METRICS, "the schema is current now"


def test_with_a_simulated_dtu_in_memory(tmp_path: Path) -> None:
    found = imported(tmp_path, "--simulate", "--persistence-enabled=false")
    assert SIMULATED <= found <= ALWAYS | SERVER | METRICS | SIMULATED


@pytest.mark.parametrize(
    ("switch", "off"), [("--metrics-enabled=false", METRICS), ("--health-enabled=false", SERVER | METRICS)]
)
def test_without_what_is_switched_off(tmp_path: Path, switch: str, off: set[str]) -> None:
    found = imported(tmp_path, switch, "--dry-run")
    assert found <= (ALWAYS | SERVER | METRICS) - off
