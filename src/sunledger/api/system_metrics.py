"""/api/v1/system/metrics: how Sunledger itself has been doing, minute by minute."""

from datetime import timedelta
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import Field

from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.cursors import timeline_onward, timeline_resumed
from sunledger.api.fields import Fields, all_sparse
from sunledger.api.needs import needs
from sunledger.api.parameters import Cursor, End, Limit, Parameters, Start, span_of
from sunledger.api.shapes import MOMENT, TEXT, answers, fixed, page, titled
from sunledger.api.sources import FromSources
from sunledger.sitetime import instant, milliseconds
from sunledger.store.documents import Place
from sunledger.store.system_metrics import Sample, SampleKey

routes = APIRouter(tags=["health"], dependencies=[needs(Action.READ, everywhere=True)])


class MetricsQuery(Parameters):
    """Which of our numbers, and when."""

    name: Annotated[
        str | None,
        Field(pattern=r"^[a-z_]{1,64}$", description="Only those of this name, such as memory_bytes."),
    ] = None
    start: Start | None = Field(None, description="From this moment on. Default: 24 hours before the end.")
    end: End | None = Field(None, description="Up to, but not including this moment. Default: now.")
    fields: Fields | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


_ITEM = titled(
    "SystemMetric",
    fixed(
        timestamp=MOMENT,
        metric_name=TEXT,
        metric_value={"type": "number"},
        tags={"type": "object", "additionalProperties": TEXT},
    ),
)


@routes.get("/api/v1/system/metrics", responses=answers(page(_ITEM)))
async def system_metrics(
    query: Annotated[MetricsQuery, Query()], request: Request, sources: FromSources
) -> Json:
    """Numbers of our own health by time: one a minute and name, of the last 30 days."""
    default = span_of(query.start, query.end, sources.clock.now(), timedelta(days=1))
    span, after = timeline_resumed(request, query.cursor) or (default, None)
    found = await sources.system_metrics.between(
        span, query.name, limit=query.limit + 1, after=None if after is None else _key(after)
    )
    shown = found[: query.limit]
    last = _place(shown[-1].key) if len(found) > query.limit else None
    items = all_sparse(map(_item, shown), query.fields, _ITEM)
    return Json({"items": items, "next_cursor": timeline_onward(request, span, last)})


def _place(key: SampleKey) -> Place:
    """A sample's key as a place in a timeline; no name has a space."""
    return Place(milliseconds(key.at), f"{key.name} {key.tags}")


def _key(place: Place) -> SampleKey:
    name, _, tags = place.id.partition(" ")
    return SampleKey(instant(place.at), name, tags)


def _item(sample: Sample) -> dict[str, object]:
    return {
        "timestamp": sample.at,
        "metric_name": sample.name,
        "metric_value": sample.value,
        "tags": orjson.Fragment(sample.tags),
    }
