"""What a look at something found, and how it is told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How much a finding matters; the member's value is what stands before it."""

    GOOD = "ok"
    NOTE = "note"
    ATTENTION = "!"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, what shows it, and what to change."""

    level: Level
    said: str
    changes: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


def good(said: str, *shown: str) -> Finding:
    """All is well here."""
    return Finding(Level.GOOD, said, shown=shown)


def note(said: str, *changes: str) -> Finding:
    """Worth knowing; nobody has to act."""
    return Finding(Level.NOTE, said, changes)


def attention(said: str, *changes: str, shown: Iterable[str] = ()) -> Finding:
    """Somebody has to act."""
    return Finding(Level.ATTENTION, said, changes, tuple(shown))


def told(title: str, findings: Iterable[Finding]) -> str:
    """Findings under their title, as lines for people."""
    return "\n".join([title, *(line for finding in findings for line in _lines(finding)), ""])


def attentions(findings: Iterable[Finding]) -> int:
    """How many of them ask for something to be done."""
    return sum(finding.level is Level.ATTENTION for finding in findings)


def _lines(finding: Finding) -> Iterator[str]:
    yield f"  {finding.level.value:5} {finding.said}"
    yield from (f"        {line}" for line in finding.shown)
    yield from (f"        → {change}" for change in finding.changes)
