"""What every device has: what people say of it, and what it has measured over time."""

from typing import Annotated, Any

import strawberry

from sunledger.api.graphql import sizes
from sunledger.api.graphql.arguments import (
    Asking,
    End,
    InSteps,
    Measurements,
    OfKind,
    OfZone,
    Start,
)
from sunledger.api.graphql.fields import field
from sunledger.api.graphql.questions import When, history_asked, history_series
from sunledger.api.graphql.series import HistorySeries
from sunledger.sitetime import Step

SiteLater = Annotated["Site", strawberry.lazy("sunledger.api.graphql.places")]  # type: ignore[name-defined]  # noqa: F821


@strawberry.type
class Described:
    """A device."""

    id: strawberry.ID

    @field("What people call it; its id where nobody has named it.")
    def name(self, info: Asking) -> str:
        """What people call it."""
        return info.context.said(self.id).name

    @field("What sort of device, such as inverter, battery or meter.")
    def kind(self, info: Asking) -> str | None:
        """What sort of device."""
        return info.context.said(self.id).kind

    @field("Whether its readings are not kept from now on.")
    def excluded(self, info: Asking) -> bool:
        """Whether its readings are not kept."""
        return info.context.said(self.id).excluded

    @field("Notes on it, of several lines.")
    def notes(self, info: Asking) -> str:
        """Notes on it."""
        return info.context.said(self.id).notes

    @field("Where it is.", type_=SiteLater | None)
    async def site(self, info: Asking) -> Any:
        """Where it is."""
        return await info.context.site.load(info.context.said(self.id).site)

    @field(
        "Its measurements by period, from rollups; of the last 24 hours unless said.",
        rows=sizes.history_series_of_device,
        page=sizes.history_periods,
        asks=True,
    )
    async def history(
        self,
        info: Asking,
        measurement: Measurements,
        kind: OfKind = None,
        start: Start = None,
        end: End = None,
        step: InSteps = Step.HOUR,
        zone: OfZone = None,
    ) -> list[HistorySeries]:
        """Its measurements by period."""
        seen = info.context
        asked = await history_asked(seen, When(start, end, zone), step, measurement, kind)
        return history_series(await seen.history_of.load((asked, self.id)), asked, seen)
