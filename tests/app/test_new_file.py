"""A file that is there whole or not at all."""

from pathlib import Path

import pytest

from sunledger.app.new_file import written


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_nobody_sees_it_before_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with written(path) as file:
        file.write(b"half")
        assert not path.exists()
        file.write(b" and half")
    assert path.read_bytes() == b"half and half"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_an_error_leaves_the_older_one_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"older")

    def fail() -> None:
        with written(path) as file:
            file.write(b"newer")
            raise error

    with pytest.raises(error):
        fail()
    assert path.read_bytes() == b"older"
    assert names(tmp_path) == ["out"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "out")
    with written(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "out").read_bytes() == b"new"
