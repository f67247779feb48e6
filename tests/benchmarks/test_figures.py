"""What a benchmark says of its figures."""

import pytest
from benchmarks.figures import TIMES, Aim, Figure, percentile, report


def figure(value: float, *aims: Aim) -> Figure:
    return Figure(name="answer", value=value, unit="ms", limit=10, against="bare SQL", aims=aims)


def test_an_aim_bounds_the_figure_or_its_ratio_to_the_limit() -> None:
    both = Aim("≤", 25, "ms"), Aim("≤", 3, TIMES)
    assert figure(24, *both).missed == []
    assert figure(26, *both).missed == [both[0]]
    assert figure(31, *both).missed == list(both)
    assert figure(4, Aim("≥", 0.5, TIMES)).missed == [Aim("≥", 0.5, TIMES)]


def test_a_figure_is_told_with_its_ratio_and_whether_each_aim_is_met(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report([figure(24, Aim("≤", 25, "ms"), Aim("≤", 2, TIMES))])
    said = "answer: 24 ms, limit 10 ms (bare SQL), ratio 2.4 ×; aim ≤ 25 ms met, ≤ 2 × missed\n"
    assert capsys.readouterr().out == said


@pytest.mark.parametrize(("aims", "met"), [((), None), ((Aim("≤", 25, "ms"),), True)])
def test_machines_are_told_whether_all_aims_are_met(aims: tuple[Aim, ...], met: bool | None) -> None:
    assert figure(24, *aims).as_json()["met"] is met


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(1, 201)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([7.0], 0.99)) == (100, 198, 7)
