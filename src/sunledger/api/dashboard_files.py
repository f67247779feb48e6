"""The files that the dashboard was built into, read once, compressed as the build has left them.

A folder that changes under a running server, by an update or another build, leaves what is served as it is:
page, scripts and styles always belong together.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from sunledger.api.compression import accepts_gzip
from sunledger.api.revalidation import tag

BUILT = Path(__file__).with_name("dashboard")
"""Where the build of the package puts it."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; manifest-src 'self'; font-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)
"""Everything from here, nothing inline; who may frame it is added to every answer."""
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_UNDER_POLICY = frozenset({".html", ".js"})
"""A page, and a script: a worker is held to the policy that came with its own."""
_PACKED = ".gz"
_GZIP = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
"""Where it is not said here, the compression of all answers says it."""
_FOR_EVER = re.compile(r"assets/.+-[\w-]{8}\.\w+")
"""Names that change with what is in them."""


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One of the files."""

    content: bytes
    packed: bytes | None
    """The same by gzip, where the build found that worth it."""
    headers: Mapping[str, str]

    def answer(self, request: Request) -> Response:
        """The file, in the form that the client takes."""
        if self.packed is not None and accepts_gzip(request.headers.get("accept-encoding", "")):
            return Response(self.packed, headers={**self.headers, **_GZIP})
        return Response(self.content, headers=self.headers)


@dataclass(frozen=True, slots=True)
class DashboardFiles:
    """All of the files by name, which is their path in the folder; none where nothing was built."""

    files: Mapping[str, BuiltFile] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path = BUILT) -> "DashboardFiles":
        """What is in a folder, which need not exist."""
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != _PACKED]
        return cls({path.relative_to(folder).as_posix(): _file(path, folder) for path in paths})

    @property
    def page(self) -> BuiltFile | None:
        """The one page, whose script shows what its address asks for."""
        return self.files.get("index.html")


NOTHING_BUILT = DashboardFiles()


def _file(path: Path, folder: Path) -> BuiltFile:
    content, packed = path.read_bytes(), path.with_name(path.name + _PACKED)
    return BuiltFile(
        content,
        packed.read_bytes() if packed.is_file() else None,
        _headers(path.relative_to(folder).as_posix(), path.suffix, content),
    )


def _headers(name: str, suffix: str, content: bytes) -> Mapping[str, str]:
    kept = "public, max-age=31536000, immutable" if _FOR_EVER.fullmatch(name) else "no-cache"
    headers = {
        "Content-Type": _TYPES.get(suffix, "application/octet-stream"),
        "Cache-Control": kept,
        "ETag": tag(content),
    }
    return headers | ({"Content-Security-Policy": POLICY} if suffix in _UNDER_POLICY else {})
