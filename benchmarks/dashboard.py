"""dashboard: how large it is, how soon it is there, how fast it draws, and what streaming costs the page.

A real Chromium opens what was built into a real `sunledger serve`. The first screen is that of a plant with
four hundred days of readings; its limit is a small file of the same server. A drawing is timed from the last
byte of its data to the last stroke on a canvas; its limit is how long the browser takes to parse the data.
For streaming a hundred inverters are pushed every second, and ten times as fast for the memory of an hour.
"""

import gzip
import json
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import ceil, pi, sin
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from benchmarks.browser import Page, Respond, page
from benchmarks.figures import Aim, Figure, report
from benchmarks.footprint import REAL_DISK
from benchmarks.processes import SUNLEDGER, Server, sunledger
from benchmarks.subscribers import pushing

OPENINGS = 5
SLOWER = 4
KILOBYTES = Aim("≤", 160, "kB")
SOON, LATER = Aim("≤", 1000, "ms"), Aim("≤", 2500, "ms")
AT_ONCE = Aim("≤", 100, "ms")
LIGHT = Aim("≤", 10, "%")
STEADY = Aim("≤", 5, "MB")
DAY = 86_400
SETTLED = 1500
"""Milliseconds without a stroke after which a chart is done."""
STREAMED = 20.0
BUILT = Path(__file__).parent.parent / "src" / "sunledger" / "api" / "dashboard"

_WATCH = """
const strokes = CanvasRenderingContext2D.prototype;
for (const name of ["stroke", "fill", "fillRect", "putImageData", "drawImage"]) {
  const before = strokes[name];
  strokes[name] = function (...given) {
    window.drawnAt = performance.now();
    window.firstDrawnAt ??= window.drawnAt;
    return before.apply(this, given);
  };
}
new MutationObserver(() => {
  const figure = document.querySelector("main dl dd")?.textContent ?? "";
  if (/\\d/.test(figure)) window.usableAt ??= performance.now();
}).observe(document, { childList: true, subtree: true, characterData: true });
"""
"""Notes when the first figure stands on the page, and when a canvas was drawn on."""


def measure(minutes: float = 6) -> Iterator[Figure]:
    """All of it; memory is watched for so many minutes."""
    with tempfile.TemporaryDirectory(dir=REAL_DISK) as home:
        with _seeded(Path(home)) as address:
            yield from _first_screen(address)
            day = f"/history?device={_inverter(address)}&port=1&date=2026-06-20"
            yield _drawing(address, "a day of seconds", day, "/api/v1/readings?", _seconds)
            yield _drawing(address, "a year of hours", "/roof?year=2025", "step=1h")
        with sunledger(Path(home), {"DATABASE_PATH": f"{home}/pushed.db"}) as server:
            yield from _streaming(server, minutes)


@contextmanager
def _seeded(directory: Path) -> Iterator[str]:
    """The address of a plant with a past."""
    program = [sys.executable, "-m", "tests.dashboard.seeded", str(directory), "--days", "400"]
    said = shlex.split(subprocess.run(program, check=True, capture_output=True, text=True).stdout)
    settings = dict(word.split("=", 1) for word in said if "=" in word and word.partition("=")[0].isupper())
    del settings["HEALTH_PORT"]
    command = [SUNLEDGER, *said[said.index("serve") :]]
    with sunledger(directory, settings, command) as server:
        yield f"http://127.0.0.1:{server.port}"


def _inverter(address: str) -> str:
    """The serial number of one of its inverters."""
    with urlopen(f"{address}/api/v1/devices") as answer:
        found: str = json.load(answer)["items"][0]["serial_number"]
    return found


def _first_screen(address: str) -> Iterator[Figure]:
    """What it weighs, and how soon it is there."""
    openings = [_opened(address, 1) for _ in range(OPENINGS)]
    slow = [_opened(address, SLOWER) for _ in range(OPENINGS)]
    first = openings[0]
    yield Figure(
        name="first screen: all that it loads, as gzip",
        value=first.packed / 1000,
        unit="kB",
        limit=first.unpacked / 1000,
        against="not packed",
        aims=[KILOBYTES],
    )
    for name, found, slower, aim in (
        ("first screen, cold cache", openings, 1, SOON),
        (f"first screen, {SLOWER} times slower", slow, SLOWER, LATER),
    ):
        least = _emptily(address, slower)
        for of, value in (
            ("figures", median(each.usable for each in found)),
            ("chart", median(each.drawn for each in found)),
        ):
            yield Figure(
                name=f"{name}: {of}", value=value, unit="ms", limit=least, against="a small file", aims=[aim]
            )


class Opening(NamedTuple):
    """The first screen, opened once."""

    usable: float
    """Milliseconds until its figures stood there."""
    drawn: float
    """Milliseconds until its chart was drawn."""
    packed: int
    """Bytes of all files that it loaded, as gzip."""
    unpacked: int


def _opened(address: str, slower: int) -> Opening:
    with page() as opened:
        opened.call("Emulation.setCPUThrottlingRate", rate=slower)
        opened.call("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)
        opened.call("Page.navigate", url=f"{address}/")
        opened.until("window.usableAt && window.firstDrawnAt")
        time.sleep(1)
        names = opened.value("performance.getEntriesByType('resource').map(each => each.name)")
        usable, drawn = opened.value("[usableAt, firstDrawnAt]")
        return Opening(usable, drawn, *_weight([urlsplit(name).path for name in names]))


def _weight(paths: Sequence[str]) -> tuple[int, int]:
    """Bytes of the page and of the built files among these, as gzip and as they are."""
    names = {"index.html", *(path.removeprefix("/") for path in paths)}
    files = [(BUILT / name).read_bytes() for name in names if (BUILT / name).is_file()]
    return sum(len(gzip.compress(each, 9)) for each in files), sum(map(len, files))


def _emptily(address: str, slower: int) -> float:
    """Milliseconds until a browser shows a small file of the same server."""
    with page() as opened:
        opened.call("Emulation.setCPUThrottlingRate", rate=slower)
        opened.call("Page.navigate", url=f"{address}/manifest.webmanifest")
        loaded = opened.until("performance.getEntriesByType('navigation')[0]?.loadEventEnd")
        return float(loaded)


def _drawing(address: str, name: str, path: str, asks: str, respond: Respond | None = None) -> Figure:
    """From the last byte of the data to the last stroke; `asks` is part of the address of the data."""
    with page() as opened:
        opened.call("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)
        if respond is not None:
            opened.answer_with("*/api/v1/readings?*", respond)
        opened.call("Page.navigate", url=address + path)
        opened.until(f"performance.now() > (window.drawnAt ?? Infinity) + {SETTLED}")
        asked = f"performance.getEntriesByType('resource').findLast(each => each.name.includes('{asks}'))"
        took, source = opened.value(f"[drawnAt - {asked}.responseEnd, {asked}.name]")
        body = None if respond is None else respond(source)
        text = "await (await fetch(source)).text()" if body is None else json.dumps(body.decode())
        parsing = f"const source = {json.dumps(source)}, text = {text}, from = performance.now();"
        parsed = opened.value(
            f"(async () => {{ {parsing} JSON.parse(text); return performance.now() - from }})()"
        )
    return Figure(
        name=f"{name}, drawn after its data is there",
        value=took,
        unit="ms",
        limit=max(parsed, 0.1),
        against="parsing it",
        aims=[AT_ONCE],
    )


def _seconds(asked: str) -> bytes | None:
    """A reading for each second of a day, or as many of them as are asked for."""
    question = parse_qs(urlsplit(asked).query)
    every = ceil(DAY / int(question.get("max_points", [str(DAY)])[0]))
    begin = datetime(2026, 6, 20, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    seconds = range(0, DAY, every)
    columns: dict[str, list[object]] = {
        "timestamp": [f"{begin + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}" for second in seconds],
        "pv_power": [max(0.0, round(400 * sin(pi * second / DAY) + second % 60, 1)) for second in seconds],
    }
    fields = question.get("fields", [",".join(columns)])[0].split(",")
    return json.dumps({field: columns.get(field, [None] * len(seconds)) for field in fields}).encode()


def _streaming(server: Server, minutes: float) -> Iterator[Figure]:
    """What a hundred inverters that are read every second cost the page."""
    with page() as opened:
        with pushing(server):
            time.sleep(3)
            opened.call("Page.navigate", url=f"http://127.0.0.1:{server.port}/")
            opened.until("/\\d/.test(document.querySelector('main dl dd')?.textContent)")
            time.sleep(5)
            before, beside = _worked(opened), server.cpu
            time.sleep(STREAMED)
            share = (_worked(opened) - before) / STREAMED * 100
            served = (server.cpu - beside) / STREAMED * 100
        yield Figure(
            name="100 inverters every second: processor of the page",
            value=share,
            unit="%",
            limit=served,
            against="of the server",
            aims=[LIGHT],
        )
        with pushing(server, 0.01):
            time.sleep(minutes * 60 / 6)
            early = _memory(opened)
            time.sleep(minutes * 60 * 5 / 6)
            late = _memory(opened)
        yield Figure(
            name=f"memory of the page, {minutes:g} minutes of ten times as much",
            value=(late - early) / 1e6,
            unit="MB",
            limit=early / 1e6,
            against="what it takes",
            aims=[STEADY],
        )


def _worked(opened: Page) -> float:
    """Seconds that the processes of pages have worked."""
    processes = opened.browser.call("SystemInfo.getProcessInfo")["processInfo"]
    return float(sum(each["cpuTime"] for each in processes if each["type"] == "renderer"))


def _memory(opened: Page) -> float:
    """Bytes that the page's objects take, without what is garbage."""
    opened.call("HeapProfiler.collectGarbage")
    return float(opened.call("Runtime.getHeapUsage")["usedSize"])


if __name__ == "__main__":
    report(measure())
