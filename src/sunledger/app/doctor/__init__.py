"""The doctor: looks at the machine and at every DTU, and says what to change.

`examination` and `machine` look; `diagnosis`, `currents` and `unreachable` judge, purely; `findings` tells.
"""
