"""The DTU that is not there."""
