"""A disk whose power can be cut: what a program had not synced when it died is gone, or half there.

`platter.c`, loaded before the program, writes down what was synced. The kernel may have written any of the
rest on its own account: `boot` leaves that out, or lets some pages and some names through, as the dice fall.
"""

import shutil
from collections.abc import Mapping
from os import environ
from pathlib import Path
from random import Random

PAGE = 4096


class Disk:
    """A directory without subdirectories, and beside it what would survive."""

    def __init__(self, place: Path, platter_library: Path) -> None:
        self.files = place / "disk"
        self._platter = place / "platter"
        self._library = platter_library
        self._full = place / "full"
        self.files.mkdir()
        self._platter.mkdir()
        self.settle()

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program has to be started with, so that it uses this disk."""
        return {
            **environ,
            "LD_PRELOAD": str(self._library),
            "POWERCUT_DISK": str(self.files),
            "POWERCUT_PLATTER": str(self._platter),
            "POWERCUT_FULL": str(self._full),
        }

    def fill(self) -> None:
        """Let every write fail for want of space."""
        self._full.touch()

    def empty(self) -> None:
        """Make room again."""
        self._full.unlink()

    def boot(self, random: Random, written_back: float = 0.0) -> None:
        """Come back after a cut, with what was synced and so much of the rest as the kernel had written.

        The program has to be dead. `written_back` is the chance of each page, and of each change of a name.
        """
        cached = {str(file.stat().st_ino): file for file in self.files.iterdir()}
        survivors = {
            name: self._content(inode, cached.get(inode), random, written_back)
            for name, inode in self._names(cached, random, written_back).items()
        }
        shutil.rmtree(self.files)
        self.files.mkdir()
        for name, content in survivors.items():
            (self.files / name).write_bytes(content)
        self.settle()

    def settle(self) -> None:
        """Take everything that is there as synced: no program runs, and the power stays."""
        shutil.rmtree(self._platter)
        self._platter.mkdir()
        files = list(self.files.iterdir())
        for file in files:
            shutil.copyfile(file, self._platter / str(file.stat().st_ino))
        entries = [f"{file.stat().st_ino} {file.name}\n" for file in files]
        (self._platter / "entries").write_text("".join(entries))

    def wipe(self) -> None:
        """Begin with a new disk."""
        shutil.rmtree(self.files)
        self.files.mkdir()
        self.settle()

    def _names(self, cached: Mapping[str, Path], random: Random, written_back: float) -> dict[str, str]:
        """Inode by name: of the last synced directory, or of the directory as it was."""
        lines = (self._platter / "entries").read_text().splitlines()
        synced = {name: inode for inode, name in (line.split(" ", 1) for line in lines)}
        unsynced = {file.name: inode for inode, file in cached.items()}
        found = {}
        for name in sorted({*synced, *unsynced}):
            inode = (unsynced if random.random() < written_back else synced).get(name)
            if inode is not None:
                found[name] = inode
        return found

    def _content(self, inode: str, cached: Path | None, random: Random, written_back: float) -> bytes:
        """What was synced of a file, with some of its pages as they were in the cache."""
        copy = self._platter / inode
        synced = copy.read_bytes() if copy.exists() else b""
        if cached is None or not written_back:
            return synced
        content, newest = bytearray(synced), cached.read_bytes()
        for at in range(0, len(newest), PAGE):
            if random.random() < written_back:
                content.extend(bytes(max(0, at - len(content))))  # a hole reads as zeros
                content[at : at + PAGE] = newest[at : at + PAGE]
        return bytes(content)
