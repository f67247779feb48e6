"""The commands as a user runs them: real processes, real files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sunledger import __version__

SUNLEDGER = Path(sys.executable).with_name("sunledger")


def sunledger(directory: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    own = {"PATH": os.environ["PATH"], "HOME": str(directory), **environ}
    command = [str(SUNLEDGER), *arguments]
    return subprocess.run(command, cwd=directory, env=own, capture_output=True, text=True, check=False)


def test_version_says_which_this_is(tmp_path: Path) -> None:
    done = sunledger(tmp_path, "version")
    assert done.returncode == 0
    assert done.stdout.startswith(f"sunledger {__version__} (Python ")


def test_version_imports_nothing_heavy() -> None:
    program = (
        "import sys; from sunledger.app.main import main; main(['version']);"
        "print({'pydantic', 'structlog', 'yaml', 'fastapi', 'sqlalchemy', 'pymodbus'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_a_good_configuration_is_shown_with_its_origins(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("query_period: 30\napi_token: s3cr3t\ninfluxdb_org: home\n")
    done = sunledger(tmp_path, "config", "check", "--dry-run", "--health-port=9000", DTU_HOST="10.0.0.5")
    assert done.returncode == 0
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert rows["QUERY_PERIOD"] == ["30", str(tmp_path / "config.yaml")]
    assert rows["DTU_HOST"] == ["10.0.0.5", "environment"]
    assert rows["HEALTH_PORT"] == ["9000", "command", "line"]
    assert rows["DRY_RUN"] == ["true", "command", "line"]
    assert rows["RESET_HOUR"] == ["23", "default"]
    assert rows["API_TOKEN"][0] == "********"
    assert "warning: set, but without effect in this version: influxdb_org" in done.stderr
    assert "s3cr3t" not in done.stdout + done.stderr


def test_every_problem_is_a_line_and_the_exit_code_is_2(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("querry_period: 30\n")
    done = sunledger(tmp_path, "config", "check", "--reset-hour", "25", TIMEZONE="Nowhere/Else")
    assert done.returncode == 2
    assert done.stdout == ""
    named = sorted(line.split()[0] for line in done.stderr.splitlines())
    assert named == ["--reset-hour", "TIMEZONE", "querry_period"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["config", "check", "--querry-period", "3"], "--querry-period"),
        (["config", "check", "--query"], "--query"),
        (["config", "check", "--api-token", "x"], "--api-token"),
        (["version", "--loud"], "--loud"),
        (["shine"], "shine"),
        ([], "command"),
    ],
)
def test_an_unknown_flag_or_command_is_named_and_the_exit_code_is_2(
    tmp_path: Path, arguments: list[str], named: str
) -> None:
    done = sunledger(tmp_path, *arguments)
    assert done.returncode == 2
    assert named in done.stderr


def test_help_explains_every_setting(tmp_path: Path) -> None:
    done = sunledger(tmp_path, "config", "check", "--help")
    assert done.returncode == 0
    assert "--query-period VALUE" in done.stdout
    assert "--api-token" not in done.stdout
