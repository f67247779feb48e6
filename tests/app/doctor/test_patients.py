"""Which DTUs are examined, and where they may be."""

from tests.app.doctor.clinic import Quiet

from sunledger.app.configuration import Configuration
from sunledger.app.doctor.examination import examine
from sunledger.app.doctor.patients import patients_of
from sunledger.sites import DtuEntry
from sunledger.sitetime import SystemClock

QUICK = Configuration.model_validate(
    {"dtu": {"dtu_host": "0.0.0.0", "dtu_port": 1, "comm_timeout": 30, "comm_retries": 0}}
)


async def test_what_people_have_entered_is_asked_only_where_a_dtu_can_be() -> None:
    entered = DtuEntry(id="barn", host="0", port=1)
    said = [
        str((await examine(patient, SystemClock(), Quiet())).error)
        for patient in patients_of(QUICK, entered=[entered])
    ]
    assert said[0].startswith("cannot connect to 0.0.0.0:1: "), "it is the owner's word"
    assert said[1] == "nothing is asked at 0:1: 0.0.0.0 is no address of a device"
