"""Chance that can be asked again: the same seed, channel and moment always give the same number."""

import math

_MASK = (1 << 64) - 1


def noise(seed: int, channel: int, at: int) -> float:
    """A number in [-1, 1) out of three integers, by the mixing steps of splitmix64 (Steele et al., 2014)."""
    x = (seed * 0x9E3779B97F4A7C15 + channel * 0xD1B54A32D192ED03 + at * 0x8CB92BA72F3D8DD7) & _MASK
    x = ((x ^ x >> 30) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ x >> 27) * 0x94D049BB133111EB) & _MASK
    return (x ^ x >> 31) / (1 << 63) - 1.0


def smooth(seed: int, channel: int, at: int, period: int) -> float:
    """Noise without steps: one fresh value every `period` seconds, joined by cosine curves."""
    node, within = divmod(at, period)
    before, after = noise(seed, channel, node), noise(seed, channel, node + 1)
    return before + (after - before) * (1 - math.cos(math.pi * within / period)) / 2
