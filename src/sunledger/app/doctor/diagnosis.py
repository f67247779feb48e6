"""What an examination of a DTU means, and what to change; pure.

The advice is drawn from what owners of Hoymiles DTUs have reported, named beside it where it is not obvious.
"""

from collections import Counter
from collections.abc import Iterator
from math import ceil
from statistics import median

from sunledger.app.doctor.currents import judged_currents, read_currents
from sunledger.app.doctor.examination import Examination, Keys, Patient
from sunledger.app.doctor.findings import Finding, attention, good, note
from sunledger.app.doctor.unreachable import silent, unreached
from sunledger.inverters import Harvest
from sunledger.inverters.hoymiles_block import CurrentScale
from sunledger.transports import Empty, Garbled, Refused

GENTLE_PERIOD = 60.0
"""Seconds: faster polls have crashed DTUs (ArekKubacki/Hoymiles-Plant-DTU-Pro#14) and starved the vendor's
cloud (suaveolent/ha-hoymiles-wifi#191)."""
_SHARE_LOST = 0.1
"""Failed requests beyond this share need attention; a few are usual."""


def diagnosed(seen: Examination) -> Iterator[Finding]:
    """Everything there is to say, the most important first."""
    if not seen.connections:
        yield unreached(seen)
    elif seen.error is not None:
        yield _ended(seen)
    if seen.harvest is not None:
        yield from _read(seen, seen.harvest)
    yield from _how_it_answered(seen)
    if seen.harvest is not None:
        yield from _pace(seen)


def _ended(seen: Examination) -> Finding:
    """The examination ended before its end, although a connection could be made."""
    error, keys = seen.error, seen.patient.keys
    if isinstance(error, Empty):
        return _nothing_mapped()
    if isinstance(error, Refused):
        return _refused(error, keys)
    if isinstance(error, Garbled):
        return _nonsense(error, keys)
    return silent(seen)


def _nothing_mapped() -> Finding:
    return attention(
        "The DTU answers but lists no inverters: they are not mapped yet.",
        "Wait until the vendor's app shows every inverter, which can take an hour by day; "
        "then restart the DTU and ask again.",
    )


def _refused(error: Refused, keys: Keys) -> Finding:
    return attention(
        f"The DTU refused to answer: {error}.",
        f"Try another {keys.unit_id}; a DTU's unit is 1 unless it was changed.",
        'In the vendor\'s toolkit choose "Remote Control" instead of "Export control": from firmware '
        "V00.02.22 on, export control closes Modbus.",
    )


def _nonsense(error: Garbled, keys: Keys) -> Finding:
    return attention(
        f"What answers does not speak Modbus as a DTU does: {error}.",
        f"Check {keys.host} and {keys.port}: another device may have that address now.",
        "If it is the DTU, restart it, and update its firmware.",
    )


def _read(seen: Examination, harvest: Harvest) -> Iterator[Finding]:
    """It was read."""
    serial = seen.survey.gateway_serial if seen.survey else "?"
    yield good(f"DTU {serial} answers (inverters: {len(harvest.inverters)}, ports: {len(harvest.ports)}).")
    yield from _step(seen)
    yield from _missing(harvest)
    yield from _currents(seen)
    yield from _asleep(harvest)


def _step(seen: Examination) -> Iterator[Finding]:
    found = seen.survey.register_step if seen.survey else None
    told = seen.patient.dtu.register_step
    if told is None or told == found:
        yield good(f"Its list goes in steps of {found} registers.")
    else:
        yield attention(
            f"Its list seems to go in steps of {found} registers, but {told} are configured.",
            f"Set {seen.patient.keys.register_step} to auto, unless ports are missing or doubled then.",
        )


def _currents(seen: Examination) -> Iterator[Finding]:
    blocks = [attempt.data for attempt in seen.tries if attempt.error is None and attempt.is_block]
    scale = CurrentScale(seen.patient.dtu.current_scale)
    return judged_currents(read_currents(blocks, scale), seen.patient.keys.current_scale)


def _missing(harvest: Harvest) -> Iterator[Finding]:
    if harvest.failures:
        yield attention(
            f"Ports that could not be read: {len(harvest.failures)}.",
            "Ask again in a minute. If it stays so, restart the DTU and update its firmware.",
            shown=map(str, harvest.failures[:_SHOWN]),
        )


_SHOWN = 3


def _asleep(harvest: Harvest) -> Iterator[Finding]:
    """Inverters that the DTU does not hear, and those that it hears as zeros."""
    unlinked = [reading.serial_number for reading in harvest.inverters if reading.link_status == 0]
    if unlinked:
        yield note(
            f"The DTU does not hear {', '.join(unlinked)} now.",
            "That is as it should be at night. By day, look at their supply and their distance to the DTU.",
        )
    zeros = {
        port.serial_number for port in harvest.ports if not port.pv_voltage and not port.total_production
    }
    if zeros and any(port.pv_power for port in harvest.ports):
        yield note(
            f"{', '.join(sorted(zeros))} read all zero while others produce, as DTUs do while they upload to "
            "the vendor's cloud. Sunledger sets such readings aside.",
            "If it happens often, set QUERY_PERIOD=100 or more.",
        )


def _how_it_answered(seen: Examination) -> Iterator[Finding]:
    """Speed, failures and oddities of the single requests."""
    answered = [attempt for attempt in seen.tries if attempt.error is None]
    if answered:
        yield from _speed(seen, [1000 * attempt.seconds for attempt in answered])
    failed = Counter(attempt.error.kind for attempt in seen.tries if attempt.error is not None)
    if failed and answered:
        yield _failures(seen.patient, failed, len(seen.tries))
    if any(attempt.miscounted for attempt in answered):
        yield note(
            "Its answers miscount their own bytes, as some firmware does. Sunledger reads them anyway."
        )


def _speed(seen: Examination, times: list[float]) -> Iterator[Finding]:
    timeout = seen.patient.comm.timeout
    said = f"It takes {median(times):.0f} ms for an answer, {max(times):.0f} ms at most"
    if seen.harvest is not None:
        said += f", {seen.poll_seconds:.1f} s for everything once"
    if max(times) > 500 * timeout:
        yield attention(
            f"{said}: close to the {timeout:g} s that are waited.",
            f"Set COMM_TIMEOUT={ceil(3 * max(times) / 1000)}.",
        )
    else:
        yield good(f"{said}.")


def _failures(patient: Patient, failed: Counter[str], asked: int) -> Finding:
    words = {"unreachable": "silent", "refused": "refused", "garbled": "garbled"}
    listed = ", ".join(f"{count} {words.get(kind, kind)}" for kind, count in failed.most_common())
    said = f"{failed.total()} of {asked} requests failed ({listed})"
    if failed.total() <= _SHARE_LOST * asked:
        return note(f"{said}; a few are usual, and are asked again.")
    return attention(
        f"{said}.",
        "Stop other programs that read this DTU over Modbus: it takes one client only.",
        f"Set COMM_TIMEOUT={ceil(2 * patient.comm.timeout)} and QUERY_PERIOD=120, and ask again.",
        "Restart the DTU, and update its firmware.",
    )


def _pace(seen: Examination) -> Iterator[Finding]:
    """Whether it is asked too often for what it can give."""
    period = seen.patient.query_period
    if seen.poll_seconds > period / 2:
        enough = 60 * ceil(3 * seen.poll_seconds / 60)
        yield attention(
            f"Reading it takes {seen.poll_seconds:.0f} s of the {period:g} s between two polls.",
            f"Set QUERY_PERIOD={enough}.",
        )
    elif period < GENTLE_PERIOD:
        yield note(
            f"It is polled every {period:g} s. More than once a minute has crashed DTUs, and kept them from "
            "reaching the vendor's cloud.",
            "Set QUERY_PERIOD=60 or more, unless this one has shown that it can take it.",
        )
