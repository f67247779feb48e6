"""REST v1, the old paths, WebSocket, health and metrics."""
