"""Charts without a script: a picture as SVG, and beside it always the table with the same numbers.

What has no data is hatched or left out, never drawn as zero. The same input gives the same bytes.
"""

from consult.shell.paper.charts.bars import BarRow, bars
from consult.shell.paper.charts.chart import Chart, ChartTable, plain
from consult.shell.paper.charts.heat import heat
from consult.shell.paper.charts.intervals import Interval, intervals
from consult.shell.paper.charts.lines import Break, Line, lines
from consult.shell.paper.charts.pyramid import pyramid
from consult.shell.paper.charts.spark import spark
from consult.shell.paper.charts.watched import Week, watched

__all__ = [
    "BarRow",
    "Break",
    "Chart",
    "ChartTable",
    "Interval",
    "Line",
    "Week",
    "bars",
    "heat",
    "intervals",
    "lines",
    "plain",
    "pyramid",
    "spark",
    "watched",
]
