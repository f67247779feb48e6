"""Opaque cursors: a place in a list, bound to the question that was asked.

A cursor is base64url of a JSON list: the question's fingerprint, then the parts of the place.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import TypeVar

import orjson
from starlette.requests import Request

from sunledger.api.parameters import EARLIEST, LATEST
from sunledger.api.problems import Problem, Trouble
from sunledger.sitetime import Span, instant, milliseconds
from sunledger.store.documents import Place
from sunledger.store.records import Position

P = TypeVar("P", int, str)

_FREE = {"cursor", "limit"}
"""Parameters that may change from page to page."""
_LARGEST = 1 << 53


def mark_of(question: object) -> str:
    """The fingerprint of a question, which is any JSON."""
    return hashlib.blake2s(orjson.dumps(question), digest_size=6).hexdigest()


def fingerprint(request: Request) -> str:
    """What makes two requests pages of one list: the address and all parameters but cursor and limit."""
    asked = sorted(pair for pair in request.query_params.multi_items() if pair[0] not in _FREE)
    return mark_of([request.url.path, asked])


def sealed(mark: str, *place: int | str) -> str:
    """The cursor to a place in the list of the question with this fingerprint."""
    return base64.urlsafe_b64encode(orjson.dumps([mark, *place])).rstrip(b"=").decode()


def opened(mark: str, given: str, parts: int, kind: type[P]) -> Sequence[P] | None:
    """The place that a cursor stands for; None if it is no cursor of this question."""
    try:
        found = orjson.loads(base64.b64decode(given + "=" * (-len(given) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError):
        return None
    if not isinstance(found, list) or found[:1] != [mark] or len(found) != parts + 1:
        return None
    return found[1:] if all(_is(kind, part) for part in found[1:]) else None


def cursor(request: Request, *place: int | str) -> str:
    """The cursor to a place in the list that the request asks for."""
    return sealed(fingerprint(request), *place)


def place(request: Request, given: str | None, parts: int, kind: type[P]) -> Sequence[P] | None:
    """The place a cursor stands for, None without one; a `Problem` if it is of another question."""
    if given is None:
        return None
    found = opened(fingerprint(request), given, parts, kind)
    if found is None:
        raise _foreign()
    return found


def resumed(request: Request, given: str | None) -> tuple[Span, Position] | None:
    """The span and the position that a cursor of a list in time stands for."""
    found = place(request, given, 4, int)
    if found is None:
        return None
    start, end, at, series = found
    earliest, latest = milliseconds(EARLIEST), milliseconds(LATEST)
    if not earliest <= start < end <= latest + 1:
        raise _foreign()
    return Span(instant(start), instant(end)), Position(at, series)


def onward(request: Request, span: Span, position: Position | None) -> str | None:
    """The cursor to go on with in a list in time; None at its end."""
    if position is None:
        return None
    return cursor(request, milliseconds(span.start), milliseconds(span.end), *position)


def timeline_resumed(request: Request, given: str | None) -> tuple[Span, Place] | None:
    """The span and the place that a cursor of a timeline of documents stands for."""
    found = place(request, given, 4, str)
    if found is None:
        return None
    earliest, latest = milliseconds(EARLIEST), milliseconds(LATEST)
    *moments, id_ = found
    if not all(moment.isascii() and moment.removeprefix("-").isdecimal() for moment in moments):
        raise _foreign()
    start, end, at = map(int, moments)
    if not earliest <= start < end <= latest + 1 or not start <= at < end:
        raise _foreign()
    return Span(instant(start), instant(end)), Place(at, id_)


def timeline_onward(request: Request, span: Span, after: Place | None) -> str | None:
    """The cursor to go on with in a timeline of documents; None at its end."""
    if after is None:
        return None
    edges = str(milliseconds(span.start)), str(milliseconds(span.end))
    return cursor(request, *edges, str(after.at), after.id)


def _is(kind: type[int] | type[str], part: object) -> bool:
    return type(part) is kind and (not isinstance(part, int) or abs(part) < _LARGEST)


def _foreign() -> Problem:
    detail = (
        "cursor: not one that this question gave out. Repeat the parameters of the first request unchanged "
        "and pass next_cursor as it came, or leave cursor out to begin again."
    )
    return Problem(Trouble.INVALID_CURSOR, detail, parameter="cursor")
