"""Our own health: counted while we work, sampled every minute, kept for a month."""
