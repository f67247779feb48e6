"""Configuration, wiring, logging and the command line: where the rooms are joined."""
