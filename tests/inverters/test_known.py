from sunledger.inverters import known
from sunledger.inverters.hoymiles import DRIVER


def test_a_module_with_a_driver_is_a_known_brand_and_no_other_is() -> None:
    assert known() == {"hoymiles": DRIVER}
