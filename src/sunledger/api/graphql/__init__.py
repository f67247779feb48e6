"""GraphQL at `/graphql`: sites, customers, devices, their latest readings, energy and history, as one graph.

`route` answers HTTP and imports the rest at the first question; `seen` is all that a query reads.
"""
