"""What GraphQL refuses, and with which words; and that no query makes much work of little text."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import httpx
from graphql import get_introspection_query
from tests.api.graphql.asking import PATH, asked, posted, refused
from tests.api.plant import BERLIN, MINUTE, NOON, SERIALS, Plant, poll, serving

from sunledger.api.graphql.cost import A_QUESTION, DEEPEST, MOST
from sunledger.sitetime import Span, Step
from sunledger.store.memory import MemoryStore
from sunledger.store.protocol import Accounting, Of, StoreError
from sunledger.store.records import Energy, History, PortKey

MANY = [f"1161{number:08}" for number in range(300)]


class CountingStore(MemoryStore):
    """A store that says how often it is asked, and that can be away."""

    def __init__(self) -> None:
        super().__init__(Accounting(zone=BERLIN))
        self.asked: list[str] = []
        self.away = False

    async def energy(
        self,
        ports: Sequence[PortKey] | None,
        span: Span,
        step: Step | None,
        zone: ZoneInfo | None = None,
        *,
        together: bool = False,
    ) -> Sequence[Energy]:
        self.asked.append("energy")
        if self.away:
            raise StoreError("the disk is full; make room on it")
        return await super().energy(ports, span, step, zone, together=together)

    async def extent(self, of: Of) -> Span | None:
        self.asked.append("extent")
        return await super().extent(of)

    async def history(
        self,
        of: Of,
        series: Sequence[int] | None,
        measurements: Sequence[str],
        span: Span,
        step: Step,
        zone: ZoneInfo | None = None,
    ) -> Sequence[History]:
        self.asked.append("history")
        return await super().history(of, series, measurements, span, step, zone)


async def test_a_query_says_what_it_costs(plant: Plant) -> None:
    await plant.read()
    answer = (await posted(plant, "{ inverters { id ports { pvPower } } }")).json()
    assert answer["extensions"] == {"cost": 2 * (1 + 1 + 2 * (1 + 1))}


async def test_a_question_to_the_store_costs_once_for_all_rows(plant: Plant) -> None:
    await plant.read()
    for query, cost in (
        ("{ energy { total } }", A_QUESTION + 3),
        ("{ inverters { energy { energy } } }", A_QUESTION + 2 * (1 + 2)),
        ("{ a: energy { total } b: energy { total } }", 2 * (A_QUESTION + 3)),
    ):
        assert (await posted(plant, query)).json()["extensions"] == {"cost": cost}, query
    code, _, message = await refused(plant, "{" + many("a#: energy { total }", 100) + "}")
    assert code == "too-much"
    assert f"question for energy or history {A_QUESTION}" in message


async def test_a_query_that_costs_too_much_is_told_how_much_and_what_to_do() -> None:
    async with serving() as plant:
        await plant.intake.accept(poll(NOON, serials=MANY))
        devices = "devices(first: 1000) { nodes "
        deep = f"{{ sites {{ nodes {{ {devices} {{ site {{ {devices} {{ id }} }} }} }} }} }} }} }}"
        code, field, message = await refused(plant, deep)
        assert (code, field) == ("too-much", "query")
        assert f"the limit is {MOST:,}" in message
        assert "shorter pages" in message
        small = deep.replace("1000", "10")
        assert (await posted(plant, small)).json()["extensions"]["cost"] < MOST


async def test_points_of_long_series_count_whether_they_are_wanted_or_not() -> None:
    async with serving() as plant:
        await plant.intake.accept(poll(NOON, serials=MANY))
        await plant.intake.accept(poll(NOON + 60 * 24 * 60 * MINUTE, serials=MANY))
        for fields in ("unit", "points { mean }"):
            span = 'start: "2026-06-01T00:00:00Z", end: "2026-09-01T00:00:00Z"'
            query = f"{{ history(measurement: PV_POWER, {span}) {{ {fields} }} }}"
            assert (await refused(plant, query))[:2] == ("too-much", "query")
        query = '{ energy(by: INVERTER, step: QUARTER, start: "1970-01-01T00:00:00Z") { total } }'
        assert (await refused(plant, query))[:2] == ("too-much", "query")
        assert await asked(plant, '{ energy(step: YEAR, start: "1970-01-01T00:00:00Z") { total } }')


async def test_a_query_may_not_be_too_deep(plant: Plant) -> None:
    await plant.read()
    for times in (4, 60):
        nested = "customer { sites { nodes { " * times + "id" + " } } }" * times
        code, field, message = await refused(plant, f'{{ site(id: "home") {{ {nested} }} }}')
        assert (code, field) == ("too-much", "query")
        assert f"the limit is {DEEPEST}" in message


def many(part: str, times: int) -> str:
    """A part again and again, with its number for every #."""
    return " ".join(part.replace("#", str(number)) for number in range(times))


_DOUBLING = [
    f"fragment f{n} on Site {{ customer {{ sites {{ nodes {{ ...f{n + 1} x: name ...f{n + 1} }} }} }} }} "
    for n in range(25)
]
WINDING = [
    "{" + many("inverters { id }", 300) + "}",
    "{" + many("a {", 200) + "b" + many("}", 201),
    "{" + many("a#: measurements { name }", 200) + "}",
    "{ inverters { " + many("a#: id", 400) + " } }",
    "{" + many("...f#", 150) + "}" + many("fragment f# on Query { a b }", 150),
    "query (" + many("$v#: Int", 250) + ") { inverters { id } }",
    "{ inverters(device: [" + many('"x"', 1200) + "]) { id } }",
    "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
    "{" + many("a#: __schema { types { name fields { name } } }", 60) + "}",
    "#" * 60_000,
    '{ customer(id: "' + "x" * 50_000 + '") { ' + "y" * 10_000 + " } }",
    "fragment a on Query { ...b } fragment b on Query { ...a } { ...a }",
    many("fragment f# on Site { customer { sites { nodes { ...g# ...g# } } } }", 25)
    + many("fragment g# on Site { id ...f# }", 25)
    + '{ site(id: "home") { ...f0 } }',
    "".join(_DOUBLING) + 'fragment f25 on Site { id } { site(id: "home") { ...f0 } }',
]


async def test_what_is_long_deep_or_winding_is_refused_with_a_reason(plant: Plant) -> None:
    await plant.read()
    for query in WINDING:
        response = await posted(plant, query)
        assert response.status_code == httpx.codes.OK
        errors = response.json()["errors"]
        assert 0 < len(errors) <= 20
        for error in errors:
            assert error["extensions"]["code"].startswith("urn:sunledger:problem:")
            assert error["extensions"]["field"]
            assert 0 < len(error["message"]) <= 1000


async def test_introspection_is_answered(plant: Plant) -> None:
    response = await posted(plant, get_introspection_query())
    assert "errors" not in response.json()
    assert response.json()["extensions"]["cost"] < MOST


WRONG = [
        ("{ inverters(device: \"x\") { id } }", "unknown-device", "device"),
        ("{ latest(device: \"x\") { port { pvPower } } }", "unknown-device", "device"),
        ("{ energy(device: \"x\") { total } }", "unknown-device", "device"),
        ("{ history(measurement: PV_POWER, device: \"x\") { unit } }", "unknown-device", "device"),
        ("{ history(measurement: [PV_POWER, HUMIDITY]) { unit } }", "invalid-parameter", "measurement"),
        ("{ history(measurement: PV_POWER, kind: WEATHER) { unit } }", "invalid-parameter", "measurement"),
        ("{ history(measurement: TEMPERATURE, port: 1) { unit } }", "invalid-parameter", "port"),
        ("{ history(measurement: PV_POWR) { unit } }", "refused", "measurement"),
        ("{ history(measurement: []) { unit } }", "invalid-parameter", "measurement"),
        ("{ history { unit } }", "refused", "history"),
        ("{ energy(start: \"2026-06-22T00:00:00Z\", end: \"2026-06-21T00:00:00Z\") { total } }",
         "invalid-parameter", "start"),
        ("{ energy(start: \"2026-06-22T00:00:00\") { total } }", "refused", "start"),
        ("{ energy(start: \"1066-06-22T00:00:00Z\") { total } }", "refused", "start"),
        ("{ energy(start: 7) { total } }", "refused", "start"),
        ("{ energy(zone: \"Mars/Base\") { total } }", "refused", "zone"),
        ("{ energy(step: WEEK) { total } }", "refused", "step"),
        ("{ devices(first: 0) { nodes { id } } }", "invalid-parameter", "first"),
        ("{ devices(first: 1001) { nodes { id } } }", "invalid-parameter", "first"),
        ("{ devices(first: 99999999999) { nodes { id } } }", "refused", "first"),
        ("{ devices(after: \"x\") { nodes { id } } }", "invalid-cursor", "after"),
        ("{ inverters { pvPowr } }", "refused", "pvPowr"),
        ("{ inverters }", "refused", "inverters"),
        ("{ inverters { id }", "refused", "query"),
        ("query ($n: Int) { devices(first: $n) { nodes { id } } }", "refused", "first"),
        ("query ($n: Int!) { devices(first: $n) { nodes { id } } }", "refused", "n"),
    ]  # fmt: skip


async def test_every_error_says_which_field_and_why(plant: Plant) -> None:
    await plant.read()
    for query, code, field in WRONG:
        found, of, message = await refused(plant, query, n=None)
        assert (found, of) == (code, field), (query, message)
        assert len(message) > 10


async def test_a_cursor_of_another_list_is_refused(plant: Plant) -> None:
    await plant.read()
    page = await asked(plant, "{ devices(first: 1) { pageInfo { endCursor } } }")
    after = page["devices"]["pageInfo"]["endCursor"]
    query = "query ($after: String) { sites(after: $after) { nodes { id } } }"
    assert (await refused(plant, query, after=after))[:2] == ("invalid-cursor", "after")


async def test_one_question_is_asked_for_all_of_a_list() -> None:
    store = CountingStore()
    async with serving(store=store) as plant:
        await plant.intake.accept(poll(NOON, serials=MANY))
        data = await asked(
            plant, "{ inverters { energy { energy } history(measurement: TEMPERATURE) { unit } } }"
        )
    assert len(data["inverters"]) == len(MANY)
    assert sorted(store.asked) == ["energy", "extent", "history"]


async def test_a_store_that_is_away_is_an_error_of_its_fields_alone() -> None:
    store = CountingStore()
    async with serving(store=store) as plant:
        await plant.intake.accept(poll(NOON))
        store.away = True
        code, field, message = await refused(plant, "{ energy { total } }")
    assert (code, field) == ("store-unavailable", "energy")
    assert "make room" in message


NO_QUERIES = [
        (b"[]", "application/json", 400, "body"),
        (b'[{"query": "{ inverters { id } }"}]', "application/json", 400, "body"),
        (b"{", "application/json", 400, "body"),
        (b"{}", "application/json", 400, "query"),
        (b'{"query": ""}', "application/json", 400, "query"),
        (b'{"query": ["{ inverters { id } }"]}', "application/json", 400, "query"),
        (b'{"query": "{ inverters { id } }", "variables": [1]}', "application/json", 400, "variables"),
        (b'{"query": "{ inverters { id } }", "operationName": 1}', "application/json", 400, "operationName"),
        (b'{"query": "query a { a }", "operationName": "x"}', "application/json", 400, "operationName"),
        (b'{"query": "subscription { x }"}', "application/json", 400, "query"),
        (b'{"query": "mutation { x }"}', "application/json", 400, "query"),
        (b"x" * 70_000, "application/json", 413, "body"),
        (b"query={inverters{id}}", "application/x-www-form-urlencoded", 415, None),
        (b'{"query": "{ inverters { id } }"}', "text/plain", 415, None),
        (b"--x--", "multipart/form-data; boundary=x", 415, None),
    ]  # fmt: skip


async def test_a_request_that_is_no_query_is_a_problem(plant: Plant) -> None:
    for body, type_, status, parameter in NO_QUERIES:
        response = await plant.client.post(PATH, content=body, headers={"Content-Type": type_})
        assert response.status_code == status, body[:80]
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json().get("parameter") == parameter


async def test_an_address_can_carry_a_query(plant: Plant) -> None:
    await plant.read()
    query = "query A($d: [ID!]) { inverters(device: $d) { id } } query B { inverters { pvPower } }"
    response = await plant.get(PATH, query=query, variables=f'{{"d": ["{SERIALS[1]}"]}}', operationName="A")
    assert response.json()["data"] == {"inverters": [{"id": SERIALS[1]}]}
    for wrong, parameter in (("?variables={", "variables"), ("?query=", "query"), ("", "query")):
        response = await plant.client.get(PATH + wrong)
        assert response.status_code == httpx.codes.BAD_REQUEST
        assert response.json()["parameter"] == parameter


async def test_graphql_over_http_tells_what_was_not_understood_by_its_status(plant: Plant) -> None:
    await plant.read()
    accept = {"Accept": "application/graphql-response+json"}
    for query, status in (
        ("{ inverters { id } }", 200),
        ("{ inverters { idd } }", 400),
        ('{ energy(device: "x") { total } }', 200),
    ):
        response = await plant.client.post(PATH, json={"query": query}, headers=accept)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/graphql-response+json"
