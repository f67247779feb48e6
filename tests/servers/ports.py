"""Ports that stay free for a test: nobody else gets one while it is reserved."""

import socket


class ReservedPort:
    """A port of the loopback that nobody listens on until the test's own server does.

    A socket is bound to it and never listens. So the system gives it to nobody who wants any port, and a
    server that asks for just this one gets it, by SO_REUSEADDR, again and again.
    """

    def __init__(self) -> None:
        self._holder = socket.socket()
        self._holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._holder.bind(("127.0.0.1", 0))
        self.number: int = self._holder.getsockname()[1]

    def __enter__(self) -> int:
        return self.number

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Let others have it."""
        self._holder.close()
