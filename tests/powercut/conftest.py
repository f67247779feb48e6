"""The library that makes a disk forget, built once with the C compiler that is here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import require_program
from tests.powercut.disk import Disk

SOURCE = Path(__file__).with_name("platter.c")


@pytest.fixture(scope="session")
def platter_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if sys.platform != "linux":
        pytest.skip("the disk that forgets asks Linux's /proc")
    compiler = require_program("cc", "gcc and libc6-dev")
    library = tmp_path_factory.mktemp("powercut") / "platter.so"
    flags = ["-std=c11", "-O2", "-shared", "-fPIC"]
    command = [compiler, *flags, "-o", str(library), str(SOURCE), "-ldl", "-lpthread"]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode and os.environ.get("STRICT") != "1":
        pytest.skip(f"{compiler} cannot build {SOURCE.name}; is libc6-dev installed?")
    assert built.returncode == 0, built.stderr
    return library


@pytest.fixture
def disk(tmp_path: Path, platter_library: Path) -> Disk:
    return Disk(tmp_path, platter_library)
