"""Disks that forget: by a library of ours, built once with the C compiler that is here, and by LazyFS."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.conftest import require_program
from tests.powercut.disk import Disk
from tests.powercut.lazy_disk import CannotMount, LazyDisk, mounted

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


@pytest.fixture(params=["platter", "lazyfs"])
def any_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk | LazyDisk]:
    """One after the other. LazyFS is no package anywhere: it is used where somebody has built it."""
    if request.param == "platter":
        yield Disk(tmp_path, request.getfixturevalue("platter_library"))
        return
    lazyfs = shutil.which(os.environ.get("LAZYFS", "lazyfs"))
    if lazyfs is None:
        pytest.skip("LazyFS is not there (LAZYFS=… names its program)")
    with ExitStack() as stack:
        try:
            disk = stack.enter_context(mounted(tmp_path, lazyfs))
        except CannotMount as error:
            pytest.skip(str(error))
        yield disk
