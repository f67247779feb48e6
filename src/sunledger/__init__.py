"""Sunledger: every reading enters by one door, is checked once and is kept for ever."""

__version__ = "0.1.0"
