"""The description of the API as a file: `python -m sunledger.api.description docs/openapi.json`.

It says what v1 keeps to, whatever the version of Sunledger; a test compares the routes with it.
"""

import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from sunledger.api.application import routed
from sunledger.api.sources import ApiSettings

VERSION = "1"
"""Of the API, as in its addresses."""


def description() -> dict[str, Any]:
    """OpenAPI of all routes."""
    return routed(ApiSettings(version=VERSION, zone=ZoneInfo("UTC"))).openapi()


def as_text(described: dict[str, Any]) -> str:
    """As it is kept: readable line by line, and the same every time."""
    return orjson.dumps(described, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(as_text(description()), "utf-8")
