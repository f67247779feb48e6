"""What an old PostgreSQL says to whoever connects, as far as anybody comes who looks at its version.

The start of the frontend/backend protocol, version 3.0: https://www.postgresql.org/docs/14/protocol-flow.html
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SSL_REQUEST, _GSS_REQUEST = 80877103, 80877104


@contextmanager
def old_postgres(version: str) -> Iterator[int]:
    """The port of a server that lets everybody in, says its version, and takes no questions."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, version))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, version: str) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        with line, line.makefile("rwb") as stream:
            while _request(stream.read) in {_SSL_REQUEST, _GSS_REQUEST}:
                stream.write(b"N")
                stream.flush()
            stream.write(_message(b"R", struct.pack(">i", 0)))
            for name, value in (("server_version", version), ("client_encoding", "UTF8")):
                stream.write(_message(b"S", f"{name}\0{value}\0".encode()))
            stream.write(_message(b"K", struct.pack(">ii", 1, 1)) + _message(b"Z", b"I"))
            stream.flush()
            assert stream.read(1) in {b"X", b""}, "it was asked something"


def _request(read: Callable[[int], bytes]) -> int:
    """What a client begins with: the version of the protocol, or a wish for encryption."""
    length, code = struct.unpack(">ii", read(8))
    read(length - 8)
    return int(code)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack(">i", len(body) + 4) + body
