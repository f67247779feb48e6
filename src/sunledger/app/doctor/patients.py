"""Which DTUs are examined."""

from sunledger.app.configuration import Configuration, Dtu
from sunledger.app.doctor.examination import Keys, Patient
from sunledger.app.doctor.findings import Finding, attention
from sunledger.app.polling import comm_of

_FLAGS = Keys(host="--host", port="--port", unit_id="--unit-id")


def patients_of(configuration: Configuration, named: Dtu | None = None) -> list[Patient]:
    """The DTU that the command line named, else those that are configured."""
    comm, period = comm_of(configuration.dtu), configuration.timing.query_period
    if named is not None:
        return [Patient(named, comm, period, _FLAGS)]
    several = bool(configuration.dtu.dtu_configs)
    return [
        Patient(dtu, comm, period, _keys_of(dtu) if several else Keys()) for dtu in configuration.dtu.plant
    ]


def _keys_of(dtu: Dtu) -> Keys:
    return Keys(*(f"{name} of {dtu.name} in DTU_CONFIGS" for name in Keys._fields))


def none_found() -> Finding:
    """There is nothing to examine."""
    return attention(
        "No DTU is configured.",
        "Set DTU_HOST to its address, such as 192.168.1.100, or examine one with --host 192.168.1.100.",
        "Without a DTU: start `sunledger simulate`, then `sunledger doctor --host 127.0.0.1 --port 5020`; "
        "`sunledger serve --simulate` shows a living plant.",
    )
