"""Arguments that several fields have, and how long a list may get by them."""

from datetime import datetime
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo

import strawberry
from strawberry.types import Info

from sunledger.api.graphql.seen import Seen
from sunledger.api.graphql.words import By, MeasurementName
from sunledger.sitetime import Step
from sunledger.store.records import Of

Asking: TypeAlias = Info[Seen, None]
"""What a resolver is told of the query: `context` is what it may read."""

First = Annotated[int, strawberry.argument(description="Nodes on a page, 1 to 1,000.")]
After = Annotated[str | None, strawberry.argument(description="`endCursor` of the page before.")]
Measurements = Annotated[
    list[MeasurementName], strawberry.argument(description="One or several, all of one kind.")
]
OfKind = Annotated[
    Of | None, strawberry.argument(description="Default: the first kind that has the measurements.")
]
Devices = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(description="Serial numbers, or other devices or places. Default: all."),
]
Ports = Annotated[list[int] | None, strawberry.argument(description="Numbers of ports. Default: all.")]
Start = Annotated[datetime | None, strawberry.argument(description="From this moment on.")]
End = Annotated[datetime | None, strawberry.argument(description="Up to, but not including this moment.")]
InSteps = Annotated[Step, strawberry.argument(description="How long a period is.")]
InOneOrSteps = Annotated[
    Step | None, strawberry.argument(description="How long a period is. Default: the span is one period.")
]
OfZone = Annotated[
    ZoneInfo | None, strawberry.argument(description="Whose days, months and years. Default: the site's.")
]
AddedUp = Annotated[By, strawberry.argument(description="What is added up.")]

PAGE_LENGTH = 100
