"""Tracing by OpenTelemetry: what a request or a poll spent its time on, down to the SQL statement.

Nothing of it is imported unless it is wanted. Rooms know nothing of it either: `app` gives them what it has
wrapped for them.

    tracer       what is joined where, and the same without tracing
    spans        a tracer with OpenTelemetry
    polls        a poll, its question to the DTU, its way into the store
    sqlite, postgres    statements
    export       where spans go, without secrets
"""
