"""Which DTUs are examined."""

from collections.abc import Iterable

from sunledger.app.configuration import Configuration, Dtu
from sunledger.app.doctor.examination import Keys, Patient
from sunledger.app.doctor.findings import Finding, attention
from sunledger.app.polling import comm_of
from sunledger.sites import DtuEntry
from sunledger.sites.whereabouts import is_plausible

_FLAGS = Keys(host="--host", port="--port", unit_id="--unit-id")


def patients_of(
    configuration: Configuration, named: Dtu | None = None, entered: Iterable[DtuEntry] = ()
) -> list[Patient]:
    """The DTU that the command line named, else those that are configured or that people have entered."""
    comm, period = comm_of(configuration.dtu), configuration.timing.query_period
    if named is not None:
        return [Patient(named, comm, period, _FLAGS)]
    several = bool(configuration.dtu.dtu_configs)
    found = [(dtu, _keys_of(dtu, "DTU_CONFIGS") if several else Keys()) for dtu in configuration.dtu.plant]
    others = [(dtu := _entered(each), _keys_of(dtu, "its settings")) for each in entered]
    return [
        *(Patient(dtu, comm, period, keys) for dtu, keys in found),
        *(Patient(dtu, comm, period, keys, is_plausible) for dtu, keys in others),
    ]


def _entered(entry: DtuEntry) -> Dtu:
    return Dtu.model_validate({"name": entry.id, **entry.content()})


def _keys_of(dtu: Dtu, where: str) -> Keys:
    return Keys(*(f"{name} of {dtu.name} in {where}" for name in Keys._fields))


def none_found() -> Finding:
    """There is nothing to examine."""
    return attention(
        "No DTU is configured.",
        "Set DTU_HOST to its address, such as 192.168.1.100, or examine one with --host 192.168.1.100.",
        "Without a DTU: start `sunledger simulate`, then `sunledger doctor --host 127.0.0.1 --port 5020`; "
        "`sunledger serve --simulate` shows a living plant.",
    )
