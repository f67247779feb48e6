"""When to ask whom: schedule, back-off, circuit breaker."""
