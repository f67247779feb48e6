"""`sunledger serve` with one thing changed: its clock is accelerated, like that of the DTU beside it.

    python accelerated_server.py OPENING ORIGIN SPEED

It was OPENING when the machine's monotonic clock stood at ORIGIN, and time has run at SPEED since then: so a
server that was killed comes back later in simulated time too.
"""

import asyncio
import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from sunledger.app import logs
from sunledger.app.loading import load
from sunledger.app.serving import serve
from sunledger.sitetime import AcceleratedClock


def main(opening: str, origin: str, speed: str) -> None:
    here = Path.cwd()
    configuration = load({}, os.environ, working_directory=here, secrets_directory=here).configuration
    logs.configure(configuration)
    elapsed = (time.monotonic() - float(origin)) * float(speed)
    clock = AcceleratedClock(datetime.fromisoformat(opening) + timedelta(seconds=elapsed), float(speed))
    asyncio.run(serve(configuration, clock, lambda url: print(f"{url}/docs Ctrl+C", flush=True)))


if __name__ == "__main__":
    main(*sys.argv[1:])
