"""What may be printed of counted persons without pointing at anybody: hiding, rounding, releases over time.

Pure: no database, no clock but the time that a search is given. `attack`, `repair` and `suppress` load a solver
(highspy) and belong into commands and the worker; `tables`, `wire`, `checker`, `rounding` do not.
"""
