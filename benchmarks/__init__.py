"""How fast Sunledger is, measured against limits of the same machine in the same minute.

`python -m benchmarks [name …]` runs them. A ratio to a limit travels between machines, seconds do not; so
every program measures its limit beside itself, in turns where noise could favour one of the two.
"""
