"""Recount: do the log of facts, the columns and the cases themselves say the same?

Five looks, each of which finds what the others cannot: what the log says of every case against the case; every number
of the columns against its fact; every dimension and measure, as the pages would count it, against a plain count of the
cases; amounts, shares and rates row by row of every dimension against the case table, column by column; and of pairs of
dimensions cell by cell, those of the report every time and the others by turns. Erased cases stand in the log alone and
are left out of the last three.
"""

from cases.figures.recount.differences import Difference, Report
from cases.figures.recount.whole import recount, size

__all__ = ["Difference", "Report", "recount", "size"]
