"""SQL statements as spans, without their values; only within a request or a poll that is traced."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import SpanKind, Tracer, get_current_span

_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
_TARGET = re.compile(r"\b(?:FROM|INTO|UPDATE|TABLE|COPY)\s+([\w.]+)", re.IGNORECASE)
_LONGEST = 2000


class Statements:
    """Traces the statements of one kind of database."""

    def __init__(self, tracer: Tracer, system: str) -> None:
        self._tracer = tracer
        self._system = system

    @contextmanager
    def span(self, sql: object, *, suffix: str = "") -> Iterator[None]:
        """A span around what is done with a statement."""
        if not get_current_span().is_recording():
            yield
            return
        text = without_values(sql)
        attributes = {"db.system.name": self._system, "db.query.text": text}
        with self._tracer.start_as_current_span(
            named(text) + suffix, kind=SpanKind.CLIENT, attributes=attributes, record_exception=False
        ):
            yield


def without_values(sql: object) -> str:
    """The statement on one line, question marks for what is written out in it."""
    text = sql.decode(errors="replace") if isinstance(sql, bytes) else str(sql)
    return " ".join(_LITERAL.sub("?", text).split())[:_LONGEST]


def named(text: str) -> str:
    """What a statement does to what: `SELECT port_reading`."""
    target = _TARGET.search(text)
    verb = text.partition(" ")[0].upper() or "nothing"
    return verb if target is None else f"{verb} {target[1]}"
