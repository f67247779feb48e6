"""The graph: customers, their sites, the devices there, and of inverters what they say now."""
