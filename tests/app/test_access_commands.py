"""`sunledger admin`, `token` and `audit` as a user runs them: before the first start, and beside a server."""

import os
import pty
import re
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from tests.app.running import SUNLEDGER, environment, start
from tests.servers.postgres import PASSWORD as SERVER_PASSWORD
from tests.servers.postgres import SUPERUSER, PostgresServer
from tests.store.files import ask

from sunledger.app.main import main

PASSWORD = "nine trams left the depot"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own, with a database that is not made yet."""
    own = environment(tmp_path)
    for name in set(os.environ) - {"PYTEST_CURRENT_TEST"}:
        monkeypatch.delenv(name)
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command; its exit code, and what it said."""

    def done(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", StringIO(typed))
        code = main(arguments)
        return code, *capsys.readouterr()

    return done


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, directory: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        for name, value in {
            "DB_TYPE": "postgres", "DB_HOST": "127.0.0.1", "DB_PORT": str(server.port), "DB_USER": SUPERUSER,
            "DB_PASSWORD": SERVER_PASSWORD, "DB_NAME": server.database(),
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
    return str(request.param)


def created(run: Run, name: str = "ann", *more: str) -> None:
    assert run("admin", "create", name, "--password-stdin", *more, typed=f"{PASSWORD}\n")[0] == 0


def test_a_new_installation_is_set_up_at_the_terminal(engine: str, run: Run) -> None:
    code, said, _ = run("admin", "create")
    assert code == 0
    assert re.search(r"^http://127\.0\.0\.1:0/setup#[0-9A-Za-z]{43}$", said, re.MULTILINE)
    created(run)
    code, said, told = run("token", "create", "Home Assistant", "--owner", "Ann", "--scope", "read")
    assert code == 0
    assert re.fullmatch(r"sl_[0-9A-Za-z]{43}\n", said), "nothing but the token, for scripts"
    assert "This is shown once" in told
    code, listed, _ = run("token", "list")
    assert "Home Assistant  viewer (read) as ann" in listed
    assert said.strip() not in listed
    code, said, _ = run("audit", "verify")
    assert code == 0
    assert said.startswith("3 entries, all as they were written.\nKeep this elsewhere, for --head: 3:")
    assert run("audit", "verify", "--head", said.split()[-1])[0] == 0
    code, said, _ = run("audit", "verify", "--head", f"2:{'0' * 64}")
    assert (code, said.startswith("entry 2 is another one than was written down")) == (1, True)


def test_users_are_listed_locked_out_and_let_in(engine: str, run: Run) -> None:
    created(run)
    created(run, "bob", "--role", "viewer")
    assert run("admin", "disable", "BOB")[:2] == (0, "bob is locked out.\n")
    said = run("admin", "list")[1]
    assert re.search(r"^ann   administrator            \d{4}-", said, re.MULTILINE)
    assert re.search(r"^bob   viewer         disabled  ", said, re.MULTILINE)
    assert run("admin", "enable", "bob")[:2] == (0, "bob may log in.\n")
    code, _, told = run("admin", "disable", "ann")
    assert (code, "ann is the last administrator" in told) == (1, True)
    code, said, _ = run("admin", "password", "ann", "--password-stdin", typed="a lantern under the eaves\n")
    assert (code, said) == (0, "ann has another password; all sessions have ended.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (
            "admin create ann",
            2,
            "there is no terminal to ask for a password at; give it with --password-stdin",
        ),
        ("admin create a/b --password-stdin", 2, "name: must be 1 to 64 letters"),
        ("admin create ann --password-stdin", 2, "password: must have at least 12 characters"),
        ("admin create ann --link", 2, "whoever opens the link chooses the name"),
        ("admin password ann --password-stdin", 1, "there is no user ann"),
        ("token create x --owner ann", 1, "there is no user ann"),
        ("token create x --device a/b", 2, "device: must be 1 to 64 letters"),
        (
            "token create x --device meter --site home",
            2,
            "a token of a device pushes for it and nothing else",
        ),
        ("token create x --expires 2020-01-01T00:00Z", 2, "expires_at: is over already"),
        ("token create x --site a/b", 2, "sites: must be 1 to 64"),
        ("token revoke x", 1, "there is no token x"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(run: Run, arguments: str, code: int, told: str) -> None:
    assert run("admin", "create")[0] == 0
    found = run(*arguments.split(), typed="short\n")
    assert (found[0], found[1]) == (code, "")
    assert told in found[2]
    assert found[2].count("\n") == 1


def test_only_making_the_first_user_makes_a_database(run: Run, directory: Path) -> None:
    code, _, told = run("admin", "list")
    assert (code, "there is no database at" in told) == (1, True)
    assert not (directory / "sun.db").exists()


def test_a_dry_run_keeps_no_users(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRY_RUN", "true")
    code, _, told = run("admin", "create")
    assert (code, "keeps no users" in told) == (1, True)


def test_with_an_administrator_no_more_links_are_made(run: Run) -> None:
    created(run)
    code, _, told = run("admin", "create")
    assert (code, "there is an administrator already; give a NAME" in told) == (2, True)


def test_a_changed_entry_of_the_audit_is_found(run: Run, directory: Path) -> None:
    for _ in range(3):
        run("admin", "create")
    with closing(sqlite3.connect(directory / "sun.db")) as file, file:
        with pytest.raises(sqlite3.IntegrityError, match="the audit is never changed"):
            file.execute("UPDATE audit SET who = 'ann' WHERE seq = 2")
        file.execute("DROP TRIGGER audit_no_update")
        file.execute("UPDATE audit SET who = 'ann' WHERE seq = 2")
    code, said, _ = run("audit", "verify")
    assert code == 1
    assert re.match(r"entry 2 of 20.* UTC, or its hash, was changed\. The 1 entries before are sound", said)


def test_a_password_is_typed_twice_and_never_shown(directory: Path) -> None:
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [SUNLEDGER, "admin", "create", "ann"], stdin=its_end, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=directory, env=environment(directory), start_new_session=True,
    )  # fmt: skip
    os.close(its_end)
    assert process.stdout is not None
    assert process.stderr is not None
    with process, os.fdopen(terminal, "r+b", buffering=0) as keyboard:
        for prompt in (b"Password: ", b"The same again: "):
            shown = b""
            while not shown.endswith(prompt):
                shown += process.stderr.read(1)
            keyboard.write(f"{PASSWORD}\n".encode())
        assert process.stdout.read() == b"ann may log in, as administrator.\n"
        assert process.wait() == 0


def test_beside_a_running_server(directory: Path, run: Run) -> None:
    with start(directory, "serve") as server:
        assert server.url
        created(run)
        assert run("audit", "verify")[0] == 0
        assert run("token", "create", "script")[0] == 0
        assert server.stop() == 0
    assert ask(directory / "sun.db", "SELECT name FROM access_user") == [("ann",)]


def test_the_schema_of_an_older_server_is_left_to_the_next_start(
    engine: str, run: Run, directory: Path
) -> None:
    assert run("admin", "create")[0] == 0
    if engine == "sqlite":
        with closing(sqlite3.connect(directory / "sun.db")) as file, file:
            file.execute("UPDATE alembic_version SET version_num = '0006'")
    else:
        conninfo = f"host=127.0.0.1 port={os.environ['DB_PORT']} user={SUPERUSER} password={SERVER_PASSWORD}"
        with psycopg.connect(f"{conninfo} dbname={os.environ['DB_NAME']}") as connection:
            connection.execute("UPDATE sunledger.alembic_version SET version_num = '0004'")
    code, _, told = run("admin", "create", "ann", "--password-stdin", typed=f"{PASSWORD}\n")
    assert (code, "older" in told, "start the server once" in told) == (1, True, True)
