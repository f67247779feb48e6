"""How values travel to PostgreSQL and back.

Times are integer milliseconds on our side and timestamptz on the other, JSON is text.
"""

from dataclasses import dataclass
from struct import Struct

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Dumper, Loader
from psycopg.pq import Format
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from sunledger.store.postgres_packing import EPOCH, Packed, PackedDumper

_MICROSECONDS = Struct(">q")


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """A time as a parameter: milliseconds since 1970."""

    at: int


class _Dumper(Dumper):
    format = Format.BINARY
    oid = psycopg.adapters.types["timestamptz"].oid

    def dump(self, obj: Milliseconds) -> bytes:
        """The microseconds that PostgreSQL counts."""
        return _MICROSECONDS.pack((obj.at - EPOCH) * 1000)


class _Loader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> int:
        """Milliseconds since 1970."""
        microseconds: int = _MICROSECONDS.unpack(data)[0]
        return microseconds // 1000 + EPOCH


class _JsonLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        """The text."""
        return bytes(data).decode()


class _JsonbLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        """The text, after the byte that numbers the format."""
        return bytes(data)[1:].decode()


def _adapters() -> AdaptersMap:
    adapters = AdaptersMap(psycopg.adapters)
    adapters.register_dumper(Milliseconds, _Dumper)
    adapters.register_dumper(Packed, PackedDumper)
    adapters.register_loader("timestamptz", _Loader)
    adapters.register_loader("json", _JsonLoader)
    adapters.register_loader("jsonb", _JsonbLoader)
    # of one width whatever its value, so that a statement is planned once and not for each mix of widths
    adapters.register_dumper(int, Int8Dumper)
    adapters.register_dumper(int, Int8BinaryDumper)
    return adapters


ADAPTERS = _adapters()
