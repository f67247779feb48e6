"""One module per brand: pure decode, read(link), survey(link).

A brand is a module of this package with a `DRIVER` in it; nothing else has to be told of it.
"""

import pkgutil
from importlib import import_module

from sunledger.inverters.driver import Driver, Harvest, Survey

__all__ = ["Driver", "Harvest", "Survey", "known"]


def known() -> dict[str, Driver]:
    """The drivers of all brands by their names."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    drivers: list[Driver] = [module.DRIVER for module in modules if hasattr(module, "DRIVER")]
    return {driver.name: driver for driver in drivers}
