"""/metrics for Prometheus, and the clock on every request that feeds it."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sunledger.access.principal import Action
from sunledger.api.needs import needs
from sunledger.api.problems import Problem, Trouble
from sunledger.api.sources import FromSources, RequestListener
from sunledger.sitetime import Clock

routes = APIRouter(
    tags=["health"], dependencies=[needs(Action.READ, everywhere=True, legacy=True, in_outage=True)]
)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@routes.get("/metrics", response_class=Response)
async def metrics(sources: FromSources) -> Response:
    """All metrics in Prometheus's text format."""
    if sources.metrics is None:
        raise Problem(Trouble.NOT_FOUND, "Metrics are switched off; METRICS_ENABLED=true switches them on.")
    return Response(sources.metrics.exposition(), media_type=sources.metrics.content_type)


class TimedRequests:
    """Measures how long requests take, by the template of their route, and tells who wants to know."""

    def __init__(self, app: ASGIApp, listeners: Sequence[RequestListener], clock: Clock) -> None:
        self._app = app
        self._listeners = listeners
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note its end, whatever it was."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = self._clock.monotonic(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            seconds = self._clock.monotonic() - started
            for listener in self._listeners:
                listener(*_labels(scope), status, seconds)


def _labels(scope: Scope) -> tuple[str, str]:
    """Endpoint and method, of which there are only so many whatever clients send."""
    route = scope.get("route")
    endpoint = getattr(route, "path", "unmatched")
    return endpoint, scope["method"] if scope["method"] in _METHODS else "other"
