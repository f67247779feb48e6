"""A disk whose power can be cut, by LazyFS: a file system whose process keeps in memory what is not synced.

It sees every write, where `platter.c` sees those that go through the C library, and it is somebody else's
idea of what a power cut leaves. Names are on its disk at once, and of what is not synced nothing ever is: the
kernel that writes some of it, and cuts in the middle of a sync, are left to `disk.py`.
See https://github.com/dsrhaslab/lazyfs.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random

MOUNTED_WITHIN = 20.0
"""Seconds that it gets for its start."""
_CONFIGURATION = """\
[faults]
fifo_path="{place}/faults"
[cache]
apply_eviction=false
[cache.simple]
custom_size="128mb"
blocks_per_page=1
[filesystem]
log_all_operations=false
logfile=""
"""


class CannotMount(Exception):
    """This machine has no FUSE, or does not let us use it."""


class LazyDisk:
    """A directory, whose file system loses its memory."""

    def __init__(self, place: Path, lazyfs: str) -> None:
        self.files = place / "disk"
        self.environment: Mapping[str, str] = dict(os.environ)
        self._platter = place / "platter"
        self._configuration = place / "lazyfs.toml"
        self._log = place / "lazyfs.log"
        self._lazyfs = lazyfs
        self._process: subprocess.Popen[bytes] | None = None
        self.files.mkdir()
        self._platter.mkdir()
        self._configuration.write_text(_CONFIGURATION.format(place=place))

    def mount(self) -> None:
        """Start it. Raises `CannotMount`."""
        # a configuration whose path has "-o" in it would be taken for an option
        command = [
            self._lazyfs, str(self.files), "--config-path", self._configuration.name,
            "-o", "modules=subdir", "-o", f"subdir={self._platter}", "-f",
        ]  # fmt: skip
        with self._log.open("wb") as log:
            process = self._process = subprocess.Popen(
                command, cwd=self._configuration.parent, stdout=log, stderr=log
            )
        last = time.monotonic() + MOUNTED_WITHIN
        while not self.files.is_mount():
            if process.poll() is not None or time.monotonic() > last:
                self.cut()
                raise CannotMount(f"LazyFS cannot be mounted here: {self._log.read_text()[-200:].strip()}")
            time.sleep(0.01)

    def cut(self) -> None:
        """Let it forget, and be gone."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
        command = ["fusermount3", "-u", "-z"] if shutil.which("fusermount3") else ["umount", "-l"]
        if os.path.ismount(self.files) or self._is_dead():
            subprocess.run([*command, self.files], check=True)

    def _is_dead(self) -> bool:
        """Whether it is a mount that nobody serves any more."""
        try:
            self.files.stat()
        except OSError:
            return True
        return False

    def boot(self, random: Random, written_back: float = 0.0) -> None:
        """Come back after a cut, with what was synced. The program has to be dead."""
        self.cut()
        self.mount()

    def settle(self) -> None:
        """Leave it as it is: what an examination has not synced may be lost by the next cut, too."""

    def wipe(self) -> None:
        """Begin with an empty disk."""
        for file in self.files.iterdir():
            file.unlink()


@contextmanager
def mounted(place: Path, lazyfs: str) -> Iterator[LazyDisk]:
    """A disk for as long as it is needed. Raises `CannotMount`."""
    disk = LazyDisk(place, lazyfs)
    disk.mount()
    try:
        yield disk
    finally:
        disk.cut()
