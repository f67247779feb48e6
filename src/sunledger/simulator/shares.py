"""How a source's power is divided among ports, in millionths, drawn by seed."""

import random

from sunledger.simulator.meter import PARTS


def sunny_shares(seed: int, count: int) -> list[int]:
    """Shares of ports that each hang on a panel of their own, none of them perfect."""
    rng = random.Random(f"{seed}:shares")  # noqa: S311  a simulation, no secret
    return [rng.randrange(880_000, PARTS) for _ in range(count)]


def split_shares(seed: int, count: int) -> list[int]:
    """Shares of ports that divide one recorded power among them; together they are the whole."""
    weights = sunny_shares(seed, count)
    shares = [weight * PARTS // sum(weights) for weight in weights]
    shares[0] += PARTS - sum(shares)
    return shares
