"""The latest reading and health of each device, its state, and the fan-out to subscribers."""
