"""WebSockets as uvicorn speaks them, but for clients that send and do not read.

What a client sends is answered, be it by a pong. From one that does not take its answers nothing more is
read, so that they do not pile up; when it does not answer our own pings either, it is dropped, with what was
still to be sent. uvicorn would go on reading, and wait for ever to get rid of that.
"""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class WebSockets(WebSocketsSansIOProtocol):
    """One connection."""

    def pause_writing(self) -> None:
        """Read nothing from who reads nothing."""
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on, unless what was sent before is still being looked at."""
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()

    def keepalive_timeout(self) -> None:
        """Drop a client that does not answer."""
        super().keepalive_timeout()
        self.transport.abort()
