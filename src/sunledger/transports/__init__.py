"""Bytes in and out, and the one tree of device errors."""
