"""Faults of the wire: what becomes of an answer, or of the connection, on the way to the client."""

import random
from dataclasses import replace
from datetime import time, timedelta

from sunledger.simulator.fault import Answer, Fault
from sunledger.simulator.frames import with_double_byte_count

_TEN_MINUTES = timedelta(minutes=10)


class Slow(Fault):
    """The DTU takes its time."""

    name = "slow"
    description = "every answer comes two seconds late"
    default_at = time(9, 0)
    default_lasts = _TEN_MINUTES
    delay = 2.0


class Silent(Fault):
    """The DTU accepts and never answers (wasilukm/hoymiles-mqtt#9)."""

    name = "silent"
    description = "connections are accepted, requests are never answered"
    default_at = time(10, 30)
    default_lasts = _TEN_MINUTES

    def disturb(self, answer: Answer) -> Answer:
        """Swallow it."""
        return replace(answer, frame=b"")


class RefusedConnection(Fault):
    """Nothing listens (wasilukm/hoymiles-mqtt#28)."""

    name = "refused"
    description = "nothing listens on the port, and open connections are cut"
    default_at = time(10, 50)
    default_lasts = _TEN_MINUTES
    shuts_the_door = True


class Flapping(Fault):
    """The DTU drops off the network again and again (wasilukm/hoymiles-mqtt#25)."""

    name = "flapping"
    description = "answers in every even second and hangs up in every odd one"
    default_at = time(13, 20)
    default_lasts = _TEN_MINUTES

    def disturb(self, answer: Answer) -> Answer:
        """Hang up instead of answering, every other second."""
        return replace(answer, frame=b"", hangs_up=True) if answer.asked.second % 2 else answer


class Truncated(Fault):
    """The end of the answer is lost (mletenay/home-assistant-goodwe-inverter#280)."""

    name = "truncated"
    description = "only the first half of each answer arrives"
    default_at = time(10, 10)
    default_lasts = _TEN_MINUTES

    def disturb(self, answer: Answer) -> Answer:
        """Cut it in the middle."""
        return replace(answer, frame=answer.frame[: len(answer.frame) // 2])


class WrongByteCount(Fault):
    """The answer miscounts its bytes; the data are right (wasilukm/hoymiles_modbus tolerates it)."""

    name = "wrong-byte-count"
    description = "answers claim twice the bytes they carry: 0x50 instead of 0x28"
    default_at = time(9, 50)
    default_lasts = _TEN_MINUTES

    def disturb(self, answer: Answer) -> Answer:
        """Double the count."""
        return replace(answer, frame=with_double_byte_count(answer.frame))


class Garbage(Fault):
    """Bytes that are no Modbus at all."""

    name = "garbage"
    description = "random bytes instead of each answer"
    default_at = time(13, 40)
    default_lasts = timedelta(minutes=5)

    def disturb(self, answer: Answer) -> Answer:
        """Replace it by 5 to 60 bytes, drawn by seed."""
        rng = random.Random(f"{answer.asked.seed}:garbage:{answer.asked.number}")  # noqa: S311  a simulation, no secret
        return replace(answer, frame=rng.randbytes(rng.randrange(5, 61)))


class StepTwenty(Fault):
    """Port blocks 20 registers apart, as OpenDTU's Modbus emulation lays them out."""

    name = "step-20"
    description = "port blocks lie 20 registers apart instead of 40"
    default_at = None
    default_lasts = _TEN_MINUTES
    register_step = 20
