"""The `.env` file that people arrive with: variables that the real environment overrides."""

from pathlib import Path

import pytest
from tests.app.desk import Desk

from sunledger.app.examples import environment
from sunledger.app.listing import describe
from sunledger.app.reserved import RETIRED


def dotenv(desk: Desk, text: str) -> Path:
    path = desk.directory / ".env"
    path.write_text(text, encoding="utf-8")
    return path


class TestOrder:
    def test_it_gives_way_to_the_environment_and_wins_over_secret_files_and_yaml(self, desk: Desk) -> None:
        desk.yaml("query_period: 10\nreset_hour: 10\nexpire_after: 100\n")
        desk.secret("mqtt_password", "from-secrets")
        dotenv(desk, "QUERY_PERIOD=20\nRESET_HOUR=20\nMQTT_PASSWORD=from-dotenv\n")
        loaded = desk.load({"RESET_HOUR": "3"})
        timing, secret = loaded.configuration.timing, loaded.configuration.mqtt.mqtt_password
        assert (timing.query_period, timing.reset_hour, timing.expire_after) == (20, 3, 100)
        assert secret is not None
        assert secret.get_secret_value() == "from-dotenv"

    def test_its_values_are_shown_with_their_origin_and_its_secrets_are_not(self, desk: Desk) -> None:
        dotenv(desk, "DTU_HOST=10.0.0.5\nAPI_TOKEN=s3cr3t\n")
        loaded = desk.load()
        rows = {row.key: row for row in describe(loaded)}
        assert (rows["DTU_HOST"].value, rows["DTU_HOST"].origin) == ("10.0.0.5", ".env")
        assert (rows["API_TOKEN"].value, rows["API_TOKEN"].origin) == ("********", ".env")
        assert "s3cr3t" not in f"{loaded!r}"

    def test_an_empty_variable_of_the_environment_lets_it_speak(self, desk: Desk) -> None:
        dotenv(desk, "DTU_HOST=10.0.0.5\n")
        assert desk.load({"DTU_HOST": ""}).configuration.dtu.dtu_host == "10.0.0.5"

    def test_it_may_name_a_secret_s_file_the_yaml_file_and_the_data_directory(self, desk: Desk) -> None:
        (desk.directory / "pw").write_text("word\n")
        desk.yaml("reset_hour: 7\nmqtt_user: ${WHO}\n", "other.yaml")
        dotenv(desk, "MQTT_PASSWORD_FILE=pw\nSUNLEDGER_CONFIG=other.yaml\nSUNLEDGER_DATA=/data\nWHO=anna\n")
        configuration = desk.load().configuration
        assert configuration.timing.reset_hour == 7
        assert configuration.mqtt.mqtt_user == "anna"
        assert configuration.database.database_path == Path("/data/sunledger.db")
        assert configuration.mqtt.mqtt_password is not None
        assert configuration.mqtt.mqtt_password.get_secret_value() == "word"

    def test_only_the_working_directory_s_counts(self, desk: Desk) -> None:
        dotenv(desk, "RESET_HOUR=5\n")
        below = desk.directory / "below"
        below.mkdir()
        desk.directory = below
        assert desk.load().configuration.timing.reset_hour == 23


class TestSyntax:
    @pytest.mark.parametrize(
        ("line", "host"),
        [
            ("DTU_HOST=10.0.0.5", "10.0.0.5"),
            ("export DTU_HOST = '10.0.0.5'  # the roof", "10.0.0.5"),
            ('DTU_HOST="10.0.0.5"', "10.0.0.5"),
            ("NET=10.0\nDTU_HOST=${NET}.0.5", "10.0.0.5"),
            ("OUTSIDE=x\nDTU_HOST=${OUTSIDE}.0.5", "10.0.0.5"),
            ("DTU_HOST=${NOWHERE:-10.0.0.5}", "10.0.0.5"),
            ("DTU_HOST=10.0.0.5${NOWHERE}", "10.0.0.5"),
            ("DTU_HOST='10.0.0.5'\r\n\r\n", "10.0.0.5"),
            ("\ufeffDTU_HOST=10.0.0.5", "10.0.0.5"),
        ],
    )
    def test_a_line_means_what_it_means_to_others(self, desk: Desk, line: str, host: str) -> None:
        dotenv(desk, line)
        loaded = desk.load({"OUTSIDE": "10.0"})
        assert loaded.configuration.dtu.dtu_host == host
        assert loaded.warnings == ()

    @pytest.mark.parametrize("line", ["API_TOKEN s3cr3t", "API_TOKEN='s3cr3t", "s3cr3t", "=s3cr3t"])
    def test_a_line_that_says_nothing_is_named_but_not_repeated(self, desk: Desk, line: str) -> None:
        dotenv(desk, f"RESET_HOUR=5\n\n# note\n{line}\nQUERY_PERIOD=30\n")
        loaded = desk.load()
        timing = loaded.configuration.timing
        assert (timing.reset_hour, timing.query_period) == (5, 30)
        (warning,) = loaded.warnings
        assert warning.startswith(".env (line 4): is not NAME=value and was skipped")
        assert "s3cr3t" not in warning

    def test_the_example_copied_there_changes_nothing(self, desk: Desk) -> None:
        untouched = desk.load().configuration
        dotenv(desk, environment())
        loaded = desk.load()
        assert loaded.configuration == untouched
        assert loaded.warnings == ()


class TestComplaints:
    def test_a_bad_value_names_the_file(self, desk: Desk) -> None:
        dotenv(desk, "RESET_HOUR=24\n")
        assert desk.problem().startswith("RESET_HOUR (from .env): '24' is too large")

    def test_misspelt_and_retired_variables_are_named_with_it(self, desk: Desk) -> None:
        dotenv(desk, "QUERRY_PERIOD=10\nALERTS_ENABLED=true\nPATH=/elsewhere\n")
        assert desk.load().warnings == (
            f"ALERTS_ENABLED (from .env): is no longer used; {RETIRED['alerts_enabled']}",
            "QUERRY_PERIOD (from .env): is not read; did you mean QUERY_PERIOD?",
        )

    def test_a_file_that_is_not_text_is_an_error(self, desk: Desk) -> None:
        (desk.directory / ".env").write_bytes(b"DTU_HOST=\xff")
        assert desk.problem().startswith(f".env (from {desk.directory}): is not UTF-8 text; ")

    def test_a_directory_of_that_name_is_none_of_ours(self, desk: Desk) -> None:
        (desk.directory / ".env").mkdir()
        assert desk.load().warnings == ()
