"""What it means that a DTU cannot be reached, or says nothing, and what to change; pure.

From the reports of owners: wasilukm/hoymiles-mqtt#9, #25, #28, wasilukm/hoymiles_modbus#17, #25,
ArekKubacki/Hoymiles-Plant-DTU-Pro#24, #26, suaveolent/ha-hoymiles-wifi#157.
"""

import socket
from math import ceil

from sunledger.app.doctor.examination import Examination, Patient
from sunledger.app.doctor.findings import Finding, attention

_ETHERNET = (
    "Put the network cable into the DTU's Ethernet port and use that address: Modbus answers there, not on "
    "Wi-Fi; and a DTU that lost its cable moves itself to Wi-Fi."
)
_OTHERS = (
    "Stop other programs that read this DTU over Modbus, also a running Sunledger: it takes one client only."
)
_MODELS = "Only DTU-Pro and DTU-Pro-S have Modbus TCP; a DTU-Lite-S has none."


def unreached(seen: Examination) -> Finding:
    """No connection could be made; why not is the cause of the error."""
    patient, cause = seen.patient, seen.error.__cause__ if seen.error else None
    if isinstance(cause, socket.gaierror | UnicodeError):
        return _no_such_name(patient)
    if isinstance(cause, ConnectionRefusedError):
        return _nobody_listens(patient)
    return _nobody_there(patient, str(seen.error))


def _no_such_name(patient: Patient) -> Finding:
    return attention(
        f"The name {patient.dtu.host} leads nowhere.",
        f"Set {patient.keys.host} to the DTU's address, such as 192.168.1.100; the router lists it.",
    )


def _nobody_listens(patient: Patient) -> Finding:
    host, port = patient.dtu.host, patient.dtu.port
    return attention(
        f"There is a device at {host}, but nothing in it listens on port {port}.",
        f"Check {patient.keys.host} and {patient.keys.port}; Modbus TCP is on port 502 unless changed.",
        _ETHERNET,
        'In the vendor\'s toolkit switch Modbus TCP on, and choose "Remote Control" instead of "Export '
        'control": firmware V00.02.22 closes Modbus in export control.',
        _MODELS,
    )


def _nobody_there(patient: Patient, error: str) -> Finding:
    return attention(
        f"{error[:1].upper()}{error[1:]}.",
        f"Check {patient.keys.host}: the router may have given the DTU another address; reserve one for it.",
        _ETHERNET,
        "Check that the DTU has power and is in the same network as this machine.",
    )


def silent(seen: Examination) -> Finding:
    """A connection was made, and nothing came over it."""
    patient = seen.patient
    longer = max(10, ceil(3 * patient.comm.timeout))
    return attention(
        f"The DTU accepts the connection but does not answer: {len(seen.tries)} requests, each waited for "
        f"{patient.comm.timeout:g} s.",
        _OTHERS,
        f"Ask once with --comm-timeout {longer}; if it answers then, set COMM_TIMEOUT={longer} and "
        "QUERY_PERIOD=120.",
        "Update its firmware: V00.02.14 never answers, V00.02.15 does. Then restart it.",
        f"Check {patient.keys.unit_id}: some devices keep silent when another unit is asked.",
    )
