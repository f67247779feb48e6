"""What a simulated plant has really produced, for people and for comparisons."""

import json
from collections.abc import Mapping
from pathlib import Path

from sunledger.simulator import SimulatedDtu
from sunledger.simulator.truth import PortKey


def tell(dtu: SimulatedDtu, path: Path | None) -> None:
    """Say it, and write it to a file where one is given."""
    truth = truth_json(dtu)
    print(f"The simulated plant has produced {truth['total']} Wh since it started.", flush=True)
    if path is not None:
        path.write_text(json.dumps(truth, indent=2) + "\n")


def truth_json(dtu: SimulatedDtu) -> dict[str, object]:
    """The simulator's own counters in Wh: of the plant, its inverters, its ports, and these by local day."""
    truth = dtu.truth()
    return {
        "total": truth.total,
        "inverters": truth.inverters,
        "ports": _written(truth.ports),
        "days": {day.isoformat(): _written(ports) for day, ports in sorted(truth.days.items())},
    }


def _written(ports: Mapping[PortKey, int]) -> dict[str, int]:
    return {f"{serial}/{number}": wh for (serial, number), wh in sorted(ports.items())}
