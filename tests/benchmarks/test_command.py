"""Which benchmarks `python -m benchmarks` runs."""

import pytest
from benchmarks.__main__ import NAMES, parser


def test_all_run_unless_some_are_named() -> None:
    assert tuple(parser().parse_args([]).names) == NAMES
    assert parser().parse_args(["poll", "decode"]).names == ["poll", "decode"]


def test_a_name_that_is_none_is_refused_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["polls"])
    assert f"'polls' is none of {', '.join(NAMES)}" in capsys.readouterr().err
