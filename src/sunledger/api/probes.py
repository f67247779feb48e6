"""What a process that is no server still answers: how it is, to whoever watches over it."""

from starlette.types import ASGIApp, Receive, Scope, Send

from sunledger.api.problems import Trouble, problem

_PATHS = frozenset({"/health", "/ready", "/metrics"})
_NOT_HERE = (
    "This process has not the role api (ROLES); ask one that has. Here are /health, /ready and /metrics."
)


class Probes:
    """An API of which only health and metrics are there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is asked of health; there is nothing else."""
        if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"] in _PATHS):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await problem(Trouble.NOT_FOUND, _NOT_HERE)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": "not here"})
