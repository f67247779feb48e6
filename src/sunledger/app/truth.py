"""What a simulated plant has really produced, for people and for comparisons."""

import json
from pathlib import Path

from sunledger.simulator import SimulatedDtu


def tell(dtu: SimulatedDtu, path: Path | None) -> None:
    """Say it, and write it to a file where one is given."""
    truth = truth_json(dtu)
    print(f"The simulated plant has produced {truth['total']} Wh since it started.", flush=True)
    if path is not None:
        path.write_text(json.dumps(truth, indent=2) + "\n")


def truth_json(dtu: SimulatedDtu) -> dict[str, object]:
    """The simulator's own counters, in Wh."""
    truth = dtu.truth()
    return {
        "total": truth.total,
        "inverters": truth.inverters,
        "ports": {f"{serial}/{number}": wh for (serial, number), wh in sorted(truth.ports.items())},
        "days": {day.isoformat(): sum(ports.values()) for day, ports in sorted(truth.days.items())},
    }
