"""The keys of how Sunledger is reached from elsewhere."""

import pytest
from tests.app.desk import Desk


def test_nothing_is_open_unless_said(desk: Desk) -> None:
    exposure = desk.load().configuration.exposure
    assert exposure.pair is None
    assert (exposure.trusted_proxies, exposure.frame_ancestors, exposure.cors_origins) == ((), (), ())


def test_proxies_are_address_ranges(desk: Desk) -> None:
    said = {"TRUSTED_PROXIES": "10.0.0.5, 172.18.0.1/16, 2001:db8::/48"}
    networks = desk.load(said).configuration.exposure.trusted_proxies
    assert networks == ("10.0.0.5/32", "172.18.0.0/16", "2001:db8::/48")


@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "::/0"])
def test_a_proxy_is_not_everybody(desk: Desk, everybody: str) -> None:
    assert f"{everybody} is everybody" in desk.problem({"TRUSTED_PROXIES": f"10.0.0.1,{everybody}"})


@pytest.mark.parametrize("key", ["FRAME_ANCESTORS", "CORS_ORIGINS"])
class TestOrigins:
    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("https://Home.Example:8123", "https://home.example:8123"),
            ("https://home.example/", "https://home.example"),
            ("https://home.example:443", "https://home.example"),
            ("http://[2001:DB8::1]:8123", "http://[2001:db8::1]:8123"),
        ],
    )
    def test_are_written_as_browsers_do(self, desk: Desk, key: str, said: str, meant: str) -> None:
        exposure = desk.load({key: said}).configuration.exposure
        assert getattr(exposure, key.lower()) == (meant,)

    @pytest.mark.parametrize(
        "wrong",
        ["*", "null", "https://*", "https://*.example", "home.example", "ftp://x", "http://", "http://x:y",
         "http://anna@x"],
    )  # fmt: skip
    def test_are_named_one_by_one(self, desk: Desk, key: str, wrong: str) -> None:
        problem = desk.problem({key: wrong})
        assert problem.startswith(key)
        assert "is no origin" in problem

    def test_have_no_path(self, desk: Desk, key: str) -> None:
        assert "give https://home.example" in desk.problem({key: "https://home.example/lovelace"})
