"""The schema: complete by the catalogue, described, and the one that is committed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLField, GraphQLObjectType, GraphQLScalarType

from sunledger.api.graphql.schema import schema_with, written
from sunledger.measurements import INVERTER, KINDS, MEASUREMENTS, PORT, Kind, ReadingKind
from sunledger.store.records import Of

COMMITTED = Path(__file__).parents[3] / "docs" / "schema.graphql"
CORE = schema_with().core


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def object_type(name: str) -> GraphQLObjectType:
    found = CORE.get_type(name)
    assert isinstance(found, GraphQLObjectType)
    return found


def names_of(enumeration: str) -> set[str]:
    found = CORE.get_type(enumeration)
    assert isinstance(found, GraphQLEnumType)
    return set(found.values)


def test_the_committed_schema_is_this_one() -> None:
    assert COMMITTED.read_text() == written(), "the schema has changed: run `make graphql`"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_reading_is_a_type_with_every_measurement_in_its_unit(
    kind: ReadingKind[Any],
) -> None:
    fields = object_type(kind.reading.__name__).fields
    assert list(fields) == [*map(camel, kind.identity), "timestamp", *map(camel, kind.columns)]
    holds_measurements(kind, fields)


@pytest.mark.parametrize(("name", "kind"), [("Inverter", INVERTER), ("Port", PORT)])
def test_what_an_inverter_and_a_port_say_now_is_all_in_them(name: str, kind: ReadingKind[Any]) -> None:
    holds_measurements(kind, object_type(name).fields)


def holds_measurements(kind: ReadingKind[Any], fields: Mapping[str, GraphQLField]) -> None:
    for measurement in kind.measurements:
        field, quantity = typed(fields, camel(measurement.name)), measurement.quantity
        assert quantity.label in field[1]
        assert quantity.unit.symbol in field[1]
        counts = quantity.kind in {Kind.COUNTER, Kind.DAILY_COUNTER}
        whole = "Int64" if counts or quantity.bits > 31 else "Int"
        assert field[0] == (whole if measurement.integral else "Float")


def typed(fields: Mapping[str, GraphQLField], name: str) -> tuple[str, str]:
    """The type, which may be null, and the description of a field."""
    field = fields[name]
    assert isinstance(field.type, GraphQLScalarType), "missing is null"
    return field.type.name, field.description or ""


def test_enumerations_are_those_of_the_catalogue_and_the_store() -> None:
    assert names_of("MeasurementName") == {each.name.upper() for each in MEASUREMENTS}
    assert names_of("ReadingKind") == {of.name for of in Of} == {name.upper() for name in KINDS}


def test_the_latest_readings_have_every_kind() -> None:
    assert list(object_type("Latest").fields) == list(KINDS)


def test_nothing_can_be_changed_and_there_are_no_subscriptions() -> None:
    assert CORE.mutation_type is None
    assert CORE.subscription_type is None


def test_every_type_but_the_root_says_what_it_is() -> None:
    ours = [each for name, each in CORE.type_map.items() if not name.startswith("__") and name != "Query"]
    assert not [each.name for each in ours if not each.description]
    assert not [name for name, field in object_type("Query").fields.items() if not field.description]
