"""Pure integrity and arithmetic: checks of a poll, the counter fold, energy, device state."""
