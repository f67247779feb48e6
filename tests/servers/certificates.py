"""A certificate authority of tests, made with openssl."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import require_program

NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Of a client that speaks plain HTTP: to read the authorities' certificates first would take it 20 ms."""


@dataclass(frozen=True)
class Certificates:
    """Files of a CA and of what it has signed."""

    directory: Path

    def make(self, **names: str) -> None:
        """Make the CA, and for each name a certificate with this extension."""
        self._openssl("req", "-x509", "-days", "2", "-subj", "/CN=A CA of tests", *self._new("ca"),
                      "-out", self.certificate("ca"))  # fmt: skip
        for name, extension in names.items():
            self._signed(name, extension)

    def certificate(self, name: str) -> Path:
        return self.directory / f"{name}.pem"

    def key(self, name: str) -> Path:
        return self.directory / f"{name}.key"

    def _new(self, name: str) -> tuple[str | Path, ...]:
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        return (*curve, "-keyout", self.key(name))

    def _signed(self, name: str, extension: str) -> None:
        request, extensions = self.directory / "request", self.directory / "extensions"
        extensions.write_text(extension)
        self._openssl("req", "-new", "-subj", f"/CN={name}", *self._new(name), "-out", request)
        self._openssl("x509", "-req", "-days", "2", "-in", request, "-CA", self.certificate("ca"),
                      "-CAkey", self.key("ca"), "-CAcreateserial", "-extfile", extensions,
                      "-out", self.certificate(name))  # fmt: skip

    def _openssl(self, *words: str | Path) -> None:
        subprocess.run([require_program("openssl", "openssl"), *words], capture_output=True, check=True)
