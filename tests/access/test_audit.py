"""The audit: whatever anybody changes in it is found."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.access.rooms import ANN, NOON, access_to, statements_of

from sunledger.access import Access, Event, Kind
from sunledger.access.audit import GENESIS, Actor, Entry, Head
from sunledger.access.trail import Trail, Wanted
from sunledger.sitetime import ManualClock, Span
from sunledger.store.memory_statements import MemoryStatements
from sunledger.store.statements import Statements, Step

COLUMNS = [
    "seq", "at", "kind", "who", "address", "action", "object_kind", "object_id", "before", "after", "outcome",
    "hash",
]  # fmt: skip
texts = st.text(max_size=20)
contents = st.none() | st.dictionaries(texts.filter(lambda key: key.isprintable()), st.integers(0, 9) | texts)
events = st.builds(Event, action=texts, object_kind=texts, object_id=texts, before=contents, after=contents)
actors = st.builds(Actor, st.sampled_from(Kind), texts, texts)


def event(number: int = 0, **more: Any) -> Event:
    return Event(action="change", object_kind="device", object_id=f"meter{number}", **more)


async def a_trail(statements: Statements) -> Trail:
    await statements.open()
    return access_to(statements).audit


async def test_entries_come_back_as_they_were_noted(access: Access, clock: ManualClock) -> None:
    noted = []
    for number in range(3):
        noted.append(await access.audit.note(ANN, event(number, before={"name": "a"}, after={"name": "ä"})))
        await clock.advance(60)
    assert [entry.seq for entry in noted] == [1, 2, 3]
    assert await access.audit.page(limit=9) == noted[::-1]
    assert noted[0].at == NOON
    assert json.loads(noted[0].after or "") == {"name": "ä"}
    assert await access.audit.verify() == (Head(3, noted[2].hash), None)
    assert await access.audit.head() == Head(3, noted[2].hash)


async def test_a_trail_without_entries_is_sound(access: Access) -> None:
    assert await access.audit.verify() == (Head(0, GENESIS), None)


async def test_pages_are_narrowed_and_neither_lose_nor_repeat_an_entry(
    access: Access, clock: ManualClock
) -> None:
    bob = Actor(Kind.TOKEN, "bob", "")
    for number in range(6):
        await access.audit.note(ANN if number % 2 else bob, event(number % 3))
        await clock.advance(60)
    found: list[Entry] = []
    before: int | None = None
    while page := await access.audit.page(Wanted(who="bob"), limit=2, before=before):
        found += page
        before = page[-1].seq
    assert [entry.seq for entry in found] == [5, 3, 1]
    of_meter = await access.audit.page(Wanted(object_kind="device", object_id="meter0"), limit=9)
    assert [entry.seq for entry in of_meter] == [4, 1]
    minutes = Span(NOON + timedelta(minutes=1), NOON + timedelta(minutes=3))
    assert [entry.seq for entry in await access.audit.page(Wanted(span=minutes), limit=9)] == [3, 2]
    assert not await access.audit.page(Wanted(action="remove"), limit=9)


async def test_what_is_not_done_is_not_told_and_what_is_not_told_is_not_done(access: Access) -> None:
    wrong = Step("INSERT INTO access_key (kid, secret, created_at) VALUES ('a', 's', :at)", {"at": NOON})
    never = Step("DELETE FROM access_key WHERE kid = 'b'", {}, rows=1)
    with pytest.raises(Exception, match="0 rows instead of 1"):
        await access.audit.change([wrong, never], ANN, event())
    assert (await access.audit.head()).seq == 0
    assert not await access._statements.ask("SELECT kid FROM access_key", {})


async def test_several_processes_write_one_chain_without_a_gap(statements: Statements) -> None:
    trails = [access_to(statements).audit for _ in range(4)]  # each with a lock of its own, as a process has
    await statements.open()
    await asyncio.gather(*(trail.note(ANN, event(number)) for number in range(8) for trail in trails))
    verdict = await trails[0].verify()
    assert (verdict.head.seq, verdict.fault) == (32, None)
    await statements.close()


@given(st.lists(st.tuples(actors, events), max_size=6))
def test_whatever_strangers_choose_for_words_the_chain_is_sound(noted: Sequence[tuple[Actor, Event]]) -> None:
    async def tried() -> None:
        statements = await statements_of("memory")
        trail = await a_trail(statements)
        for by, what in noted:
            entry = await trail.note(by, what)
            assert all(word.isprintable() for word in (entry.who, entry.address, entry.object_id))
        assert (await trail.verify()) == (await trail.head(), None)
        await statements.close()

    asyncio.run(tried())


async def of_rows(rows: Sequence[Sequence[Any]]) -> MemoryStatements:
    """A database whose audit holds just these rows."""
    statements = MemoryStatements("CREATE TABLE audit (" + ", ".join(COLUMNS) + ")")
    await statements.open()
    marks = ", ".join(f":{name}" for name in COLUMNS)
    await statements.change(
        f"INSERT INTO audit VALUES ({marks})", [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    )
    return statements


@pytest.fixture(scope="module")
def sound() -> list[list[Any]]:
    """The rows of a trail of six entries."""

    async def noted() -> list[list[Any]]:
        statements = await statements_of("memory")
        trail = await a_trail(statements)
        for number in range(6):
            await trail.note(ANN, event(number, before={"n": number}))
        rows = await statements.ask(f"SELECT {', '.join(COLUMNS)} FROM audit ORDER BY seq", {})
        await statements.close()
        return [list(row) for row in rows]

    return asyncio.run(noted())


def verdict_of(rows: Sequence[Sequence[Any]], anchor: Head | None = None) -> tuple[int, str | None]:
    async def found() -> tuple[int, str | None]:
        statements = await of_rows(rows)
        head, fault = await access_to(statements).audit.verify(anchor)
        await statements.close()
        return head.seq, fault

    return asyncio.run(found())


@given(data=st.data())
def test_any_field_that_is_changed_is_found(sound: list[list[Any]], data: st.DataObject) -> None:
    row, column = data.draw(st.integers(0, 5)), data.draw(st.integers(0, len(COLUMNS) - 1))
    values = st.none() | st.integers(-(2**63), 2**63 - 1) | texts.filter(_is_utf8) | st.binary(max_size=9)
    value = data.draw(values.filter(lambda given: given != sound[row][column]))
    if COLUMNS[column] == "seq" and (not isinstance(value, int) or any(value == each[0] for each in sound)):
        return  # the key of the table
    changed = [list(each) for each in sound]
    changed[row][column] = value
    head, fault = verdict_of(changed)
    assert fault is not None
    assert head <= row, "what came before is sound"


def _is_utf8(text: str) -> bool:
    return "\x00" not in text and text.isprintable()


@pytest.mark.parametrize("gone", range(5))
def test_an_entry_that_is_left_out_is_found(sound: list[list[Any]], gone: int) -> None:
    head, fault = verdict_of(sound[:gone] + sound[gone + 1 :])
    assert head == gone
    assert f"entry {gone + 1} is missing" in (fault or "")


def test_entries_that_change_places_are_found(sound: list[list[Any]]) -> None:
    for one in range(6):
        for other in range(one):
            rows = [list(row) for row in sound]
            rows[one][1:], rows[other][1:] = sound[other][1:], sound[one][1:]
            assert verdict_of(rows)[1] is not None


def test_an_end_that_is_cut_off_or_made_anew_is_found_by_a_head_that_was_written_down(
    sound: list[list[Any]],
) -> None:
    anchor = Head(sound[-1][0], sound[-1][-1])
    assert verdict_of(sound, anchor) == (6, None)
    assert verdict_of(sound[:4]) == (4, None), "by itself, the chain only knows what it has"
    assert verdict_of(sound[:4], anchor) == (4, "entry 5 is missing, and all up to 6")
    assert "made anew" in (verdict_of(sound, Head(3, GENESIS))[1] or "")


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'bob'", "DELETE FROM audit"])
async def test_the_database_itself_refuses_changes(
    engine: str, statement: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    statements = await statements_of(engine, request, tmp_path)
    trail = await a_trail(statements)
    await trail.note(ANN, event())
    with pytest.raises(Exception, match="the audit is never changed"):
        await statements.change(statement, [{}])
    assert (await trail.head()).seq == 1
    await statements.close()


async def test_secrets_are_taken_out_of_what_is_kept(quick: Access) -> None:
    trail = Trail(quick._statements, ManualClock(NOON), lambda content: dict.fromkeys(content, "***"))
    entry = await trail.note(ANN, event(before={"password": "geheim"}))
    assert entry.before == '{"password":"***"}'
